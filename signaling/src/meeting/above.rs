//! This briefing as the child of another: its points see the parent's stage, and may be given the parent's floor.

use super::dirty::{Dirty, Section};
use super::state::State;
use crate::hierarchy::ParentState;
use crate::ids::{BriefingId, SeatId};
use crate::ledger::Body;
use crate::wire::{MutedByChair, Phase, RefusalCode};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Above {
    pub attached: bool,
    /// For whom the parent is asked, in the order of asking.
    pub asking: Vec<Ask>,
    /// Who holds the parent's floor.
    pub speaking: BTreeMap<SeatId, AboveFloor>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ask {
    pub seat: SeatId,
    /// The seq of the fact: no two are alike.
    pub number: u64,
    pub since: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AboveFloor {
    pub granted_at: DateTime<Utc>,
    pub opened_at: Option<DateTime<Utc>>,
    /// Given back; the parent is being told.
    pub done: bool,
}

impl Above {
    pub(crate) fn asks(&self, seat: SeatId) -> bool {
        self.asking.iter().any(|ask| ask.seat == seat)
    }

    pub(crate) fn speaks(&self, seat: SeatId) -> bool {
        self.speaking.get(&seat).is_some_and(|floor| !floor.done)
    }

    pub(crate) fn open(&self, seat: SeatId) -> Vec<Body> {
        match self.speaking.get(&seat) {
            Some(floor) if floor.opened_at.is_none() => vec![Body::FloorAboveOpened { seat }],
            _ => Vec::new(),
        }
    }

    /// Gives back what the seat has of the parent's floor, or asks for.
    pub(crate) fn finish(&self, seat: SeatId) -> Vec<Body> {
        let mut bodies = Vec::new();
        if self.asks(seat) {
            bodies.push(Body::Withdrawn { seat });
        }
        if self.speaks(seat) {
            bodies.push(Body::FloorAboveDone { seat });
        }
        bodies
    }
}

type Decision = Result<Vec<Body>, RefusalCode>;

impl State {
    pub(crate) fn put_forward(&self, seat: SeatId) -> Decision {
        if !self.above.attached {
            return Err(RefusalCode::NotAttached);
        }
        match self.seat(seat) {
            None => Err(RefusalCode::UnknownSeat),
            Some(known) if !known.may_speak() => Err(RefusalCode::NotAllowed),
            Some(known) if !known.admitted => Err(RefusalCode::NotAdmitted),
            Some(known) if !known.connected() => Err(RefusalCode::NotConnected),
            Some(_) if self.above.asks(seat) || self.above.speaks(seat) => {
                Err(RefusalCode::AlreadyQueued)
            }
            Some(_) => Ok(vec![Body::PutForward { seat }]),
        }
    }

    pub(crate) fn withdraw(&self, seat: SeatId) -> Decision {
        if self.above.asks(seat) {
            Ok(vec![Body::Withdrawn { seat }])
        } else {
            Err(RefusalCode::NotQueued)
        }
    }

    /// What the parent's state says that is not yet in our record.
    pub(crate) fn hear_parent(&self, parent: BriefingId, state: Option<&ParentState>) -> Vec<Body> {
        let mut bodies = Vec::new();
        let attached = state.is_some_and(|state| state.attached) && self.phase == Phase::InSession;
        if attached && !self.above.attached {
            bodies.push(Body::ParentAttached { parent });
        }
        let holders = state.map_or(&[][..], |state| &state.holders);
        for holder in holders {
            let seat = holder.label.seat;
            let ours = self.seat(seat).is_some();
            let known = self.above.speaking.get(&seat).map(|floor| floor.granted_at);
            if attached && ours && known != Some(holder.granted_at) {
                bodies.push(Body::FloorAboveGranted {
                    seat,
                    granted_at: holder.granted_at,
                });
            }
        }
        for seat in self.above.speaking.keys() {
            let goes_on = attached && holders.iter().any(|holder| holder.label.seat == *seat);
            if !goes_on {
                bodies.push(Body::FloorAboveEnded { seat: *seat });
            }
        }
        let served = state.map_or(&[][..], |state| &state.served);
        for ask in &self.above.asking {
            let was_served = served
                .iter()
                .any(|served| served.seat == ask.seat && served.number == ask.number);
            if was_served || !attached {
                bodies.push(Body::Withdrawn { seat: ask.seat });
            }
        }
        if !attached && self.above.attached {
            bodies.push(Body::ParentDetached { parent });
        }
        bodies
    }

    pub(crate) fn attached_above(&mut self, attached: bool, dirty: &mut Dirty) {
        self.above.attached = attached;
        dirty.section(Section::Floor);
        dirty.section(Section::Stage);
        // Who may grant, may not while the floor is the parent's.
        let leaders = self.roster.seats.values().filter(|seat| seat.leads());
        dirty.me.extend(leaders.map(|seat| seat.id));
    }

    pub(crate) fn asked_above(&mut self, ask: Ask, dirty: &mut Dirty) {
        dirty.me.insert(ask.seat);
        dirty.section(Section::Tree);
        self.above.asking.push(ask);
    }

    pub(crate) fn withdrawn(&mut self, seat: SeatId, dirty: &mut Dirty) {
        self.above.asking.retain(|ask| ask.seat != seat);
        dirty.section(Section::Tree);
        dirty.me.insert(seat);
    }

    pub(crate) fn granted_above(
        &mut self,
        seat: SeatId,
        granted_at: DateTime<Utc>,
        dirty: &mut Dirty,
    ) {
        self.lower(seat, dirty);
        self.withdrawn(seat, dirty);
        self.above.speaking.insert(
            seat,
            AboveFloor {
                granted_at,
                opened_at: None,
                done: false,
            },
        );
        self.roster.edit(seat, |seat| seat.muted_by_chair = None);
        self.speaks_above_changed(seat, dirty);
    }

    pub(crate) fn opened_above(&mut self, at: DateTime<Utc>, seat: SeatId, dirty: &mut Dirty) {
        if let Some(floor) = self.above.speaking.get_mut(&seat) {
            floor.opened_at.get_or_insert(at);
        }
        self.speaks_above_changed(seat, dirty);
    }

    pub(crate) fn done_above(&mut self, seat: SeatId, dirty: &mut Dirty) {
        if let Some(floor) = self.above.speaking.get_mut(&seat) {
            floor.done = true;
        }
        self.speaks_above_changed(seat, dirty);
    }

    /// The parent took it, unless the seat itself had given it back.
    pub(crate) fn ended_above(&mut self, at: DateTime<Utc>, seat: SeatId, dirty: &mut Dirty) {
        if let Some(floor) = self.above.speaking.remove(&seat)
            && !floor.done
        {
            let spoke = floor.opened_at.map_or(0, |since| {
                u32::try_from((at - since).num_seconds().max(0)).unwrap_or(u32::MAX)
            });
            self.roster.edit(seat, |seat| {
                seat.muted_by_chair = Some(MutedByChair {
                    at,
                    spoke_seconds: spoke,
                });
            });
        }
        self.speaks_above_changed(seat, dirty);
    }

    fn speaks_above_changed(&self, seat: SeatId, dirty: &mut Dirty) {
        dirty.section(Section::Tree);
        dirty.me.insert(seat);
        self.row_of(seat, dirty);
    }
}
