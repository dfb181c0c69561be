//! What the attendance of a briefing says, whatever the form it is printed in. Times are UTC here and local in print.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The whole attendance of one briefing.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Report {
    pub briefing: Heading,
    /// By the unit one level under the host, in the order of the invitations.
    pub units: Vec<UnitLine>,
    pub points: Vec<PointLine>,
    pub people: Vec<PersonLine>,
    pub roll_calls: Vec<RollLine>,
    pub speeches: Vec<SpeechLine>,
}

/// Which briefing, when, and where in its ledger the report stands.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Heading {
    pub id: Uuid,
    pub title: String,
    pub host: String,
    /// Name and office.
    pub chair: String,
    pub planned_start: DateTime<Utc>,
    pub planned_end: DateTime<Utc>,
    #[schema(required)]
    pub started_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub ended_at: Option<DateTime<Utc>>,
    /// When the report was made.
    pub made_at: DateTime<Utc>,
    /// Facts that the report is made from.
    pub ledger_seq: u64,
    /// Hash of the last of them, hexadecimal.
    pub ledger_head: String,
}

/// One unit's points, counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct UnitLine {
    pub code: String,
    pub name: String,
    pub invited: u32,
    /// Came at all, in time or late.
    pub present: u32,
    pub late: u32,
    pub excused: u32,
    pub absent: u32,
    pub deputised: u32,
    pub headcount: u32,
}

impl UnitLine {
    /// Invited, present, late, excused, absent, deputised, headcount: the columns of every table of units, in this order.
    #[must_use]
    pub fn counts(&self) -> [u32; 7] {
        [
            self.invited,
            self.present,
            self.late,
            self.excused,
            self.absent,
            self.deputised,
            self.headcount,
        ]
    }

    /// The sums of those columns.
    #[must_use]
    pub fn totals(units: &[Self]) -> [u32; 7] {
        units.iter().fold([0; 7], |sums, unit| {
            let counts = unit.counts();
            std::array::from_fn(|column| sums[column] + counts[column])
        })
    }
}

/// From when until when. An open end: still going on when the report was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Interval {
    pub from: DateTime<Utc>,
    #[schema(required)]
    pub until: Option<DateTime<Utc>>,
}

/// One invited point.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PointLine {
    pub id: Uuid,
    pub unit_code: String,
    pub name: String,
    /// The unit it is counted under.
    pub group: String,
    /// How it stands in the end.
    pub roll: Roll,
    /// Reason of absence, or who stands in.
    pub note: String,
    #[schema(required)]
    pub late_minutes: Option<u32>,
    /// When it answered the last roll call, or was written down.
    #[schema(required)]
    pub answered_at: Option<DateTime<Utc>>,
    /// The secretary wrote it down.
    pub by_secretary: bool,
    #[schema(required)]
    pub first_joined: Option<DateTime<Utc>>,
    #[schema(required)]
    pub last_left: Option<DateTime<Utc>>,
    pub presence: Vec<Interval>,
    /// While its camera's picture arrived.
    pub camera: Vec<Interval>,
    /// While its sound arrived, heard or not.
    pub microphone: Vec<Interval>,
    /// Within the session.
    pub present_seconds: u32,
    /// Within the session.
    pub camera_seconds: u32,
    pub spoken_seconds: u32,
    /// How often it was away between its first and its last presence.
    pub interruptions: u32,
    #[schema(required)]
    pub headcount: Option<u32>,
    #[schema(required)]
    pub representative: Option<Deputy>,
}

/// Who represents a point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Deputy {
    pub name: String,
    pub title: String,
    /// Stands in for the invited person (dự thay).
    pub deputising: bool,
}

/// One person at one point.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PersonLine {
    pub account: Uuid,
    pub point: String,
    pub name: String,
    pub title: String,
    pub role: Part,
    pub presence: Vec<Interval>,
    /// Within the session.
    pub present_seconds: u32,
}

/// A person's part in the briefing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Chair,
    Secretary,
    Delegate,
    Observer,
    Technician,
}

/// What a roll call came to for one point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Roll {
    OnSite,
    Online,
    Absent,
    Excused,
    Late,
    Represented,
    NotYetCalled,
}

/// One point in one roll call.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RollLine {
    /// First, second … roll call of the briefing.
    pub number: u32,
    pub point: String,
    pub group: String,
    pub roll: Roll,
    #[schema(required)]
    pub at: Option<DateTime<Utc>>,
    /// The secretary wrote it down.
    pub by_secretary: bool,
    #[schema(required)]
    pub headcount: Option<u32>,
    pub note: String,
}

/// One time that somebody had the floor.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SpeechLine {
    pub point: String,
    pub person: String,
    pub granted_at: DateTime<Utc>,
    /// When the microphone was opened.
    #[schema(required)]
    pub spoke_from: Option<DateTime<Utc>>,
    #[schema(required)]
    pub ended_at: Option<DateTime<Utc>>,
    pub seconds: u32,
}
