//! Connections and the seats behind them. Not recorded: what of it matters (joined, dropped, returned) becomes a fact.

use super::api::{Channel, Connect, JoinClaims};
use super::roster::Presence;
use super::state::State;
use crate::ids::{CommandId, ConnectionId, SeatId};
use crate::ledger::Body;
use crate::wire::{Goodbye, Outcome, Phase, Role};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How many answers without facts are remembered for each seat.
const REMEMBERED: usize = 64;

#[derive(Debug)]
pub(crate) struct Connection {
    pub seat: SeatId,
    pub channel: Channel,
    pub resume_token: String,
    pub resume_seq: Option<u64>,
    /// Its joining is durable and it was welcomed.
    pub entered: bool,
    /// The seq up to which it has been told everything.
    pub told: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Sessions {
    all: BTreeMap<ConnectionId, Connection>,
    by_seat: BTreeMap<SeatId, BTreeSet<ConnectionId>>,
    /// The one client of each seat that is being told what happens.
    clients: BTreeMap<SeatId, ConnectionId>,
    /// Answers to commands that left no fact. Those with facts are remembered in the record.
    answers: BTreeMap<SeatId, VecDeque<(CommandId, Outcome)>>,
}

impl Sessions {
    pub(crate) fn add(&mut self, connect: Connect) {
        let seat = connect.claims.seat;
        self.by_seat
            .entry(seat)
            .or_default()
            .insert(connect.connection);
        self.all.insert(
            connect.connection,
            Connection {
                seat,
                channel: connect.channel,
                resume_token: connect.resume_token,
                resume_seq: connect.resume_seq,
                entered: false,
                told: 0,
            },
        );
    }

    pub(crate) fn get(&self, connection: ConnectionId) -> Option<&Connection> {
        self.all.get(&connection)
    }

    pub(crate) fn get_mut(&mut self, connection: ConnectionId) -> Option<&mut Connection> {
        self.all.get_mut(&connection)
    }

    /// Forgets a connection; gives its seat.
    pub(crate) fn remove(&mut self, connection: ConnectionId) -> Option<SeatId> {
        let seat = self.all.remove(&connection)?.seat;
        if let Some(of_seat) = self.by_seat.get_mut(&seat) {
            of_seat.remove(&connection);
            if of_seat.is_empty() {
                self.by_seat.remove(&seat);
            }
        }
        if self.clients.get(&seat) == Some(&connection) {
            self.clients.remove(&seat);
        }
        Some(seat)
    }

    pub(crate) fn of_seat(&self, seat: SeatId) -> impl Iterator<Item = ConnectionId> {
        self.by_seat.get(&seat).into_iter().flatten().copied()
    }

    pub(crate) fn present(&self, seat: SeatId) -> bool {
        self.by_seat.contains_key(&seat)
    }

    pub(crate) fn device_only(&self, seat: SeatId) -> bool {
        self.present(seat)
            && self
                .of_seat(seat)
                .filter_map(|connection| self.get(connection))
                .all(|connection| connection.channel == Channel::Device)
    }

    /// Lets a connection in; gives those of the same seat and channel that it replaces.
    pub(crate) fn enter(&mut self, connection: ConnectionId) -> Vec<ConnectionId> {
        let Some(entering) = self.all.get_mut(&connection) else {
            return Vec::new();
        };
        entering.entered = true;
        let (seat, channel) = (entering.seat, entering.channel);
        if channel == Channel::Client {
            self.clients.insert(seat, connection);
        }
        self.of_seat(seat)
            .filter(|other| *other != connection)
            .filter(|other| {
                self.get(*other)
                    .is_some_and(|other| other.entered && other.channel == channel)
            })
            .collect()
    }

    pub(crate) fn client(&self, seat: SeatId) -> Option<ConnectionId> {
        self.clients.get(&seat).copied()
    }

    pub(crate) fn clients(&self) -> impl Iterator<Item = (SeatId, ConnectionId)> {
        self.clients
            .iter()
            .map(|(seat, connection)| (*seat, *connection))
    }

    pub(crate) fn clients_len(&self) -> usize {
        self.clients.len()
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = ConnectionId> {
        self.all.keys().copied()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(crate) fn answer(&self, seat: SeatId, command: CommandId) -> Option<&Outcome> {
        let answers = self.answers.get(&seat)?;
        answers
            .iter()
            .find(|(id, _)| *id == command)
            .map(|(_, outcome)| outcome)
    }

    pub(crate) fn remember(&mut self, seat: SeatId, command: CommandId, outcome: Outcome) {
        let answers = self.answers.entry(seat).or_default();
        answers.push_back((command, outcome));
        if answers.len() > REMEMBERED {
            answers.pop_front();
        }
    }
}

impl State {
    /// The facts of somebody's coming, or why not.
    pub(crate) fn come(&self, claims: &JoinClaims) -> Result<Vec<Body>, Goodbye> {
        let setup = &self.invited.setup;
        if self.phase == Phase::Closed {
            return Err(Goodbye::Ended);
        }
        if claims.seat != SeatId::of(setup.id, claims.point, claims.account) {
            return Err(Goodbye::BadToken);
        }
        let role = self
            .invited
            .role_of(claims.account, claims.point, claims.role);
        if !self.invited.invites(claims.point, role) {
            return Err(Goodbye::Refused);
        }
        let known = self.seat(claims.seat);
        match known.map(|seat| seat.presence) {
            Some(Presence::Connected) => return Ok(Vec::new()),
            Some(Presence::Lost { .. }) => {
                return Ok(vec![Body::Returned { seat: claims.seat }]);
            }
            Some(Presence::Left) | None => {}
        }
        let leads = matches!(role, Role::Chair | Role::Secretary);
        if self.locked && !leads && !known.is_some_and(|seat| seat.admitted) {
            return Err(Goodbye::Refused);
        }
        let mut bodies = vec![Body::Joined {
            seat: claims.seat,
            account: claims.account,
            point: claims.point,
            role: claims.role,
            person: claims.person.clone(),
            title: claims.title.clone(),
            waiting: self.must_wait(role, known),
        }];
        if claims.seat == self.invited.chair_seat
            && setup.chair_speaks_from_start
            && self.session_running()
            && self.own_floor().is_ok()
            && !self.floor.chair_mic
        {
            bodies.push(Body::ChairMicSet { on: true });
        }
        Ok(bodies)
    }
}
