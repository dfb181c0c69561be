//! The meeting state machine.

mod api;

pub use api::{Channel, Connect, Input, JoinClaims, MediaReport, Output};

use crate::ids::{ConnectionId, SeatId};
use crate::ledger::{Entry, Hash};
use crate::plan::MediaPlan;
use crate::setup::BriefingSetup;
use crate::wire::Phase;
use chrono::{DateTime, Utc};

/// One briefing.
#[derive(Debug)]
pub struct Meeting {
    setup: BriefingSetup,
    plan: MediaPlan,
}

/// The stored facts are not those of this briefing's ledger.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("fact {seq} does not follow what is before it")]
    Chain { seq: u64 },
    #[error("the ledger begins with something else than the plan")]
    NoPlan,
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
    /// begin with an `Append`; if it fails, drop the meeting and load it again later. Every seat that was connected is lost
    /// now and has the grace period to come back.
    pub fn load(
        setup: BriefingSetup,
        entries: impl IntoIterator<Item = Entry>,
        now: DateTime<Utc>,
    ) -> Result<(Self, Vec<Output>), LoadError> {
        let _ = (entries.into_iter().count(), now);
        let plan = MediaPlan::default();
        Ok((Self { setup, plan }, Vec::new()))
    }

    /// Takes one input, gives what is to be done.
    pub fn handle(&mut self, now: DateTime<Utc>, input: Input) -> Vec<Output> {
        let _ = (now, input);
        Vec::new()
    }

    /// When to give `Input::Timeout`.
    pub fn poll_timeout(&self) -> Option<DateTime<Utc>> {
        None
    }

    /// Who a connection is, as far as it is durable.
    pub fn standing(&self, connection: ConnectionId) -> Option<Standing> {
        let _ = connection;
        None
    }

    pub fn phase(&self) -> Phase {
        Phase::Planned
    }

    pub fn setup(&self) -> &BriefingSetup {
        &self.setup
    }

    /// The last plan that was given out.
    pub fn plan(&self) -> &MediaPlan {
        &self.plan
    }

    /// The end of the durable ledger.
    pub fn head(&self) -> (u64, Hash) {
        (0, crate::ledger::genesis(self.setup.id))
    }

    /// Nobody is connected or awaited: a closed or planned meeting may be dropped and loaded again.
    pub fn idle(&self) -> bool {
        true
    }
}
