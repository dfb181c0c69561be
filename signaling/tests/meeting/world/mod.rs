//! A briefing with named participants on a virtual clock. It plays the shell: appends, executes outputs, keeps every client's
//! view as a client would, and checks after each step what must always hold.

#![allow(dead_code, reason = "each test binary uses its own part")]

pub(crate) mod plan;

use chrono::{DateTime, TimeDelta, Utc};
use giaoban_signaling::ids::{
    AccountId, BriefingId, CommandId, ConnectionId, MessageId, PointId, SeatId,
};
use giaoban_signaling::ledger::{Entry, Stored, verify};
use giaoban_signaling::meeting::{Channel, Connect, Input, JoinClaims, Meeting, Output, Record};
use giaoban_signaling::plan::MediaPlan;
use giaoban_signaling::setup::BriefingSetup;
use giaoban_signaling::wire::{
    Command, Goodbye, MediaNotice, Outcome, Phase, RefusalCode, Role, ServerMessage, View,
};
use std::collections::BTreeMap;
use uuid::Uuid;

pub(crate) fn time(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_764_000_000 + seconds, 0).unwrap()
}

pub(crate) fn uuid(space: u128, number: u128) -> Uuid {
    Uuid::from_u128((space << 64) | number)
}

/// Somebody who may join.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) account: AccountId,
    pub(crate) point: PointId,
    pub(crate) role: Role,
    pub(crate) name: String,
    pub(crate) title: String,
}

/// A client as a browser would be: its view, where it is, its connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Client {
    pub(crate) connection: Option<ConnectionId>,
    pub(crate) view: Option<View>,
    pub(crate) seq: u64,
    pub(crate) replies: BTreeMap<CommandId, Outcome>,
    pub(crate) goodbye: Option<Goodbye>,
    pub(crate) notices: Vec<MediaNotice>,
    /// How many messages it got.
    pub(crate) messages: usize,
    /// Whether the last hello was answered with a delta.
    pub(crate) resumed: bool,
}

pub(crate) struct World {
    pub(crate) now: DateTime<Utc>,
    pub(crate) setup: BriefingSetup,
    pub(crate) people: BTreeMap<String, Person>,
    pub(crate) clients: BTreeMap<String, Client>,
    pub(crate) meeting: Meeting,
    /// What the store holds.
    pub(crate) ledger: Vec<Entry>,
    /// Whether the store takes anything.
    pub(crate) store_works: bool,
    /// When false, entries gather until `commit`.
    pub(crate) commit_at_once: bool,
    pub(crate) waiting: Vec<Entry>,
    pub(crate) plan: MediaPlan,
    pub(crate) phases: Vec<Phase>,
    pub(crate) told: Vec<(BriefingId, giaoban_signaling::hierarchy::HierarchyMessage)>,
    pub(crate) dropped_media: Vec<SeatId>,
    /// Every message as it goes over the wire, if somebody wants to read it.
    pub(crate) wire: Option<Vec<String>>,
    by_connection: BTreeMap<ConnectionId, String>,
    next: u64,
}

impl World {
    pub(crate) fn new(setup: BriefingSetup, people: BTreeMap<String, Person>) -> Self {
        let now = time(0);
        let (meeting, outputs) = Meeting::load(setup.clone(), [], now).unwrap();
        let mut world = Self {
            now,
            setup,
            people,
            clients: BTreeMap::new(),
            meeting,
            ledger: Vec::new(),
            store_works: true,
            commit_at_once: true,
            waiting: Vec::new(),
            plan: MediaPlan::default(),
            phases: Vec::new(),
            told: Vec::new(),
            dropped_media: Vec::new(),
            wire: None,
            by_connection: BTreeMap::new(),
            next: 1,
        };
        world.execute(outputs);
        world
    }

    pub(crate) fn seat(&self, name: &str) -> SeatId {
        let person = &self.people[name];
        SeatId::of(self.setup.id, person.point, person.account)
    }

    pub(crate) fn point(&self, name: &str) -> PointId {
        self.people[name].point
    }

    pub(crate) fn input(&mut self, input: Input) {
        let outputs = self.meeting.handle(self.now, input);
        self.execute(outputs);
    }

    /// Moves the clock, giving every timeout on the way.
    pub(crate) fn pass(&mut self, seconds: f64) {
        #[expect(clippy::cast_possible_truncation, reason = "test times are short")]
        let end = self.now + TimeDelta::milliseconds((seconds * 1000.0) as i64);
        let mut turns = 0;
        while let Some(at) = self.meeting.poll_timeout().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.input(Input::Timeout);
            turns += 1;
            assert!(turns < 100_000, "the machine never rests");
        }
        self.now = end;
    }

    pub(crate) fn execute(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Append(entries) => self.waiting.extend(entries),
                Output::Send { to, message } => {
                    for connection in to {
                        self.deliver(connection, &message);
                    }
                }
                Output::Close { connection, reason } => {
                    if let Some(name) = self.by_connection.remove(&connection) {
                        let client = self.clients.get_mut(&name).unwrap();
                        if client.connection == Some(connection) {
                            client.connection = None;
                            client.goodbye = Some(reason);
                        }
                    }
                }
                Output::Plan(plan) => {
                    assert!(plan.revision > self.plan.revision, "plans only grow");
                    self.plan = *plan;
                }
                Output::DropMedia { seat } => self.dropped_media.push(seat),
                Output::Phase { phase, .. } => self.phases.push(phase),
                Output::Tell { to, message } => self.told.push((to, message)),
            }
        }
        if self.commit_at_once {
            self.commit();
        }
    }

    /// One transaction with all that waits.
    pub(crate) fn commit(&mut self) {
        while !self.waiting.is_empty() {
            let entries = std::mem::take(&mut self.waiting);
            let input = if self.store_works {
                let seq = entries.last().unwrap().fact.seq;
                self.ledger.extend(entries);
                Input::Appended { seq }
            } else {
                let seq = entries.first().unwrap().fact.seq - 1;
                Input::AppendFailed { seq }
            };
            let outputs = self.meeting.handle(self.now, input);
            let at_once = std::mem::replace(&mut self.commit_at_once, false);
            self.execute(outputs);
            self.commit_at_once = at_once;
        }
    }

    fn deliver(&mut self, connection: ConnectionId, message: &ServerMessage) {
        let Some(name) = self.by_connection.get(&connection) else {
            panic!("a message to a connection that is closed");
        };
        if let Some(wire) = &mut self.wire {
            let json = serde_json::to_string(message).unwrap();
            wire.push(format!("{name} {json}"));
        }
        let client = self.clients.get_mut(name).unwrap();
        client.messages += 1;
        match message {
            ServerMessage::Welcome { seq, view, .. } => {
                client.view = Some((**view).clone());
                client.seq = *seq;
                client.resumed = false;
            }
            ServerMessage::Resumed { seq, changes, .. }
            | ServerMessage::Update { seq, changes, .. } => {
                client.resumed = matches!(message, ServerMessage::Resumed { .. });
                assert!(*seq >= client.seq, "a client is never sent back");
                client.seq = *seq;
                let view = client.view.as_mut().expect("welcomed before");
                for change in changes {
                    view.apply(change.clone());
                }
            }
            ServerMessage::Reply { id, outcome } => {
                client.replies.insert(*id, outcome.clone());
            }
            ServerMessage::Media { media } => client.notices.push(media.clone()),
            ServerMessage::Pong { .. } | ServerMessage::Goodbye { .. } => {
                panic!("the shell's business")
            }
        }
    }

    fn id(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    pub(crate) fn claims(&self, name: &str) -> JoinClaims {
        let person = &self.people[name];
        JoinClaims {
            seat: self.seat(name),
            account: person.account,
            point: person.point,
            role: person.role,
            person: person.name.clone(),
            title: person.title.clone(),
        }
    }

    /// Opens a page: a new client that knows nothing.
    pub(crate) fn join(&mut self, name: &str) {
        self.clients.remove(name);
        self.hello(name, false);
    }

    /// Comes back with what the client knows.
    pub(crate) fn resume(&mut self, name: &str) {
        self.hello(name, true);
    }

    fn hello(&mut self, name: &str, resume: bool) {
        let connection = ConnectionId(self.id());
        let claims = self.claims(name);
        let client = self.clients.entry(name.to_owned()).or_default();
        let resume_seq = client.view.as_ref().filter(|_| resume).map(|_| client.seq);
        client.connection = Some(connection);
        client.goodbye = None;
        self.by_connection.insert(connection, name.to_owned());
        self.input(Input::Connect(Connect {
            connection,
            channel: Channel::Client,
            claims,
            resume_seq,
            resume_token: format!("token of {name}"),
        }));
    }

    pub(crate) fn device(&mut self, name: &str) -> ConnectionId {
        let connection = ConnectionId(self.id());
        let claims = self.claims(name);
        self.input(Input::Connect(Connect {
            connection,
            channel: Channel::Device,
            claims,
            resume_seq: None,
            resume_token: String::new(),
        }));
        connection
    }

    /// The socket breaks.
    pub(crate) fn cut(&mut self, name: &str) {
        let Some(connection) = self.clients.get_mut(name).and_then(|c| c.connection.take()) else {
            return;
        };
        self.by_connection.remove(&connection);
        self.input(Input::Disconnect { connection });
    }

    /// Sends a command; gives the outcome if it came at once.
    pub(crate) fn send(&mut self, name: &str, command: Command) -> Option<Outcome> {
        let id = CommandId(uuid(9, u128::from(self.id())));
        self.send_as(name, id, command)
    }

    pub(crate) fn send_as(
        &mut self,
        name: &str,
        id: CommandId,
        command: Command,
    ) -> Option<Outcome> {
        let connection = self.clients.get(name)?.connection?;
        let message = MessageId(uuid(8, u128::from(self.id())));
        self.input(Input::Command {
            connection,
            id,
            command,
            message,
        });
        self.clients[name].replies.get(&id).cloned()
    }

    pub(crate) fn done(&mut self, name: &str, command: Command) {
        let shown = format!("{command:?}");
        assert_eq!(
            self.send(name, command),
            Some(Outcome::Done),
            "{name}: {shown}"
        );
    }

    pub(crate) fn refused(&mut self, name: &str, command: Command, code: RefusalCode) {
        assert_eq!(
            self.send(name, command),
            Some(Outcome::Refused { code }),
            "{name}"
        );
    }

    pub(crate) fn view(&self, name: &str) -> &View {
        self.clients[name].view.as_ref().expect("welcomed")
    }

    /// The process dies and comes back: everything but the ledger is gone.
    pub(crate) fn restart(&mut self) {
        self.waiting.clear();
        for client in self.clients.values_mut() {
            client.connection = None;
        }
        self.by_connection.clear();
        self.plan = MediaPlan::default();
        let (meeting, outputs) =
            Meeting::load(self.setup.clone(), self.ledger.clone(), self.now).unwrap();
        self.meeting = meeting;
        self.execute(outputs);
    }

    pub(crate) fn kinds(&self) -> Vec<String> {
        self.ledger
            .iter()
            .map(|entry| entry.fact.body.kind())
            .collect()
    }

    /// The ledger as a store would give it back, verified.
    pub(crate) fn verify_ledger(&self) {
        let texts: Vec<[String; 3]> = self
            .ledger
            .iter()
            .map(|entry| {
                let fact = &entry.fact;
                [fact.actor.to_string(), fact.body.kind(), fact.payload()]
            })
            .collect();
        let stored = self
            .ledger
            .iter()
            .zip(&texts)
            .map(|(entry, [actor, kind, payload])| Stored {
                seq: entry.fact.seq,
                at: entry.fact.at,
                actor,
                kind,
                payload,
                prev: entry.prev,
                hash: entry.hash,
            });
        let head = verify(self.setup.id, stored).unwrap();
        assert_eq!(head.seq, u64::try_from(self.ledger.len()).unwrap());
    }

    /// The record is what its facts say.
    pub(crate) fn check_replay(&self) {
        let replayed = Record::replay(&self.setup, self.ledger.clone()).unwrap();
        assert!(replayed == self.meeting.durable_record(), "replay differs");
    }

    /// Every connected client sees exactly what it would be shown if it came now.
    pub(crate) fn check_views(&self) {
        self.check_views_of(|_| true);
    }

    pub(crate) fn check_views_of(&self, which: impl Fn(&View) -> bool) {
        for (name, client) in &self.clients {
            if client.connection.is_none() || !client.view.as_ref().is_some_and(&which) {
                continue;
            }
            let fresh = self.meeting.view(self.seat(name)).expect("a seat");
            let view = client.view.as_ref().unwrap();
            assert_eq!(view, &fresh, "{name} sees something else");
        }
    }
}
