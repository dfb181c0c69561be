//! The briefings that are live in this process.

use giaoban_media::{MediaEngine, MediaEvents};
use giaoban_signaling::ids::BriefingId;
use giaoban_store::Store;

/// A handle on all live briefings. Cheap to clone.
#[derive(Clone)]
pub struct Rooms {}

impl Rooms {
    #[must_use]
    pub fn start(_store: Store, _media: MediaEngine, _events: MediaEvents) -> Self {
        Self {}
    }

    /// The plan of a briefing changed in the store: a live room takes it over, others need nothing.
    pub async fn replanned(&self, _briefing: BriefingId) {}

    /// Tells the clients that the server stops and ends every room.
    pub async fn shutdown(&self) {}
}
