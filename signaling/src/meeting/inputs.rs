//! What each input does.

use super::Meeting;
use super::api::{Connect, MediaReport, Output};
use super::commands::Circumstances;
use super::dirty::Dirty;
use super::recording::Effect;
use super::roster::Presence;
use crate::ids::{CommandId, ConnectionId, MessageId, SeatId};
use crate::ledger::{Actor, Body, LeaveReason, MediaKind};
use crate::setup::BriefingSetup;
use crate::wire::{Command, LinkState, MediaNotice, Outcome, Phase, ServerMessage};
use chrono::{DateTime, Utc};

impl Meeting {
    pub(super) fn connect(&mut self, now: DateTime<Utc>, connect: Connect) {
        let connection = connect.connection;
        match self.state.come(&connect.claims) {
            Err(reason) => self.out.push(Output::Close { connection, reason }),
            Ok(bodies) => {
                let seat = connect.claims.seat;
                self.sessions.add(connect);
                for body in bodies {
                    self.record(now, Actor::Seat(seat), None, body);
                }
                self.hold(Effect::Enter(connection));
            }
        }
    }

    /// The last connection of a seat may be gone.
    pub(super) fn gone(&mut self, now: DateTime<Utc>, id: SeatId) {
        if self.sessions.present(id) {
            return;
        }
        let Some(seat) = self.state.seat(id).filter(|seat| seat.connected()) else {
            return;
        };
        let body = if seat.admitted {
            Body::Dropped { seat: id }
        } else {
            Body::Left {
                seat: id,
                why: LeaveReason::Left,
            }
        };
        self.record(now, Actor::Server, None, body);
    }

    pub(super) fn command(
        &mut self,
        now: DateTime<Utc>,
        connection: ConnectionId,
        id: CommandId,
        command: Command,
        message: MessageId,
    ) {
        let Some(seat) = self.sessions.get(connection).map(|known| known.seat) else {
            return;
        };
        let (outcome, remember) = match self.answered_before(seat, id) {
            Some(outcome) => (outcome, false),
            None => self.carry_out(now, seat, id, command, message),
        };
        self.hold(Effect::Reply {
            connection,
            id,
            outcome,
            remember,
        });
    }

    pub(super) fn answered_before(&self, seat: SeatId, id: CommandId) -> Option<Outcome> {
        if self.state.seat(seat).is_some_and(|seat| seat.has_sent(id)) {
            return Some(Outcome::Done);
        }
        self.sessions.answer(seat, id).cloned()
    }

    /// The outcome, and whether no fact remembers it.
    pub(super) fn carry_out(
        &mut self,
        now: DateTime<Utc>,
        seat: SeatId,
        id: CommandId,
        command: Command,
        message: MessageId,
    ) -> (Outcome, bool) {
        let sessions = &self.sessions;
        let around = Circumstances {
            now,
            message,
            device_only: &|seat| sessions.device_only(seat),
        };
        match self.state.decide(seat, command, &around) {
            Err(code) => (Outcome::Refused { code }, true),
            Ok(bodies) => {
                let nothing = bodies.is_empty();
                for body in bodies {
                    self.record(now, Actor::Seat(seat), Some(id), body);
                }
                (Outcome::Done, nothing)
            }
        }
    }

    pub(super) fn replan(&mut self, now: DateTime<Utc>, setup: Box<BriefingSetup>) {
        let id = self.state.invited.setup.id;
        let unchanged = *setup == self.state.invited.setup;
        if unchanged || setup.id != id || self.state.phase == Phase::Closed {
            return;
        }
        self.record(now, Actor::Server, None, Body::Replanned { setup });
        let invited = self.state.invited.clone();
        let uninvited: Vec<SeatId> = self
            .state
            .roster
            .seats
            .values()
            .filter(|seat| seat.presence != Presence::Left)
            .filter(|seat| !invited.invites(seat.point, seat.role))
            .map(|seat| seat.id)
            .collect();
        for seat in uninvited {
            for body in self.state.leave(seat, LeaveReason::NotInvited) {
                self.record(now, Actor::Server, None, body);
            }
        }
    }

    pub(super) fn media(&mut self, now: DateTime<Utc>, report: MediaReport) {
        match report {
            MediaReport::Flowing { seat, media, on } => {
                if on {
                    self.flowing.insert((seat, media));
                } else {
                    self.flowing.remove(&(seat, media));
                }
                self.record_flow(now, seat, media);
            }
            MediaReport::Quality {
                seat,
                quality,
                measured,
            } => {
                let other_word = self.link(seat, quality.state);
                self.measured(now, seat, measured, other_word);
                self.pass_on(seat, MediaNotice::Quality { quality });
            }
            MediaReport::Connected { seat, on } => {
                if !on {
                    let _ = self.link(seat, LinkState::Unknown);
                }
            }
            MediaReport::Loudest { seats } => self.loudest.set(seats),
            MediaReport::Notice { seat, notice } => self.pass_on(seat, notice),
        }
    }

    pub(super) fn record_flow(&mut self, now: DateTime<Utc>, id: SeatId, media: MediaKind) {
        let on = self.flowing.contains(&(id, media));
        let differs = self
            .state
            .seat(id)
            .is_some_and(|seat| seat.in_room() && seat.media.contains(&media) != on);
        if differs && self.state.phase != Phase::Closed {
            let body = Body::Flowing {
                seat: id,
                media,
                on,
            };
            self.record(now, Actor::Server, None, body);
        }
    }

    /// True if the link has another word than before.
    pub(super) fn link(&mut self, seat: SeatId, link: LinkState) -> bool {
        let before = self.live.links.get(&seat).copied().unwrap_or_default();
        if before == link {
            return false;
        }
        if link == LinkState::Unknown {
            self.live.links.remove(&seat);
        } else {
            self.live.links.insert(seat, link);
        }
        let mut dirty = Dirty::default();
        if let Some(seat) = self.durable.seat(seat) {
            dirty.rows.insert(seat.point);
        }
        self.touch(dirty);
        true
    }

    /// Something is shown differently without a fact.
    pub(super) fn touch(&mut self, dirty: Dirty) {
        let seq = self.durable.head.seq;
        self.live.mark(seq, &dirty);
        self.dirty_since.get_or_insert(seq + 1);
        self.note_for_tree(&dirty);
        self.dirty.merge(dirty);
    }

    pub(super) fn pass_on(&mut self, seat: SeatId, media: MediaNotice) {
        if let Some(connection) = self.sessions.client(seat) {
            self.out.push(Output::Send {
                to: vec![connection],
                message: Box::new(ServerMessage::Media { media }),
            });
        }
    }
}
