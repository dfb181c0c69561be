//! The meeting state machine, one feature a file.
//!
//! A command is *decided* against the recorded state (`commands`, and the feature it belongs to), which gives facts; the facts are
//! *folded* into the state (`state`), which says what became dirty; `routing` tells those concerned. There are two copies of
//! the state: `state` is ahead and is what decisions look at, `durable` follows when the shell says that facts are written, and
//! is what everybody is shown. Forgetting facts that could not be written is copying `durable` over `state`.

mod above;
mod agenda;
mod api;
mod attendance_facts;
mod below;
mod chat;
mod commands;
mod dirty;
mod floor;
mod invited;
mod lifecycle;
mod live;
mod lobby;
mod loudest;
mod permissions;
mod plan;
mod roll_call;
mod roster;
mod routing;
mod session;
mod stage;
mod state;
mod timers;
mod tree;
mod view;

pub use api::{Channel, Connect, Input, JoinClaims, MediaReport, Output};

use crate::hierarchy::{ParentState, RollTotals};
use crate::ids::{BriefingId, CommandId, ConnectionId, MessageId, SeatId, UnitCode};
use crate::ledger::{Actor, Body, Entry, Fact, Head, LeaveReason, MediaKind};
use crate::plan::MediaPlan;
use crate::setup::BriefingSetup;
use crate::wire::{
    Command, Goodbye, LinkState, MediaNotice, Outcome, Phase, RefusalCode, ServerMessage, View,
};
use chrono::{DateTime, SubsecRound, Utc};
use commands::Circumstances;
use dirty::Dirty;
use live::Live;
use loudest::Loudest;
use roster::Presence;
use routing::Board;
use session::Sessions;
use state::State;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use tree::Up;

/// One briefing.
#[derive(Debug)]
pub struct Meeting {
    /// With all facts, also those that are being written. Decisions are made on it.
    state: State,
    /// With the durable facts only. What everybody is shown.
    durable: State,
    /// The facts between the two, oldest first.
    pending: VecDeque<Entry>,
    /// What must wait until the fact of that seq is durable, in order.
    held: VecDeque<(u64, Effect)>,
    live: Live,
    sessions: Sessions,
    /// Which media arrive now, whatever the record says; the record follows.
    flowing: BTreeSet<(SeatId, MediaKind)>,
    /// What became durable and has not been told yet, and the seq of the first of it.
    dirty: Dirty,
    dirty_since: Option<u64>,
    board: Board,
    up: Up,
    up_revision: Option<u64>,
    /// What each child was last told.
    down: BTreeMap<BriefingId, ParentState>,
    down_revision: Option<u64>,
    /// Parent or children may have to be told something.
    tree_stale: bool,
    loudest: Loudest,
    plan: MediaPlan,
    /// After a failed append: nothing is written by itself before this time.
    reconcile_at: Option<DateTime<Utc>>,
    out: Vec<Output>,
}

/// Something to be done when the facts before it are durable.
#[derive(Debug)]
enum Effect {
    Enter(ConnectionId),
    Reply {
        connection: ConnectionId,
        id: CommandId,
        outcome: Outcome,
        /// It left no fact that would remember it.
        remember: bool,
    },
    CloseSeat {
        seat: SeatId,
        reason: Goodbye,
    },
    Phase {
        phase: Phase,
        at: DateTime<Utc>,
    },
}

/// The stored facts are not those of this briefing's ledger.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("fact {seq} does not follow what is before it")]
    Chain { seq: u64 },
    #[error("the ledger begins with something else than the plan")]
    NoPlan,
}

/// What is recorded of a briefing: a fold of its facts and of nothing else.
#[derive(Clone, Debug, PartialEq)]
pub struct Record(State);

impl Record {
    /// Folds a whole ledger, checking its chain.
    pub fn replay(
        setup: &BriefingSetup,
        entries: impl IntoIterator<Item = Entry>,
    ) -> Result<Self, LoadError> {
        let mut state = State::new(setup.clone());
        for entry in entries {
            let seq = entry.fact.seq;
            if seq == 1 && !matches!(entry.fact.body, Body::Convened { .. }) {
                return Err(LoadError::NoPlan);
            }
            let expected = Entry::link(setup.id, entry.fact.clone(), state.head.hash);
            if seq != state.head.seq + 1 || expected != entry {
                return Err(LoadError::Chain { seq });
            }
            let _ = state.apply(&entry);
        }
        Ok(Self(state))
    }
}

/// What the shell needs to know of a connection before it lets it use media.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub seat: SeatId,
    /// False in the lobby: no media yet.
    pub admitted: bool,
    /// May publish microphone and camera.
    pub publishes: bool,
}

impl Meeting {
    /// A new briefing, or one that goes on after a restart: `entries` is its whole ledger, empty for a new one. The outputs
    /// begin with an `Append`, if anything has to be written; if that fails, drop the meeting and load it again later. Every
    /// seat that was connected is lost now and has the grace period to come back.
    pub fn load(
        setup: BriefingSetup,
        entries: impl IntoIterator<Item = Entry>,
        now: DateTime<Utc>,
    ) -> Result<(Self, Vec<Output>), LoadError> {
        let Record(state) = Record::replay(&setup, entries)?;
        let mut meeting = Self {
            durable: state.clone(),
            state,
            pending: VecDeque::new(),
            held: VecDeque::new(),
            live: Live::default(),
            sessions: Sessions::default(),
            flowing: BTreeSet::new(),
            dirty: Dirty::default(),
            dirty_since: None,
            board: Board::default(),
            up: Up::default(),
            up_revision: None,
            down: BTreeMap::new(),
            down_revision: None,
            tree_stale: true,
            loudest: Loudest::default(),
            plan: MediaPlan::default(),
            reconcile_at: None,
            out: Vec::new(),
        };
        meeting.resume_after_restart(now, setup);
        meeting.settle(now);
        let outputs = std::mem::take(&mut meeting.out);
        Ok((meeting, outputs))
    }

    fn resume_after_restart(&mut self, now: DateTime<Utc>, setup: BriefingSetup) {
        let setup = Box::new(setup);
        if self.state.head.seq == 0 {
            self.record(now, Actor::Server, None, Body::Convened { setup });
            return;
        }
        if self.state.phase == Phase::Closed {
            return;
        }
        let seats = &self.state.roster.seats;
        let somebody = seats.values().any(|seat| seat.presence != Presence::Left);
        if let Some(down_since) = self.state.last_at.filter(|_| somebody) {
            self.record(now, Actor::Server, None, Body::Restarted { down_since });
        }
        self.replan(now, setup);
    }

    /// Takes one input, gives what is to be done.
    pub fn handle(&mut self, now: DateTime<Utc>, input: Input) -> Vec<Output> {
        match input {
            Input::Connect(connect) => self.connect(now, connect),
            Input::Disconnect { connection } => {
                if let Some(seat) = self.sessions.remove(connection) {
                    self.gone(now, seat);
                }
            }
            Input::Command {
                connection,
                id,
                command,
                message,
            } => self.command(now, connection, id, command, message),
            Input::Media(report) => self.media(now, report),
            Input::Appended { seq } => self.appended(seq),
            Input::AppendFailed => self.append_failed(now),
            Input::Hierarchy { from, message } => self.hear(now, from, message),
            Input::Advance(phase) => {
                for body in self.state.advance(phase).unwrap_or_default() {
                    self.record(now, Actor::Server, None, body);
                }
            }
            Input::Replanned(setup) => self.replan(now, setup),
            Input::Timeout => self.timeout(now),
        }
        self.settle(now);
        std::mem::take(&mut self.out)
    }

    // Recording.

    fn record(&mut self, now: DateTime<Utc>, actor: Actor, command: Option<CommandId>, body: Body) {
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
    fn follow_up(&mut self, fact: &Fact) {
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
                self.hold(Effect::CloseSeat {
                    seat: *seat,
                    reason,
                });
                return;
            }
            _ => return,
        };
        self.hold(Effect::Phase { phase, at: fact.at });
    }

    fn hold(&mut self, effect: Effect) {
        self.held.push_back((self.state.head.seq, effect));
    }

    fn appended(&mut self, seq: u64) {
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

    fn append_failed(&mut self, now: DateTime<Utc>) {
        self.pending.clear();
        self.state = self.durable.clone();
        self.reconcile_at = Some(now + timers::RETRY);
        for (_, effect) in std::mem::take(&mut self.held) {
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
    fn reconcile(&mut self, now: DateTime<Utc>) {
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

    // Inputs.

    fn connect(&mut self, now: DateTime<Utc>, connect: Connect) {
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
    fn gone(&mut self, now: DateTime<Utc>, id: SeatId) {
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

    fn command(
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

    fn answered_before(&self, seat: SeatId, id: CommandId) -> Option<Outcome> {
        if self.state.seat(seat).is_some_and(|seat| seat.has_sent(id)) {
            return Some(Outcome::Done);
        }
        self.sessions.answer(seat, id).cloned()
    }

    /// The outcome, and whether no fact remembers it.
    fn carry_out(
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

    fn replan(&mut self, now: DateTime<Utc>, setup: Box<BriefingSetup>) {
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

    fn media(&mut self, now: DateTime<Utc>, report: MediaReport) {
        match report {
            MediaReport::Flowing { seat, media, on } => {
                if on {
                    self.flowing.insert((seat, media));
                } else {
                    self.flowing.remove(&(seat, media));
                }
                self.record_flow(now, seat, media);
            }
            MediaReport::Quality { seat, quality } => {
                self.link(seat, quality.state);
                self.pass_on(seat, MediaNotice::Quality { quality });
            }
            MediaReport::Connected { seat, on } => {
                if !on {
                    self.link(seat, LinkState::Unknown);
                }
            }
            MediaReport::Loudest { seats } => self.loudest.set(seats),
            MediaReport::Notice { seat, notice } => self.pass_on(seat, notice),
        }
    }

    fn record_flow(&mut self, now: DateTime<Utc>, id: SeatId, media: MediaKind) {
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

    fn link(&mut self, seat: SeatId, link: LinkState) {
        let before = self.live.links.get(&seat).copied().unwrap_or_default();
        if before == link {
            return;
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
    }

    /// Something is shown differently without a fact.
    fn touch(&mut self, dirty: Dirty) {
        let seq = self.durable.head.seq;
        self.live.mark(seq, &dirty);
        self.dirty_since.get_or_insert(seq + 1);
        self.note_for_tree(&dirty);
        self.dirty.merge(dirty);
    }

    fn pass_on(&mut self, seat: SeatId, media: MediaNotice) {
        if let Some(connection) = self.sessions.client(seat) {
            self.out.push(Output::Send {
                to: vec![connection],
                message: Box::new(ServerMessage::Media { media }),
            });
        }
    }

    // Settling: everything that may be told now is told.

    fn settle(&mut self, now: DateTime<Utc>) {
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
                Effect::CloseSeat { seat, reason } => {
                    let connections: Vec<ConnectionId> = self.sessions.of_seat(seat).collect();
                    // Somebody who came back meanwhile has joined anew and stays.
                    let back = self.durable.seat(seat).is_some_and(roster::Seat::connected);
                    if !back {
                        for connection in connections {
                            self.close(connection, reason);
                        }
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

    fn admit_connection(&mut self, now: DateTime<Utc>, connection: ConnectionId) {
        let Some(known) = self.sessions.get(connection) else {
            return;
        };
        if known.channel == Channel::Client {
            self.welcome(now, connection, true);
        }
    }

    fn reply(&mut self, connection: ConnectionId, id: CommandId, outcome: Outcome) {
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

    fn close(&mut self, connection: ConnectionId, reason: Goodbye) {
        if self.sessions.remove(connection).is_some() {
            self.out.push(Output::Close { connection, reason });
        }
    }

    // Questions of the shell. They are answered from what is durable.

    /// Who a connection is.
    pub fn standing(&self, connection: ConnectionId) -> Option<Standing> {
        let known = self.sessions.get(connection)?;
        let seat = self.durable.seat(known.seat)?;
        Some(Standing {
            seat: known.seat,
            admitted: seat.admitted && known.entered,
            publishes: seat.admitted && seat.role != crate::wire::Role::Observer,
        })
    }

    pub fn phase(&self) -> Phase {
        self.durable.phase
    }

    pub fn setup(&self) -> &BriefingSetup {
        &self.durable.invited.setup
    }

    /// The last plan that was given out.
    pub fn plan(&self) -> &MediaPlan {
        &self.plan
    }

    /// The end of the durable ledger.
    pub fn head(&self) -> Head {
        self.durable.head
    }

    /// What is durable, for comparison with a replay.
    pub fn durable_record(&self) -> Record {
        Record(self.durable.clone())
    }

    /// What a seat would be shown if it came now.
    pub fn view(&self, seat: SeatId) -> Option<View> {
        let seat = self.durable.seat(seat)?;
        Some(self.eye().view(seat))
    }

    /// How the points of each unit stand in the roll, in the order of the invitation list.
    pub fn rollup(&self) -> Vec<(UnitCode, String, RollTotals)> {
        self.durable.rollup()
    }

    /// Nobody is connected or awaited, and nothing is being written: it may be dropped and loaded again.
    pub fn idle(&self) -> bool {
        self.sessions.is_empty() && self.state.roster.lost.is_empty() && self.pending.is_empty()
    }
}
