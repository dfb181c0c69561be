//! planned → open (technical check, lobby) → in session ↔ adjourned → closed.

use super::dirty::{Dirty, Section};
use super::roster::Presence;
use super::state::State;
use crate::ids::SeatId;
use crate::ledger::{Body, EndReason, LeaveReason, ShareEnd};
use crate::wire::{Phase, RefusalCode};
use chrono::{DateTime, Utc};

type Decision = Result<Vec<Body>, RefusalCode>;

impl State {
    pub(crate) fn advance(&self, phase: Phase) -> Decision {
        match (self.phase, phase) {
            (Phase::Planned, Phase::Open) => Ok(self.open()),
            (Phase::Open | Phase::Adjourned, Phase::InSession) => Ok(self.start()),
            (Phase::InSession, Phase::Adjourned) => {
                let mut bodies = self.silence(EndReason::Session);
                bodies.push(Body::Adjourned);
                Ok(bodies)
            }
            (Phase::Closed, _) => Err(RefusalCode::Ended),
            (_, Phase::Closed) => Ok(self.close()),
            _ => Err(RefusalCode::WrongPhase),
        }
    }

    fn open(&self) -> Vec<Body> {
        let mut bodies = vec![Body::Opened];
        if !self.lobby_on {
            bodies.extend(self.admissions(|seat| !seat.barred));
        }
        bodies
    }

    /// What was tried in the technical check is over: the session begins with nobody on the floor but, where so planned, the
    /// chair.
    fn start(&self) -> Vec<Body> {
        let mut bodies = self.silence(EndReason::Session);
        bodies.push(Body::Started);
        if self.invited.setup.chair_speaks_from_start {
            bodies.push(Body::ChairMicSet { on: true });
        }
        if self.agenda.current.is_none()
            && let Some(first) = self.invited.setup.agenda.first()
        {
            bodies.push(Body::ItemStarted { item: first.id });
        }
        bodies
    }

    fn close(&self) -> Vec<Body> {
        let mut bodies = self.close_roll_call().unwrap_or_default();
        bodies.extend(self.silence(EndReason::Session));
        bodies.push(Body::Closed);
        bodies
    }

    /// Ends every floor and share.
    fn silence(&self, why: EndReason) -> Vec<Body> {
        let mut bodies: Vec<Body> = self
            .floor
            .holders
            .iter()
            .map(|holding| Body::FloorEnded {
                seat: holding.seat,
                why,
            })
            .collect();
        if self.floor.chair_mic {
            bodies.push(Body::ChairMicSet { on: false });
        }
        bodies.extend(self.stage.content.map(|seat| Body::ShareEnded {
            seat,
            why: ShareEnd::Session,
        }));
        bodies
    }

    /// A seat goes for good; what it held goes with it.
    pub(crate) fn leave(&self, seat: SeatId, why: LeaveReason) -> Vec<Body> {
        let mut bodies = self.floor_of_leaver(seat, EndReason::Left);
        bodies.extend(self.share_of_leaver(seat, ShareEnd::Left));
        bodies.extend(self.above.finish(seat));
        bodies.push(Body::Left { seat, why });
        bodies
    }

    pub(crate) fn in_session(&self) -> Result<(), RefusalCode> {
        if self.phase == Phase::InSession {
            Ok(())
        } else {
            Err(RefusalCode::NotInSession)
        }
    }

    /// People may speak: in the technical check and in the session.
    pub(crate) fn floor_open(&self) -> Result<(), RefusalCode> {
        if matches!(self.phase, Phase::Open | Phase::InSession) {
            Ok(())
        } else {
            Err(RefusalCode::NotInSession)
        }
    }

    pub(crate) fn entered(&mut self, at: DateTime<Utc>, phase: Phase, dirty: &mut Dirty) {
        self.phase = phase;
        dirty.section(Section::Phase);
        // What was muted before a break or the start is not given back after it.
        if self.floor.muted.take().is_some() {
            dirty.section(Section::Floor);
        }
        // Who is not there is "not yet" before the start and absent after it.
        dirty.all_rows = true;
        match phase {
            Phase::InSession => {
                self.started_at.get_or_insert(at);
                self.arrive_all(at);
            }
            Phase::Closed => self.all_left(),
            Phase::Planned | Phase::Open | Phase::Adjourned => {}
        }
    }

    fn arrive_all(&mut self, at: DateTime<Utc>) {
        let seats = &self.roster.seats;
        for point in self.roster.points.values_mut() {
            let here = point
                .seats
                .iter()
                .any(|seat| seats.get(seat).is_some_and(super::roster::Seat::connected));
            if here {
                point.arrived.get_or_insert(at);
            }
        }
    }

    fn all_left(&mut self) {
        let here: Vec<SeatId> = self
            .roster
            .seats
            .values()
            .filter(|seat| seat.presence != Presence::Left)
            .map(|seat| seat.id)
            .collect();
        for seat in here {
            self.roster.edit(seat, |seat| {
                seat.presence = Presence::Left;
                seat.media.clear();
            });
        }
        self.floor.queue.clear();
    }
}
