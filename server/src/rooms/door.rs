//! Who may watch without being in the room by a socket: a fold of the facts about lobby, lock and seats.

use giaoban_signaling::ids::SeatId;
use giaoban_signaling::ledger::{Body, LeaveReason};
use giaoban_signaling::wire::RefusalCode;
use std::collections::HashMap;

#[derive(Debug, Default)]
pub(super) struct Door {
    lobby_on: bool,
    locked: bool,
    closed: bool,
    seats: HashMap<SeatId, Seat>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seat {
    Waiting,
    Admitted,
    /// Removed or refused by the secretary.
    Barred,
}

impl Door {
    pub(super) fn take(&mut self, fact: &Body) {
        match fact {
            Body::Convened { setup } => self.lobby_on = setup.lobby_on,
            Body::LobbySet { on } => self.lobby_on = *on,
            Body::LockSet { on } => self.locked = *on,
            Body::Closed => self.closed = true,
            Body::Joined { seat, waiting, .. } => {
                let state = if *waiting {
                    Seat::Waiting
                } else {
                    Seat::Admitted
                };
                self.seats.insert(*seat, state);
            }
            Body::Admitted { seat } => {
                self.seats.insert(*seat, Seat::Admitted);
            }
            Body::Left {
                seat,
                why:
                    LeaveReason::Removed { .. } | LeaveReason::Refused { .. } | LeaveReason::NotInvited,
            } => {
                self.seats.insert(*seat, Seat::Barred);
            }
            _ => {}
        }
    }

    /// Whether a screen of this seat may watch.
    pub(super) fn may_watch(&self, seat: SeatId) -> Result<(), RefusalCode> {
        match self.seats.get(&seat) {
            _ if self.closed => Err(RefusalCode::Ended),
            Some(Seat::Barred) => Err(RefusalCode::NotAllowed),
            Some(Seat::Waiting) => Err(RefusalCode::NotAdmitted),
            None if self.locked => Err(RefusalCode::Locked),
            None if self.lobby_on => Err(RefusalCode::NotAdmitted),
            Some(Seat::Admitted) | None => Ok(()),
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_screen_follows_its_seat_through_lobby_and_removal() {
        let seat = SeatId(Uuid::from_u128(1));
        let mut door = Door::default();
        assert_eq!(door.may_watch(seat), Ok(()));
        door.take(&Body::LobbySet { on: true });
        assert_eq!(door.may_watch(seat), Err(RefusalCode::NotAdmitted));
        door.take(&Body::Admitted { seat });
        assert_eq!(door.may_watch(seat), Ok(()));
        door.take(&Body::Left {
            seat,
            why: LeaveReason::Removed {
                text: String::new(),
            },
        });
        assert_eq!(door.may_watch(seat), Err(RefusalCode::NotAllowed));
        door.take(&Body::Closed);
        assert_eq!(door.may_watch(seat), Err(RefusalCode::Ended));
    }
}
