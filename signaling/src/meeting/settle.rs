//! After each input: everything that may be told now is told.

use super::Meeting;
use super::api::{Channel, Output};
use super::recording::Effect;
use crate::ids::{CommandId, ConnectionId};
use crate::wire::{Goodbye, Outcome, Phase, ServerMessage};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

impl Meeting {
    pub(super) fn settle(&mut self, now: DateTime<Utc>) {
        let durable = self.durable.head.seq;
        let mut ready = Vec::new();
        while self.held.front().is_some_and(|(seq, _)| *seq <= durable) {
            ready.extend(self.held.pop_front().map(|(_, effect)| effect));
        }
        let mut entered = BTreeSet::new();
        for effect in &ready {
            if let Effect::Enter(connection) = effect {
                for replaced in self.sessions.enter(*connection) {
                    self.close(replaced, Goodbye::Replaced);
                    entered.remove(&replaced);
                }
                entered.insert(*connection);
            }
        }
        self.route(now, &entered);
        for connection in entered {
            self.admit_connection(now, connection);
        }
        for effect in &ready {
            if let Effect::Reply {
                connection,
                id,
                outcome,
                remember,
            } = effect
            {
                if *remember && let Some(known) = self.sessions.get(*connection) {
                    let seat = known.seat;
                    self.sessions.remember(seat, *id, outcome.clone());
                }
                self.reply(*connection, *id, outcome.clone());
            }
        }
        // Who is sent away has heard everything before.
        for effect in ready {
            match effect {
                Effect::Enter(_) | Effect::Reply { .. } => {}
                Effect::CloseSeat {
                    seat,
                    connections,
                    reason,
                } => {
                    for connection in connections {
                        self.close(connection, reason);
                    }
                    if !self.sessions.present(seat) {
                        self.board.seats.remove(&seat);
                        self.out.push(Output::DropMedia { seat });
                    }
                }
                Effect::Phase { phase, at } => {
                    self.out.push(Output::Phase { phase, at });
                    if phase == Phase::Closed {
                        let everybody: Vec<ConnectionId> = self.sessions.all().collect();
                        for connection in everybody {
                            self.close(connection, Goodbye::Ended);
                        }
                        self.board.seats.clear();
                    }
                }
            }
        }
        self.publish_plan();
        self.tell_tree(now);
        self.tell_loudest(now);
    }

    pub(super) fn admit_connection(&mut self, now: DateTime<Utc>, connection: ConnectionId) {
        let Some(known) = self.sessions.get(connection) else {
            return;
        };
        if known.channel == Channel::Client {
            self.welcome(now, connection, true);
        }
    }

    pub(super) fn reply(&mut self, connection: ConnectionId, id: CommandId, outcome: Outcome) {
        let client = self
            .sessions
            .get(connection)
            .is_some_and(|known| known.entered);
        if client {
            self.out.push(Output::Send {
                to: vec![connection],
                message: Box::new(ServerMessage::Reply { id, outcome }),
            });
        }
    }

    pub(super) fn close(&mut self, connection: ConnectionId, reason: Goodbye) {
        if self.sessions.remove(connection).is_some() {
            self.out.push(Output::Close { connection, reason });
        }
    }
}
