//! The children of this briefing: attaching them, and their seats as guests of our floor.

use super::dirty::{Dirty, Section};
use super::floor::Hand;
use super::state::State;
use crate::hierarchy::{ChildState, RollTotals, Served, Speaking};
use crate::ids::{BriefingId, SeatId};
use crate::ledger::{Body, EndReason, Guest};
use crate::wire::Phase;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Below {
    pub children: BTreeMap<BriefingId, Child>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Child {
    pub attached: bool,
    pub roll_call: Option<RollTotals>,
}

impl State {
    pub(crate) fn child_attached(&self, child: BriefingId) -> bool {
        self.below
            .children
            .get(&child)
            .is_some_and(|child| child.attached)
    }

    fn planned_child(&self, child: BriefingId) -> bool {
        self.invited
            .setup
            .children
            .iter()
            .any(|planned| planned.briefing == child)
    }

    /// What a child's state says that is not yet in our record. `None`: it cannot be reached.
    pub(crate) fn hear_child(&self, child: BriefingId, state: Option<&ChildState>) -> Vec<Body> {
        let mut bodies = Vec::new();
        let was = self.child_attached(child);
        let attached = self.planned_child(child)
            && self.phase == Phase::InSession
            && state.is_some_and(|state| state.phase == Phase::InSession);
        if attached && !was {
            bodies.push(Body::ChildAttached { child });
        }
        if !attached && was {
            bodies.extend(self.dismiss_guests(child));
            bodies.push(Body::ChildDetached { child });
        }
        let Some(state) = state.filter(|_| self.planned_child(child)) else {
            return bodies;
        };
        if attached {
            bodies.extend(self.hear_asking(child, state));
            bodies.extend(
                state
                    .speaking
                    .iter()
                    .filter_map(|speaking| self.hear_speaking(speaking)),
            );
        }
        let known = self
            .below
            .children
            .get(&child)
            .and_then(|child| child.roll_call);
        if let Some(totals) = state.roll_call
            && known != Some(totals)
        {
            bodies.push(Body::ChildRollCall {
                child,
                number: totals.number,
                totals,
            });
        }
        bodies
    }

    fn hear_asking(&self, child: BriefingId, state: &ChildState) -> Vec<Body> {
        let mut bodies = Vec::new();
        for asking in &state.asking {
            let seat = asking.label.seat;
            let served = self.floor.served.get(&seat) == Some(&(child, asking.number));
            if !served && self.floor.place(seat).is_none() && !self.floor.holds(seat) {
                bodies.push(Body::GuestAsked {
                    guest: Guest {
                        child,
                        label: asking.label.clone(),
                    },
                    number: asking.number,
                    since: asking.since,
                });
            }
        }
        let queue = self.floor.queue.iter();
        bodies.extend(
            queue
                .filter(|hand| {
                    hand.guest
                        .as_ref()
                        .is_some_and(|guest| guest.child == child)
                })
                .filter(|hand| {
                    !state
                        .asking
                        .iter()
                        .any(|asking| asking.label.seat == hand.seat)
                })
                .map(|hand| Body::GuestWithdrew { seat: hand.seat }),
        );
        bodies
    }

    fn hear_speaking(&self, speaking: &Speaking) -> Option<Body> {
        let seat = speaking.seat;
        let holding = self.floor.holding(seat).filter(|holding| {
            holding.guest.is_some() && holding.granted_at == speaking.granted_at
        })?;
        if speaking.done {
            Some(Body::FloorEnded {
                seat,
                why: EndReason::Own,
            })
        } else {
            (speaking.opened && holding.opened_at.is_none()).then_some(Body::FloorOpened { seat })
        }
    }

    fn dismiss_guests(&self, child: BriefingId) -> Vec<Body> {
        let of_child =
            |guest: &Option<Guest>| guest.as_ref().is_some_and(|guest| guest.child == child);
        let holders = self.floor.holders.iter().filter(|h| of_child(&h.guest));
        let hands = self.floor.queue.iter().filter(|h| of_child(&h.guest));
        holders
            .map(|holding| Body::FloorEnded {
                seat: holding.seat,
                why: EndReason::Left,
            })
            .chain(hands.map(|hand| Body::GuestWithdrew { seat: hand.seat }))
            .collect()
    }

    /// The askings of a child that need not be asked again.
    pub(crate) fn served_of(&self, child: BriefingId) -> Vec<Served> {
        self.floor
            .served
            .iter()
            .filter(|(_, (of, _))| *of == child)
            .map(|(seat, (_, number))| Served {
                seat: *seat,
                number: *number,
            })
            .collect()
    }

    pub(crate) fn guest_asked(
        &mut self,
        guest: &Guest,
        number: u64,
        since: DateTime<Utc>,
        dirty: &mut Dirty,
    ) {
        self.raised(
            Hand {
                seat: guest.label.seat,
                guest: Some(guest.clone()),
                number,
                raised_at: since,
            },
            dirty,
        );
    }

    pub(crate) fn attach(&mut self, child: BriefingId, attached: bool, dirty: &mut Dirty) {
        self.below.children.entry(child).or_default().attached = attached;
        dirty.section(Section::Children);
    }

    pub(crate) fn child_roll_call(
        &mut self,
        child: BriefingId,
        totals: RollTotals,
        dirty: &mut Dirty,
    ) {
        self.below.children.entry(child).or_default().roll_call = Some(totals);
        dirty.section(Section::Children);
    }

    /// Whether a seat speaks, here or in the parent.
    pub(crate) fn speaks(&self, seat: SeatId) -> bool {
        self.floor.holds(seat) || self.above.speaks(seat)
    }
}
