//! Attendance as evidence: a projection of the ledger's facts, per point and per person.
//!
//! Presence is measured: it begins when somebody in the room connects and ends when the connection breaks, never later than the
//! last thing that was measured. What was typed or pressed (headcount, representative, roll call) stands beside it. Waiting
//! in the lobby is not presence.

mod interval;
mod person;
mod project;

pub use interval::Interval;
pub use project::report;

use crate::hierarchy::RollTotals;
use crate::ids::{AccountId, BriefingId, PointId, SeatId, UnitCode};
use crate::ledger::{RollResult, RollState};
use crate::wire::{Phase, Representative, Role, RollAnswer, RollMark};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// The ledger does not begin with the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the ledger does not begin with the plan")]
pub struct NoPlan;

/// Who was there, from when to when.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AttendanceReport {
    pub briefing: BriefingId,
    pub title: String,
    pub host: UnitCode,
    pub host_name: String,
    pub planned_start: DateTime<Utc>,
    pub planned_end: DateTime<Utc>,
    pub phase: Phase,
    /// When the session really was; adjournments lie between.
    pub session: Vec<Interval>,
    /// When the report was made; what is still going on is counted until then.
    pub at: DateTime<Utc>,
    /// When the server was away and nothing was measured.
    pub unmeasured: Vec<Interval>,
    /// In the order of the invitation list.
    pub points: Vec<PointAttendance>,
    /// By the group of the invitation list, in its order.
    pub units: Vec<UnitAttendance>,
    pub totals: RollTotals,
    pub roll_calls: Vec<RollCallReport>,
}

/// One invited point.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PointAttendance {
    pub point: PointId,
    pub unit: UnitCode,
    pub name: String,
    pub within: String,
    pub group: UnitCode,
    pub group_name: String,
    /// How it stands: what the secretary wrote, else what it answered and what was measured over the whole session.
    pub state: RollState,
    /// What the secretary wrote.
    pub mark: Option<RollMark>,
    /// Its answer to the last roll call.
    pub answer: Option<RollAnswer>,
    pub late_minutes: Option<u32>,
    pub representative: Option<Representative>,
    /// The last one typed.
    pub headcount: Option<u32>,
    pub headcounts: Vec<Headcount>,
    pub first_joined: Option<DateTime<Utc>>,
    pub last_left: Option<DateTime<Utc>>,
    /// When at least one of its people was there.
    pub present: Vec<Interval>,
    /// Of it, while the session was on.
    pub present_seconds: u32,
    /// Interruptions between the first and the last presence.
    pub gaps: u32,
    pub media: MediaPresence,
    /// When it held the floor.
    pub floor: Vec<FloorTime>,
    pub spoken_seconds: u32,
    pub people: Vec<PersonAttendance>,
}

/// One person or device at a point.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PersonAttendance {
    pub seat: SeatId,
    pub account: AccountId,
    pub person: String,
    pub title: String,
    pub role: Role,
    pub present: Vec<Interval>,
    pub present_seconds: u32,
    pub gaps: u32,
    pub media: MediaPresence,
}

/// When streams really arrived.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MediaPresence {
    pub mic: Vec<Interval>,
    pub camera: Vec<Interval>,
    pub content: Vec<Interval>,
    /// Of the camera, while the session was on.
    pub camera_seconds: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Headcount {
    pub at: DateTime<Utc>,
    pub count: u32,
}

/// One turn to speak.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FloorTime {
    pub seat: SeatId,
    pub granted_at: DateTime<Utc>,
    /// `None`: the microphone was never opened.
    pub opened_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub limit_seconds: Option<u32>,
}

/// A group of points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitAttendance {
    pub unit: UnitCode,
    pub name: String,
    pub totals: RollTotals,
}

/// One roll call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RollCallReport {
    pub number: u32,
    pub started_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    /// As frozen when it was closed; empty before.
    pub results: Vec<RollResult>,
    pub totals: RollTotals,
}
