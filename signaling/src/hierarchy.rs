//! What a parent briefing and its children tell each other. Each message is the whole current truth of its sender, with a
//! growing revision: one that is lost, doubled or late does no harm, and after a cut the next one heals everything.

use crate::ids::{SeatId, UnitCode};
use crate::plan::MediaPlan;
use crate::wire::{Counts, Holder, Phase, SeatLabel};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Carried between two briefings by the bus.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum HierarchyMessage {
    /// Parent to child.
    Down { state: Box<ParentState> },
    /// Child to parent.
    Up { state: Box<ChildState> },
    /// Made by the shell of either when the other cannot be reached any more, and again when it can be: what was heard is
    /// forgotten and one's own state is said anew.
    Cut,
}

/// What a child's points see and hear while they are attached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParentState {
    /// Grows also over restarts of the sender.
    pub revision: u64,
    pub phase: Phase,
    /// The child's points receive this briefing's stage and floor.
    pub attached: bool,
    pub holders: Vec<Holder>,
    pub chair_mic: bool,
    pub chair: Option<SeatLabel>,
    pub main: Option<SeatLabel>,
    pub pinned: bool,
    pub content: Option<SeatLabel>,
    pub strip: Vec<SeatLabel>,
    /// Which of the child's askings were answered (by a grant or by the chair's lowering the hand).
    pub served: Vec<Served>,
    /// The parent's plan, which the child's points get as well.
    pub plan: MediaPlan,
    /// The revision of the child's state that this sender last heard; `None` asks for it.
    pub heard: Option<u64>,
}

/// What a parent knows of its child.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChildState {
    /// Grows also over restarts of the sender.
    pub revision: u64,
    pub title: String,
    pub unit: UnitCode,
    pub phase: Phase,
    pub counts: Counts,
    /// Seats for which the child's chair asks the floor, in the order of asking.
    pub asking: Vec<Asking>,
    /// Seats of the child that hold the parent's floor, as the child knows it.
    pub speaking: Vec<Speaking>,
    /// The last closed roll call.
    pub roll_call: Option<RollTotals>,
    /// The revision of the parent's state that this sender last heard; `None` asks for it.
    pub heard: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asking {
    /// Tells this asking from an earlier one of the same seat.
    pub number: u64,
    pub label: SeatLabel,
    pub since: DateTime<Utc>,
}

/// An asking that is no longer open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    pub seat: SeatId,
    /// Of the asking.
    pub number: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speaking {
    pub seat: SeatId,
    /// Which grant this is about.
    pub granted_at: DateTime<Utc>,
    pub opened: bool,
    pub done: bool,
    pub connected: bool,
}

/// The result of one roll call of one level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollTotals {
    pub number: u32,
    pub points: u32,
    pub on_site: u32,
    pub online: u32,
    pub late: u32,
    pub represented: u32,
    pub excused: u32,
    pub absent: u32,
    pub headcount: u32,
}
