use crate::http::units::UnitName;
use crate::http::words::{BriefingStateWord, ParticipantRoleWord};
use chrono::{DateTime, Utc};
use giaoban_store::{BriefingState, ParticipantRole};
use serde::Serialize;
use uuid::Uuid;

/// A briefing as a row of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::http) struct BriefingSummary {
    pub(super) id: Uuid,
    pub(super) title: String,
    /// The unit that holds it.
    pub(super) host: UnitName,
    #[schema(required)]
    pub(super) chair: Option<PersonBody>,
    pub(super) starts_at: DateTime<Utc>,
    pub(super) ends_at: DateTime<Utc>,
    #[schema(value_type = BriefingStateWord)]
    pub(super) state: BriefingState,
    #[schema(required)]
    pub(super) parent_id: Option<Uuid>,
    pub(super) child_count: u64,
    pub(super) point_count: u64,
    /// The caller's role in it; null when not invited.
    #[schema(value_type = Option<ParticipantRoleWord>, required)]
    pub(super) my_role: Option<ParticipantRole>,
    pub(super) may_edit: bool,
    /// The caller may enter now.
    pub(super) may_join: bool,
    #[schema(required)]
    pub(super) series_id: Option<Uuid>,
}

/// A briefing with what is planned for it. The invited points are a list of their own.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Briefing)]
pub(in crate::http) struct BriefingBody {
    #[serde(flatten)]
    pub(super) summary: BriefingSummary,
    #[schema(required)]
    pub(super) secretary: Option<PersonBody>,
    #[schema(required)]
    pub(super) deputy: Option<PersonBody>,
    /// Everybody waits until the secretary admits.
    pub(super) lobby: bool,
    /// 0: without limit.
    pub(super) floor_limit_seconds: u32,
    pub(super) agenda: Vec<AgendaBody>,
    pub(super) participants: Vec<ParticipantBody>,
    /// Give it back with a change.
    pub(super) revision: u64,
    pub(super) created_by: Uuid,
    #[schema(required)]
    pub(super) cancelled_reason: Option<String>,
    pub(super) children: Vec<BriefingSummary>,
    pub(super) invited_units_count: usize,
}

impl BriefingBody {
    pub(in crate::http) fn id(&self) -> Uuid {
        self.summary.id
    }
}

/// A person by name and position.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PersonName)]
pub(in crate::http) struct PersonBody {
    pub(super) id: Uuid,
    pub(super) display_name: String,
    pub(super) title: String,
}

/// An item of the agenda.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = AgendaItem)]
pub(in crate::http) struct AgendaBody {
    pub(super) id: Uuid,
    pub(super) title: String,
    pub(super) minutes: u32,
    #[schema(required)]
    pub(super) presenter: Option<String>,
}

/// A person named with a role.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Participant)]
pub(in crate::http) struct ParticipantBody {
    pub(super) account_id: Uuid,
    pub(super) display_name: String,
    pub(super) title: String,
    pub(super) unit_name: String,
    #[schema(value_type = ParticipantRoleWord)]
    pub(super) role: ParticipantRole,
}
