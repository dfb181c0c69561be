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
mod delta;
mod dirty;
mod floor;
mod inputs;
mod invited;
mod lifecycle;
mod live;
mod lobby;
mod loudest;
mod permissions;
mod plan;
mod quality;
mod recording;
mod roll_call;
mod roster;
mod routing;
mod session;
mod settle;
mod stage;
mod state;
mod timers;
mod tree;
mod view;

pub use api::{Channel, Connect, Input, JoinClaims, Measured, MediaReport, Output};
pub use permissions::{Need, need};

use crate::hierarchy::{ParentState, RollTotals};
use crate::ids::{BriefingId, ConnectionId, SeatId, UnitCode};
use crate::ledger::{Actor, Body, Entry, Head, MediaKind};
use crate::plan::MediaPlan;
use crate::setup::BriefingSetup;
use crate::wire::{Phase, View};
use chrono::{DateTime, Utc};
use dirty::Dirty;
use live::Live;
use loudest::Loudest;
use recording::Effect;
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
            Input::AppendFailed { seq } => self.append_failed(now, seq),
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

    // Questions of the shell. They are answered from what is durable.

    /// Who a connection is; `None` until its joining is durable.
    pub fn standing(&self, connection: ConnectionId) -> Option<Standing> {
        let known = self
            .sessions
            .get(connection)
            .filter(|known| known.entered)?;
        let seat = self.durable.seat(known.seat)?;
        Some(Standing {
            seat: known.seat,
            admitted: seat.admitted,
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
