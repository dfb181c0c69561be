//! The lobby (phòng chờ), the lock, and showing people the door.

use super::dirty::{Dirty, Section};
use super::roster::{Presence, Seat};
use super::state::State;
use crate::ids::SeatId;
use crate::ledger::{Body, LeaveReason};
use crate::wire::{Phase, RefusalCode, Role};

/// The longest reason a person may give, characters.
pub(crate) const REASON: usize = 500;

type Decision = Result<Vec<Body>, RefusalCode>;

impl State {
    /// Whether somebody who comes now has to wait. Before the briefing is opened everybody does but those who open it.
    pub(crate) fn must_wait(&self, role: Role, known: Option<&Seat>) -> bool {
        if matches!(role, Role::Chair | Role::Secretary) {
            return false;
        }
        match known {
            Some(seat) if seat.admitted => false,
            Some(seat) if seat.barred => true,
            _ => self.lobby_on || self.phase == Phase::Planned,
        }
    }

    pub(crate) fn admit(&self, seat: SeatId) -> Decision {
        if self.phase == Phase::Planned {
            return Err(RefusalCode::WrongPhase);
        }
        match self.seat(seat) {
            None => Err(RefusalCode::UnknownSeat),
            Some(seat) if !seat.in_lobby() => Err(RefusalCode::NotConnected),
            Some(_) => Ok(vec![Body::Admitted { seat }]),
        }
    }

    pub(crate) fn admit_all(&self) -> Decision {
        if self.phase == Phase::Planned {
            return Err(RefusalCode::WrongPhase);
        }
        Ok(self.admissions(|_| true))
    }

    pub(crate) fn admissions(&self, which: impl Fn(&Seat) -> bool) -> Vec<Body> {
        self.roster
            .lobby
            .iter()
            .filter_map(|(_, seat)| self.seat(*seat))
            .filter(|seat| which(seat))
            .map(|seat| Body::Admitted { seat: seat.id })
            .collect()
    }

    /// Turning the lobby off lets in whoever waits, but not who was removed before.
    pub(crate) fn set_lobby(&self, on: bool) -> Vec<Body> {
        if self.lobby_on == on {
            return Vec::new();
        }
        let mut bodies = vec![Body::LobbySet { on }];
        if !on && self.phase != Phase::Planned {
            bodies.extend(self.admissions(|seat| !seat.barred));
        }
        bodies
    }

    pub(crate) fn set_lock(&self, on: bool) -> Vec<Body> {
        if self.locked == on {
            Vec::new()
        } else {
            vec![Body::LockSet { on }]
        }
    }

    pub(crate) fn refuse(&self, seat: SeatId, text: String) -> Decision {
        reason_given(&text)?;
        match self.seat(seat) {
            None => Err(RefusalCode::UnknownSeat),
            Some(seat) if !seat.in_lobby() => Err(RefusalCode::NotConnected),
            Some(_) => Ok(vec![Body::Left {
                seat,
                why: LeaveReason::Refused { text },
            }]),
        }
    }

    pub(crate) fn remove(&self, target: SeatId, text: String) -> Decision {
        reason_given(&text)?;
        match self.seat(target) {
            None => Err(RefusalCode::UnknownSeat),
            Some(seat) if seat.role == Role::Chair => Err(RefusalCode::NotAllowed),
            Some(seat) if seat.presence == Presence::Left => Err(RefusalCode::NotConnected),
            Some(_) => Ok(self.leave(target, LeaveReason::Removed { text })),
        }
    }

    pub(crate) fn lobby_set(&mut self, on: bool, dirty: &mut Dirty) {
        self.lobby_on = on;
        dirty.section(Section::Briefing);
    }

    pub(crate) fn lock_set(&mut self, on: bool, dirty: &mut Dirty) {
        self.locked = on;
        dirty.section(Section::Briefing);
    }
}

fn reason_given(text: &str) -> Result<(), RefusalCode> {
    if text.trim().is_empty() {
        Err(RefusalCode::ReasonRequired)
    } else if text.chars().count() > REASON {
        Err(RefusalCode::TextTooLong)
    } else {
        Ok(())
    }
}
