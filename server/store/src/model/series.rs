//! Repetition of briefings.

use chrono::{DateTime, Utc};

use super::ids::{AccountId, SeriesId, UnitCode};

/// A repetition. The rule is kept as text; whoever plans expands it into briefings, each of which
/// names its series and the start it had by the rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Its id.
    pub id: SeriesId,
    /// Title of its briefings.
    pub title: String,
    /// The unit that holds them.
    pub host_unit: UnitCode,
    /// The rule (RFC 5545 section 3.3.10), such as `FREQ=WEEKLY;BYDAY=MO`.
    pub rrule: String,
    /// Time zone in which the rule is meant, such as `Asia/Ho_Chi_Minh`.
    pub timezone: String,
    /// Start of the first occurrence.
    pub first_starts_at: DateTime<Utc>,
    /// Planned length of each, in minutes.
    pub minutes: u32,
    /// Up to when briefings have been made from the rule.
    pub expanded_to: Option<DateTime<Utc>>,
    /// Who planned it.
    pub created_by: AccountId,
    /// When it was planned.
    pub created_at: DateTime<Utc>,
    /// From when on no further briefings are made.
    pub ended_at: Option<DateTime<Utc>>,
}
