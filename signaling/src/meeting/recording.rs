//! Writing facts, and holding back what follows from them until they are durable.

use super::api::Output;
use super::{Meeting, timers};
use crate::ids::{CommandId, ConnectionId, SeatId};
use crate::ledger::{Actor, Body, Entry, Fact, LeaveReason, MediaKind};
use crate::wire::{Goodbye, Outcome, Phase, RefusalCode};
use chrono::{DateTime, SubsecRound, Utc};

/// Something to be done when the facts before it are durable.
#[derive(Debug)]
pub(super) enum Effect {
    Enter(ConnectionId),
    Reply {
        connection: ConnectionId,
        id: CommandId,
        outcome: Outcome,
        /// It left no fact that would remember it.
        remember: bool,
    },
    /// The connections that the seat had when it left; whoever comes back meanwhile stays.
    CloseSeat {
        seat: SeatId,
        connections: Vec<ConnectionId>,
        reason: Goodbye,
    },
    Phase {
        phase: Phase,
        at: DateTime<Utc>,
    },
}

impl Meeting {
    pub(super) fn record(
        &mut self,
        now: DateTime<Utc>,
        actor: Actor,
        command: Option<CommandId>,
        body: Body,
    ) {
        let at = now.trunc_subsecs(6);
        let fact = Fact {
            seq: self.state.head.seq + 1,
            // A clock that was set back does not turn the record round.
            at: self.state.last_at.map_or(at, |last| last.max(at)),
            actor,
            command,
            body,
        };
        let entry = Entry::link(self.state.invited.setup.id, fact, self.state.head.hash);
        let _ = self.state.apply(&entry);
        self.follow_up(&entry.fact);
        let phase_changed = matches!(
            entry.fact.body,
            Body::Started | Body::Adjourned | Body::Closed
        );
        self.pending.push_back(entry.clone());
        match self.out.last_mut() {
            Some(Output::Append(entries)) => entries.push(entry),
            _ => self.out.push(Output::Append(vec![entry])),
        }
        if phase_changed {
            self.hear_everybody_again(now);
        }
    }

    /// What a fact means for the world outside, once it is durable.
    pub(super) fn follow_up(&mut self, fact: &Fact) {
        let phase = match &fact.body {
            Body::Opened => Phase::Open,
            Body::Started => Phase::InSession,
            Body::Adjourned => Phase::Adjourned,
            Body::Closed => Phase::Closed,
            Body::Left { seat, why } => {
                let reason = match why {
                    LeaveReason::Left | LeaveReason::GraceExpired => Goodbye::Left,
                    LeaveReason::Removed { .. } | LeaveReason::NotInvited => Goodbye::Removed,
                    LeaveReason::Refused { .. } => Goodbye::Refused,
                    LeaveReason::Closed => Goodbye::Ended,
                };
                let connections = self.sessions.of_seat(*seat).collect();
                self.hold(Effect::CloseSeat {
                    seat: *seat,
                    connections,
                    reason,
                });
                return;
            }
            _ => return,
        };
        self.hold(Effect::Phase { phase, at: fact.at });
    }

    pub(super) fn hold(&mut self, effect: Effect) {
        self.held.push_back((self.state.head.seq, effect));
    }

    pub(super) fn appended(&mut self, seq: u64) {
        while self
            .pending
            .front()
            .is_some_and(|entry| entry.fact.seq <= seq)
        {
            let Some(entry) = self.pending.pop_front() else {
                break;
            };
            let dirty = self.durable.apply(&entry);
            self.dirty_since.get_or_insert(entry.fact.seq);
            self.note_for_tree(&dirty);
            self.dirty.merge(dirty);
        }
    }

    pub(super) fn append_failed(&mut self, now: DateTime<Utc>, seq: u64) {
        self.pending.retain(|entry| entry.fact.seq <= seq);
        self.state = self.durable.clone();
        for entry in &self.pending {
            let _ = self.state.apply(entry);
        }
        self.reconcile_at = Some(now + timers::RETRY);
        let kept = self.held.partition_point(|(of, _)| *of <= seq);
        for (_, effect) in self.held.split_off(kept) {
            match effect {
                Effect::Enter(connection) => self.close(connection, Goodbye::Restarting),
                Effect::Reply { connection, id, .. } => self.reply(
                    connection,
                    id,
                    Outcome::Refused {
                        code: RefusalCode::StoreUnavailable,
                    },
                ),
                Effect::CloseSeat { .. } | Effect::Phase { .. } => {}
            }
        }
    }

    /// Writes down what really is, where the record says something else.
    pub(super) fn reconcile(&mut self, now: DateTime<Utc>) {
        let seats: Vec<SeatId> = self.state.roster.seats.keys().copied().collect();
        for seat in seats {
            if !self.sessions.present(seat) {
                self.gone(now, seat);
            }
            for media in [MediaKind::Mic, MediaKind::Camera, MediaKind::Content] {
                self.record_flow(now, seat, media);
            }
        }
        self.hear_everybody_again(now);
    }
}
