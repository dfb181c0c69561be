//! What the media engine must do: who may be heard, what everybody sees. Derived from the meeting's state, never edited.

use crate::ids::SeatId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The whole plan of one briefing. Seats are globally unique, so the plan of an attached child briefing names its parent's
/// speakers and stage, and the engine needs no notion of a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaPlan {
    /// Grows with every change; an older plan that arrives late is dropped.
    pub revision: u64,
    /// Whose microphone is forwarded. Everybody else's packets stop at the ingress.
    pub floor: BTreeSet<SeatId>,
    /// Whose camera everybody sees large.
    pub main: Option<SeatId>,
    /// Whose shared screen everybody sees.
    pub content: Option<SeatId>,
    /// Thumbnails, in order. An engine shows a viewer the first ones that are neither its own nor its main picture.
    pub strip: Vec<SeatId>,
    /// Viewers who see something else than everybody.
    pub viewers: BTreeMap<SeatId, ViewerPlan>,
}

/// What one viewer sees instead; `None` means "as everybody".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewerPlan {
    pub main: Option<SeatId>,
    pub strip: Option<Vec<SeatId>>,
}
