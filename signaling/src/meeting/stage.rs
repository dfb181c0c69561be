//! The stage (hình ảnh chung): what everybody sees.

use super::dirty::{Dirty, Section};
use super::roster::Seat;
use super::state::State;
use crate::ids::SeatId;
use crate::ledger::{Body, ShareEnd};
use crate::wire::{Phase, RefusalCode, ShareState};

/// The longest strip of thumbnails; no client has more slots.
const STRIP: usize = 12;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stage {
    /// Picked by hand; `None` follows the floor.
    pub pinned: Option<SeatId>,
    /// Picked by hand; empty is chosen by the rules of `shown`.
    pub strip: Vec<SeatId>,
    pub content: Option<SeatId>,
    /// In the order of asking.
    pub requests: Vec<SeatId>,
    /// Who was given the floor, latest first, without repetition.
    pub recent: Vec<SeatId>,
}

impl Stage {
    pub(crate) fn asks(&self, seat: SeatId) -> bool {
        self.requests.contains(&seat)
    }

    pub(crate) fn spoke(&mut self, seat: SeatId) {
        self.recent.retain(|known| *known != seat);
        self.recent.insert(0, seat);
        self.recent.truncate(STRIP);
    }
}

/// The pictures everybody sees, and which of them are live.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shown {
    pub main: Option<SeatId>,
    pub content: Option<SeatId>,
    pub strip: Vec<SeatId>,
    live: Vec<SeatId>,
}

type Decision = Result<Vec<Body>, RefusalCode>;

impl State {
    /// Main: who was picked, else who was given the floor last, else the chair. Strip: who was picked, else the chair, recent
    /// speakers, and whoever came first with a camera. The chair is shown before it has come: a publisher without a socket may
    /// be the chair.
    pub(crate) fn shown(&self) -> Shown {
        if matches!(self.phase, Phase::Planned | Phase::Closed) {
            return Shown::default();
        }
        let main = self
            .stage
            .pinned
            .or_else(|| self.floor.holders.last().map(|holding| holding.seat))
            .unwrap_or(self.invited.chair_seat);
        let mut strip = self.stage.strip.clone();
        if strip.is_empty() {
            let recent = self.stage.recent.iter().copied();
            let cameras = self.roster.cameras.iter().map(|(_, seat)| *seat);
            let candidates = std::iter::once(self.invited.chair_seat)
                .chain(recent.filter(|seat| self.seat(*seat).is_none_or(Seat::in_room)))
                .chain(cameras);
            for seat in candidates {
                if !strip.contains(&seat) {
                    strip.push(seat);
                }
                if strip.len() == STRIP {
                    break;
                }
            }
        }
        let all = strip
            .iter()
            .copied()
            .chain([main])
            .chain(self.stage.content);
        let live = all
            .filter(|seat| self.seat(*seat).is_some_and(Seat::connected))
            .collect();
        Shown {
            main: Some(main),
            content: self.stage.content,
            strip,
            live,
        }
    }

    pub(crate) fn set_main(&self, seat: Option<SeatId>) -> Decision {
        self.own_floor()?;
        if let Some(seat) = seat {
            self.showable(seat)?;
        }
        Ok(if self.stage.pinned == seat {
            Vec::new()
        } else {
            vec![Body::MainSet { seat }]
        })
    }

    pub(crate) fn set_strip(&self, seats: Vec<SeatId>) -> Decision {
        self.own_floor()?;
        if seats.len() > STRIP {
            return Err(RefusalCode::OutOfRange);
        }
        for seat in &seats {
            self.showable(*seat)?;
        }
        Ok(vec![Body::StripSet { seats }])
    }

    fn showable(&self, seat: SeatId) -> Result<(), RefusalCode> {
        if seat == self.invited.chair_seat || self.floor.guest(seat).is_some() {
            return Ok(());
        }
        match self.seat(seat) {
            None => Err(RefusalCode::UnknownSeat),
            Some(seat) if !seat.admitted => Err(RefusalCode::NotAdmitted),
            Some(seat) if !seat.connected() => Err(RefusalCode::NotConnected),
            Some(_) => Ok(()),
        }
    }

    /// Chair and secretary share at once; others ask.
    pub(crate) fn request_share(&self, seat: &Seat) -> Decision {
        self.floor_open()?;
        self.own_floor()?;
        if !seat.may_speak() {
            return Err(RefusalCode::NotAllowed);
        }
        if self.stage.content == Some(seat.id) || self.stage.asks(seat.id) {
            return Ok(Vec::new());
        }
        Ok(if seat.leads() {
            self.start_share(seat.id)
        } else {
            vec![Body::ShareRequested { seat: seat.id }]
        })
    }

    pub(crate) fn approve_share(&self, seat: SeatId) -> Decision {
        if !self.stage.asks(seat) {
            return Err(RefusalCode::NotQueued);
        }
        Ok(self.start_share(seat))
    }

    fn start_share(&self, seat: SeatId) -> Vec<Body> {
        let before = self.stage.content.map(|seat| Body::ShareEnded {
            seat,
            why: ShareEnd::Replaced,
        });
        before
            .into_iter()
            .chain([Body::ShareStarted { seat }])
            .collect()
    }

    pub(crate) fn deny_share(&self, seat: SeatId) -> Decision {
        if !self.stage.asks(seat) {
            return Err(RefusalCode::NotQueued);
        }
        Ok(vec![Body::ShareDenied { seat }])
    }

    pub(crate) fn stop_share(&self, seat: &Seat) -> Decision {
        let (target, why) = match self.stage.content {
            Some(sharing) if sharing == seat.id => (sharing, ShareEnd::Own),
            _ if self.stage.asks(seat.id) => (seat.id, ShareEnd::Own),
            Some(sharing) if seat.leads() => (sharing, ShareEnd::ByChair),
            Some(_) => return Err(RefusalCode::NotAllowed),
            None => return Ok(Vec::new()),
        };
        Ok(vec![Body::ShareEnded { seat: target, why }])
    }

    pub(crate) fn share_of_leaver(&self, seat: SeatId, why: ShareEnd) -> Option<Body> {
        (self.stage.content == Some(seat)).then_some(Body::ShareEnded { seat, why })
    }

    pub(crate) fn share_state(&mut self, seat: SeatId, state: ShareState, dirty: &mut Dirty) {
        let asked = self.stage.asks(seat);
        self.stage.requests.retain(|known| *known != seat);
        match state {
            ShareState::Waiting => self.stage.requests.push(seat),
            ShareState::Granted => self.stage.content = Some(seat),
            ShareState::None | ShareState::Denied => {
                if self.stage.content == Some(seat) {
                    self.stage.content = None;
                }
            }
        }
        if asked || state == ShareState::Waiting {
            dirty.section(Section::Shares);
        }
        self.roster.edit(seat, |seat| seat.share = state);
        dirty.me.insert(seat);
    }

    /// A seat that went is picked no longer.
    pub(crate) fn forget_shown(&mut self, seat: SeatId, dirty: &mut Dirty) {
        if self.stage.asks(seat) {
            self.stage.requests.retain(|known| *known != seat);
            dirty.section(Section::Shares);
        }
        if self.stage.pinned == Some(seat) {
            self.stage.pinned = None;
            dirty.section(Section::Stage);
        }
        self.stage.strip.retain(|known| *known != seat);
    }
}
