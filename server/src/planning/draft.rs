//! What a secretary writes.

use crate::http::validation;
use crate::http::words::{ParticipantRoleWord, TierWord};
use chrono::{DateTime, NaiveDate, Utc};
use giaoban_store::{ParticipantRole, Tier};
use serde::Deserialize;
use uuid::Uuid;

/// A briefing as its planner writes it.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BriefingDraft {
    #[schema(min_length = 1, max_length = 200)]
    pub title: String,
    /// The unit that holds it.
    pub host_unit: String,
    pub chair_id: Uuid,
    pub secretary_id: Uuid,
    /// Who chairs when the chair is away. A change that leaves it out keeps the deputy.
    #[serde(default)]
    pub deputy_id: Option<Uuid>,
    #[serde(deserialize_with = "validation::of_our_age")]
    pub starts_at: DateTime<Utc>,
    #[serde(deserialize_with = "validation::of_our_age")]
    pub ends_at: DateTime<Utc>,
    /// Everybody waits until the secretary admits.
    #[serde(default)]
    pub lobby: bool,
    /// How long the floor is granted for; 0 or null is without limit.
    #[serde(default)]
    #[schema(maximum = 7200)]
    pub floor_limit_seconds: Option<u32>,
    /// The briefing this one is planned under. A change that leaves it out keeps it there.
    #[serde(default)]
    pub parent_id: Option<Uuid>,
    /// Whom to invite. A change that leaves it out keeps the invited points.
    #[serde(default)]
    #[schema(max_items = 5000)]
    pub invite: Option<Vec<Invite>>,
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub participants: Vec<ParticipantDraft>,
    #[serde(default)]
    #[schema(max_items = 100)]
    pub agenda: Vec<AgendaDraft>,
    /// Only when it is planned; a repetition is changed by `?scope=series`.
    #[serde(default)]
    pub repeat: Option<Repeat>,
    /// Needed for a change: the revision that was seen.
    #[serde(default)]
    pub revision: Option<u64>,
}

/// One line of the invitation: a point, or the points of a unit.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum Invite {
    Point(InvitePoint),
    Unit(InviteUnit),
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitePoint {
    pub point_id: Uuid,
    /// Watches, and is not given the floor.
    #[serde(default)]
    pub observer: bool,
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteUnit {
    pub unit_code: String,
    /// And everything below it on the day of the briefing.
    #[serde(default)]
    pub subtree: bool,
    /// Only units of these tiers.
    #[serde(default)]
    #[schema(value_type = Option<Vec<TierWord>>)]
    pub tiers: Option<Vec<Tier>>,
    /// Watch, and are not given the floor.
    #[serde(default)]
    pub observer: bool,
}

/// A person named with a role.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ParticipantDraft {
    pub account_id: Uuid,
    #[schema(value_type = ParticipantRoleWord)]
    pub role: ParticipantRole,
}

/// An item of the agenda.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgendaDraft {
    /// Of an item that is there already, so that it stays the same item.
    #[serde(default)]
    pub id: Option<Uuid>,
    #[schema(min_length = 1, max_length = 200)]
    pub title: String,
    #[schema(minimum = 1, maximum = 600)]
    pub minutes: u32,
    #[serde(default)]
    #[schema(max_length = 200)]
    pub presenter: Option<String>,
}

/// Every week at the same time, up to and including a day.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Repeat {
    pub weekly: bool,
    #[serde(deserialize_with = "validation::of_our_age")]
    pub until: NaiveDate,
}
