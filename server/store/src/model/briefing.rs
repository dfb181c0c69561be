//! Briefings (phiên giao ban): the plan, and where it stands.

use chrono::{DateTime, NaiveDate, Utc};

use super::ids::{AccountId, AgendaItemId, BriefingId, PointId, SeriesId, UnitCode};
use super::page::{Cursor, Limit};
use super::text_enum;

text_enum! {
    /// Where a briefing stands in its life.
    BriefingState {
        /// Planned (đã lên lịch).
        Planned = "planned",
        /// Open for the technical check and the lobby (mở phòng).
        Open = "open",
        /// In session (đang họp).
        InSession = "in_session",
        /// Adjourned, to go on later (tạm dừng).
        Adjourned = "adjourned",
        /// Closed (đã kết thúc).
        Closed = "closed",
        /// Cancelled before it began (đã hủy).
        Cancelled = "cancelled",
    }
}

impl BriefingState {
    /// Its room is open: whoever is in it knows what its ledger says.
    pub const UNDER_WAY: [Self; 3] = [Self::Open, Self::InSession, Self::Adjourned];
}

text_enum! {
    /// Who passes the lobby without being admitted by hand.
    Admission {
        /// Whoever is invited.
        Invited = "invited",
        /// Nobody: the secretary admits each.
        Manual = "manual",
    }
}

text_enum! {
    /// How a point takes part.
    InvitedAs {
        /// May be given the floor.
        Delegate = "delegate",
        /// Watches.
        Observer = "observer",
    }
}

text_enum! {
    /// Role of a person in one briefing.
    ParticipantRole {
        /// Chủ trì.
        Chair = "chair",
        /// Thư ký.
        Secretary = "secretary",
        /// Đại biểu.
        Delegate = "delegate",
        /// Dự thính.
        Observer = "observer",
        /// Kỹ thuật.
        Technician = "technician",
    }
}

/// What a secretary plans and may edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BriefingPlan {
    /// Title.
    pub title: String,
    /// The unit that holds it.
    pub host_unit: UnitCode,
    /// The briefing this one is a child of.
    pub parent: Option<BriefingId>,
    /// Who chairs.
    pub chair: AccountId,
    /// Who keeps the roll.
    pub secretary: AccountId,
    /// Who chairs when the chair is away.
    pub deputy: Option<AccountId>,
    /// Planned start.
    pub starts_at: DateTime<Utc>,
    /// Planned end.
    pub ends_at: DateTime<Utc>,
    /// Who passes the lobby without being admitted by hand.
    pub admission: Admission,
    /// How long the floor is granted for, in seconds; `None` is without limit.
    pub floor_seconds: Option<u32>,
    /// The series it belongs to, and the start it had by the series' rule.
    pub occurrence: Option<Occurrence>,
    /// The agenda, in order.
    pub agenda: Vec<AgendaItem>,
    /// The invited points, in order.
    pub invitations: Vec<Invitation>,
    /// People named with a role, beside chair, secretary and deputy.
    pub participants: Vec<Participant>,
}

/// Which occurrence of a series a briefing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// The series.
    pub series: SeriesId,
    /// The start by the rule, which stays when the briefing is moved (`RECURRENCE-ID`).
    pub starts_at: DateTime<Utc>,
}

/// An item of the agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgendaItem {
    /// Its id.
    pub id: AgendaItemId,
    /// What is spoken about.
    pub title: String,
    /// Planned length in minutes.
    pub minutes: u32,
    /// The point that presents.
    pub presenter_point: Option<PointId>,
    /// The unit that presents.
    pub presenter_unit: Option<UnitCode>,
    /// Who presents, in the planner's own words: a person, say, or an office.
    pub presenter: Option<String>,
}

/// An invited point. The unit and the names are kept as they were when invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The point.
    pub point: PointId,
    /// Its name then.
    pub point_name: String,
    /// Its unit then.
    pub unit: UnitCode,
    /// The unit's name then.
    pub unit_name: String,
    /// How it takes part.
    pub role: InvitedAs,
}

/// A person named with a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Participant {
    /// Who.
    pub account: AccountId,
    /// As what.
    pub role: ParticipantRole,
}

/// A briefing without its lists: what an overview shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Briefing {
    /// Its id.
    pub id: BriefingId,
    /// Title.
    pub title: String,
    /// The unit that holds it.
    pub host_unit: UnitCode,
    /// The briefing this one is a child of.
    pub parent: Option<BriefingId>,
    /// Who chairs.
    pub chair: AccountId,
    /// Who keeps the roll.
    pub secretary: AccountId,
    /// Who chairs when the chair is away.
    pub deputy: Option<AccountId>,
    /// Planned start.
    pub starts_at: DateTime<Utc>,
    /// Planned end.
    pub ends_at: DateTime<Utc>,
    /// Who passes the lobby without being admitted by hand.
    pub admission: Admission,
    /// How long the floor is granted for, in seconds; `None` is without limit.
    pub floor_seconds: Option<u32>,
    /// The series it belongs to.
    pub occurrence: Option<Occurrence>,
    /// Where it stands.
    pub state: BriefingState,
    /// Why it was cancelled.
    pub cancelled_reason: Option<String>,
    /// Grows with every change: who edits names the one he has seen.
    pub revision: u64,
    /// Who planned it.
    pub created_by: AccountId,
    /// When it was planned.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A briefing with everything planned for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BriefingDetail {
    /// The briefing.
    pub briefing: Briefing,
    /// The agenda, in order.
    pub agenda: Vec<AgendaItem>,
    /// The invited points, in order.
    pub invitations: Vec<Invitation>,
    /// People named with a role.
    pub participants: Vec<Participant>,
}

impl BriefingDetail {
    /// The plan in it, to be edited and given back.
    #[must_use]
    pub fn into_plan(self) -> BriefingPlan {
        let briefing = self.briefing;
        BriefingPlan {
            title: briefing.title,
            host_unit: briefing.host_unit,
            parent: briefing.parent,
            chair: briefing.chair,
            secretary: briefing.secretary,
            deputy: briefing.deputy,
            starts_at: briefing.starts_at,
            ends_at: briefing.ends_at,
            admission: briefing.admission,
            floor_seconds: briefing.floor_seconds,
            occurrence: briefing.occurrence,
            agenda: self.agenda,
            invitations: self.invitations,
            participants: self.participants,
        }
    }
}

/// Order of a list of briefings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BriefingOrder {
    /// By planned start, earliest first.
    #[default]
    EarliestFirst,
    /// By planned start, latest first.
    LatestFirst,
}

/// Whose briefings: those that concern the account, its point or its unit. What is `None` is not
/// looked for; a briefing that matches any of them is in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concerning {
    /// Chair, secretary, deputy, maker, or named with a role.
    pub account: Option<AccountId>,
    /// An invited point.
    pub point: Option<PointId>,
    /// A unit of which a point is invited, or that is the host.
    pub unit: Option<UnitCode>,
}

/// Which briefings to list.
#[derive(Debug, Clone, Default)]
pub struct BriefingQuery {
    /// Only in one of these states; empty is any.
    pub states: Vec<BriefingState>,
    /// Only that end after this.
    pub from: Option<DateTime<Utc>>,
    /// Only that start before this.
    pub to: Option<DateTime<Utc>>,
    /// Only held by this unit or one below it on that day.
    pub host_within: Option<(UnitCode, NaiveDate)>,
    /// Only that concern these.
    pub concerning: Option<Concerning>,
    /// With both of the above: one of them is enough, instead of both.
    pub either: bool,
    /// Order.
    pub order: BriefingOrder,
    /// Length of a page.
    pub limit: Limit,
    /// Where to go on.
    pub cursor: Option<Cursor>,
}

/// Who looks at a list of briefings.
#[derive(Debug, Clone, Copy)]
pub struct Viewer<'a> {
    /// The account.
    pub account: AccountId,
    /// Its point; without one it comes with any point of its unit.
    pub point: Option<PointId>,
    /// Its unit.
    pub unit: &'a UnitCode,
}

/// What a list says about a briefing beside its own fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// The briefing.
    pub id: BriefingId,
    /// How many points are invited.
    pub points: u64,
    /// How many briefings are planned under it.
    pub children: u64,
    /// The viewer is named with this role.
    pub named: Option<ParticipantRole>,
    /// The viewer's point is invited.
    pub invited: Option<InvitedAs>,
}
