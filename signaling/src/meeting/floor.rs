//! The floor (quyền phát biểu): who asks, who is given it, who may be heard.

use super::dirty::{Dirty, Section};
use super::roster::Seat;
use super::state::State;
use crate::ids::{BriefingId, PointId, SeatId};
use crate::ledger::{Body, EndReason, Guest, LowerReason};
use crate::wire::{InviteState, MutedByChair, RefusalCode, Role};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// How long `mute_all` can be taken back.
pub(crate) const UNDO: TimeDelta = TimeDelta::seconds(5);
/// Nobody is given longer than a day.
const LONGEST_SECONDS: u32 = 86_400;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Holding {
    pub seat: SeatId,
    pub guest: Option<Guest>,
    pub granted_at: DateTime<Utc>,
    pub opened_at: Option<DateTime<Utc>>,
    pub limit_seconds: u32,
    pub reminded: u32,
}

impl Holding {
    pub(crate) fn state(&self) -> InviteState {
        if self.opened_at.is_some() {
            InviteState::Speaking
        } else {
            InviteState::Invited
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Hand {
    pub seat: SeatId,
    pub guest: Option<Guest>,
    /// Of its briefing's ledger, where the hand was raised.
    pub number: u64,
    pub raised_at: DateTime<Utc>,
}

/// What the last `mute_all` took.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Muted {
    pub until: DateTime<Utc>,
    holdings: Vec<Holding>,
}

impl Muted {
    pub(crate) fn count(&self) -> usize {
        self.holdings.len()
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Floor {
    /// In the order of granting.
    pub holders: Vec<Holding>,
    pub queue: Vec<Hand>,
    pub chair_mic: bool,
    pub delegated: bool,
    pub muted: Option<Muted>,
    /// The last asking of each guest that was granted or lowered, so that the child's next message doesn't raise it again.
    pub served: BTreeMap<SeatId, (BriefingId, u64)>,
}

impl Floor {
    pub(crate) fn holds(&self, seat: SeatId) -> bool {
        self.holding(seat).is_some()
    }

    pub(crate) fn holding(&self, seat: SeatId) -> Option<&Holding> {
        self.holders.iter().find(|holding| holding.seat == seat)
    }

    fn holding_mut(&mut self, seat: SeatId) -> Option<&mut Holding> {
        self.holders.iter_mut().find(|holding| holding.seat == seat)
    }

    /// From 0.
    pub(crate) fn place(&self, seat: SeatId) -> Option<usize> {
        self.queue.iter().position(|hand| hand.seat == seat)
    }

    pub(crate) fn guest(&self, seat: SeatId) -> Option<&Guest> {
        let of_holders = self.holders.iter().map(|h| (h.seat, h.guest.as_ref()));
        let of_queue = self.queue.iter().map(|h| (h.seat, h.guest.as_ref()));
        of_holders
            .chain(of_queue)
            .find(|(id, _)| *id == seat)
            .and_then(|(_, guest)| guest)
    }
}

type Decision = Result<Vec<Body>, RefusalCode>;

/// What a seat asks of the floor.
impl State {
    pub(crate) fn raise_hand(&self, seat: &Seat) -> Decision {
        self.floor_open()?;
        if !seat.may_speak() {
            return Err(RefusalCode::NotAllowed);
        }
        if seat.role == Role::Chair {
            return if self.above.attached {
                self.put_forward(seat.id)
            } else {
                Err(RefusalCode::NotAllowed)
            };
        }
        if self.floor.place(seat.id).is_some() || self.floor.holds(seat.id) {
            return Err(RefusalCode::AlreadyQueued);
        }
        Ok(vec![Body::HandRaised { seat: seat.id }])
    }

    pub(crate) fn lower_hand(&self, seat: &Seat, other: Option<SeatId>) -> Decision {
        let target = other.unwrap_or(seat.id);
        if target != seat.id && !seat.leads() {
            return Err(RefusalCode::NotAllowed);
        }
        if target == seat.id && self.above.asks(target) {
            return Ok(vec![Body::Withdrawn { seat: target }]);
        }
        if self.floor.place(target).is_none() {
            return Err(RefusalCode::NotQueued);
        }
        let why = if target == seat.id {
            LowerReason::Own
        } else {
            LowerReason::ByChair
        };
        Ok(vec![Body::HandLowered { seat: target, why }])
    }

    pub(crate) fn move_first(&self, seat: SeatId) -> Decision {
        match self.floor.place(seat) {
            None => Err(RefusalCode::NotQueued),
            Some(0) => Ok(Vec::new()),
            Some(_) => Ok(vec![Body::HandMovedFirst { seat }]),
        }
    }

    /// `opens_by_itself`: the seat is a device without a client, which cannot say that it opened its microphone.
    pub(crate) fn grant(
        &self,
        target: SeatId,
        limit_seconds: Option<u32>,
        beside: bool,
        opens_by_itself: bool,
    ) -> Decision {
        self.floor_open()?;
        self.own_floor()?;
        let limit_seconds = limit_seconds.unwrap_or(self.invited.setup.floor_limit_seconds);
        if limit_seconds > LONGEST_SECONDS {
            return Err(RefusalCode::OutOfRange);
        }
        let guest = match self.seat(target) {
            Some(seat) if seat.role == Role::Chair || !seat.may_speak() => {
                return Err(RefusalCode::NotAllowed);
            }
            Some(seat) if !seat.admitted => return Err(RefusalCode::NotAdmitted),
            Some(seat) if !seat.connected() => return Err(RefusalCode::NotConnected),
            Some(_) => None,
            None => Some(
                self.floor
                    .guest(target)
                    .cloned()
                    .ok_or(RefusalCode::UnknownSeat)?,
            ),
        };
        let mut bodies = Vec::new();
        if !beside {
            bodies.extend(
                self.floor
                    .holders
                    .iter()
                    .filter(|holding| holding.seat != target)
                    .map(|holding| Body::FloorEnded {
                        seat: holding.seat,
                        why: EndReason::Next,
                    }),
            );
        }
        if !self.floor.holds(target) {
            bodies.push(Body::FloorGranted {
                seat: target,
                limit_seconds,
                guest,
            });
            if opens_by_itself {
                bodies.push(Body::FloorOpened { seat: target });
            }
        }
        Ok(bodies)
    }

    /// The first connected seat of a point that may speak.
    pub(crate) fn speaker_of(&self, point: PointId) -> Result<SeatId, RefusalCode> {
        if self.invited.line(point).is_none() {
            return Err(RefusalCode::UnknownPoint);
        }
        self.roster
            .seats_of(point)
            .filter(|seat| seat.admitted && seat.connected() && seat.may_speak())
            .min_by_key(|seat| seat.order)
            .map(|seat| seat.id)
            .ok_or(RefusalCode::NotConnected)
    }

    pub(crate) fn open_mic(&self, seat: SeatId) -> Decision {
        if self.above.speaks(seat) {
            return Ok(self.above.open(seat));
        }
        let holding = self.floor.holding(seat).ok_or(RefusalCode::NoFloor)?;
        Ok(if holding.opened_at.is_some() {
            Vec::new()
        } else {
            vec![Body::FloorOpened { seat }]
        })
    }

    pub(crate) fn end_floor(&self, seat: &Seat, other: Option<SeatId>) -> Decision {
        let target = other.unwrap_or(seat.id);
        if target == seat.id && self.above.speaks(target) {
            return Ok(self.above.finish(target));
        }
        if target != seat.id && !self.may_grant(seat) {
            return Err(RefusalCode::NotAllowed);
        }
        if !self.floor.holds(target) {
            return Err(RefusalCode::NoFloor);
        }
        let why = if target == seat.id {
            EndReason::Own
        } else {
            EndReason::ByChair
        };
        Ok(vec![Body::FloorEnded { seat: target, why }])
    }

    pub(crate) fn remind(&self, seat: SeatId) -> Decision {
        match self.floor.holding(seat) {
            Some(holding) if holding.opened_at.is_none() => Ok(vec![Body::FloorReminded { seat }]),
            Some(_) => Ok(Vec::new()),
            None => Err(RefusalCode::NoFloor),
        }
    }

    pub(crate) fn mute_all(&self) -> Decision {
        self.own_floor()?;
        let seats: Vec<SeatId> = self.floor.holders.iter().map(|h| h.seat).collect();
        Ok(if seats.is_empty() {
            Vec::new()
        } else {
            vec![Body::AllMuted { seats }]
        })
    }

    pub(crate) fn undo_mute_all(&self, now: DateTime<Utc>) -> Decision {
        self.own_floor()?;
        let muted = self
            .floor
            .muted
            .as_ref()
            .filter(|muted| now <= muted.until)
            .ok_or(RefusalCode::NothingToUndo)?;
        let seats: Vec<SeatId> = muted
            .holdings
            .iter()
            .filter(|h| h.guest.is_some() || self.seat(h.seat).is_some_and(Seat::in_room))
            .map(|h| h.seat)
            .collect();
        Ok(vec![Body::MuteUndone { seats }])
    }

    pub(crate) fn delegate_floor(&self, to_secretary: bool) -> Vec<Body> {
        if self.floor.delegated == to_secretary {
            Vec::new()
        } else {
            vec![Body::FloorDelegated { to_secretary }]
        }
    }

    pub(crate) fn chair_mic(&self, on: bool) -> Decision {
        if on {
            self.own_floor()?;
        }
        Ok(if self.floor.chair_mic == on {
            Vec::new()
        } else {
            vec![Body::ChairMicSet { on }]
        })
    }

    /// What becomes of the floor when a seat goes.
    pub(crate) fn floor_of_leaver(&self, seat: SeatId, why: EndReason) -> Vec<Body> {
        let mut bodies = Vec::new();
        if self.floor.holds(seat) {
            bodies.push(Body::FloorEnded { seat, why });
        }
        if seat == self.invited.chair_seat && self.floor.chair_mic {
            bodies.push(Body::ChairMicSet { on: false });
        }
        bodies
    }
}

/// What facts do to the floor.
impl State {
    pub(crate) fn raised(&mut self, hand: Hand, dirty: &mut Dirty) {
        let seat = hand.seat;
        self.floor.queue.push(hand);
        self.roster.edit(seat, |seat| seat.muted_by_chair = None);
        dirty.me.insert(seat);
        self.queue_changed_from(seat, dirty);
    }

    /// Takes a seat out of the queue, if it is there.
    pub(crate) fn lower(&mut self, seat: SeatId, dirty: &mut Dirty) {
        if let Some(place) = self.floor.place(seat) {
            self.queue_changed_from(seat, dirty);
            let hand = self.floor.queue.remove(place);
            self.served(&hand);
        }
    }

    pub(crate) fn moved_first(&mut self, seat: SeatId, dirty: &mut Dirty) {
        if let Some(place) = self.floor.place(seat) {
            self.floor.queue[..=place].rotate_right(1);
            // Everybody up to its old place moved; further back nothing but a name changed, which they see as well.
            self.queue_changed_from(seat, dirty);
        }
    }

    fn served(&mut self, hand: &Hand) {
        if let Some(guest) = &hand.guest {
            self.floor
                .served
                .insert(hand.seat, (guest.child, hand.number));
        }
    }

    /// Everybody from this seat's place on sees another queue, and so does the board.
    pub(crate) fn queue_changed_from(&self, seat: SeatId, dirty: &mut Dirty) {
        let Some(place) = self.floor.place(seat) else {
            return;
        };
        dirty.section(Section::Queue);
        for hand in &self.floor.queue[place..] {
            dirty.queue.insert(hand.seat);
            self.row_of(hand.seat, dirty);
        }
    }

    pub(crate) fn granted(
        &mut self,
        at: DateTime<Utc>,
        seat: SeatId,
        limit_seconds: u32,
        guest: Option<&Guest>,
        dirty: &mut Dirty,
    ) {
        self.lower(seat, dirty);
        self.floor.muted = None;
        self.floor.holders.retain(|holding| holding.seat != seat);
        self.floor.holders.push(Holding {
            seat,
            guest: guest.cloned(),
            granted_at: at,
            opened_at: None,
            limit_seconds,
            reminded: 0,
        });
        self.roster.edit(seat, |seat| seat.muted_by_chair = None);
        self.stage.spoke(seat);
        self.holder_changed(seat, dirty);
    }

    pub(crate) fn opened(&mut self, at: DateTime<Utc>, seat: SeatId, dirty: &mut Dirty) {
        if let Some(holding) = self.floor.holding_mut(seat) {
            holding.opened_at.get_or_insert(at);
        }
        self.holder_changed(seat, dirty);
    }

    pub(crate) fn ended(
        &mut self,
        at: DateTime<Utc>,
        seat: SeatId,
        why: EndReason,
        dirty: &mut Dirty,
    ) {
        self.holder_changed(seat, dirty);
        let Some(index) = self.floor.holders.iter().position(|h| h.seat == seat) else {
            return;
        };
        let holding = self.floor.holders.remove(index);
        if matches!(why, EndReason::ByChair | EndReason::Next) {
            self.mark_muted(at, &holding);
        }
    }

    fn mark_muted(&mut self, at: DateTime<Utc>, holding: &Holding) {
        let spoke = holding.opened_at.map_or(0, |since| {
            u32::try_from((at - since).num_seconds().max(0)).unwrap_or(u32::MAX)
        });
        self.roster.edit(holding.seat, |seat| {
            seat.muted_by_chair = Some(MutedByChair {
                at,
                spoke_seconds: spoke,
            });
        });
    }

    pub(crate) fn reminded(&mut self, seat: SeatId, dirty: &mut Dirty) {
        if let Some(holding) = self.floor.holding_mut(seat) {
            holding.reminded += 1;
        }
        dirty.section(Section::Floor);
    }

    pub(crate) fn all_muted(&mut self, at: DateTime<Utc>, dirty: &mut Dirty) {
        let holdings = std::mem::take(&mut self.floor.holders);
        for holding in &holdings {
            self.holder_changed(holding.seat, dirty);
            self.mark_muted(at, holding);
        }
        self.floor.muted = Some(Muted {
            until: at + UNDO,
            holdings,
        });
    }

    pub(crate) fn mute_undone(&mut self, seats: &[SeatId], dirty: &mut Dirty) {
        let Some(muted) = self.floor.muted.take() else {
            return;
        };
        for holding in muted.holdings {
            if seats.contains(&holding.seat) && !self.floor.holds(holding.seat) {
                self.roster
                    .edit(holding.seat, |seat| seat.muted_by_chair = None);
                self.lower(holding.seat, dirty);
                self.holder_changed(holding.seat, dirty);
                self.floor.holders.push(holding);
            }
        }
        dirty.section(Section::Floor);
    }

    fn holder_changed(&self, seat: SeatId, dirty: &mut Dirty) {
        dirty.section(Section::Floor);
        dirty.me.insert(seat);
        self.row_of(seat, dirty);
    }
}
