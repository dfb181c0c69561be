//! What was planned: everything about a briefing that is known before anybody comes.

use crate::ids::{AccountId, BriefingId, PointId, SeatId, UnitCode};
use crate::wire::{AgendaItem, Role};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The plan of one briefing. It becomes the first fact of the ledger, and each later edit one more, so that reports
/// need nothing but the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BriefingSetup {
    pub id: BriefingId,
    pub title: String,
    /// The unit that holds it.
    pub host: UnitCode,
    pub host_name: String,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// Whoever is invited waits until the secretary admits.
    pub lobby_on: bool,
    /// Default time to speak.
    pub floor_limit_seconds: u32,
    /// How long a dropped seat, its floor and its place in the queue are kept.
    pub grace_seconds: u32,
    /// Whoever joins later than this after the start is late.
    pub late_after_seconds: u32,
    /// The chair's microphone is forwarded from the start of the session on, without a command and even when the chair is
    /// only a WHIP publisher.
    pub chair_speaks_from_start: bool,
    pub chair: Official,
    /// Stands in for the chair: may do what a secretary may, and grant the floor.
    pub deputy: Option<AccountId>,
    pub secretaries: BTreeSet<AccountId>,
    /// The invited points, the chair's own among them, in the order of the invitation list. No point twice.
    pub points: Vec<InvitedPoint>,
    pub agenda: Vec<AgendaItem>,
    pub parent: Option<BriefingId>,
    pub children: Vec<ChildRef>,
}

impl BriefingSetup {
    /// The seat of the chair, whether or not the chair has come.
    pub fn chair_seat(&self) -> SeatId {
        SeatId::of(self.id, self.chair.point, self.chair.account)
    }
}

/// A person with an office in the briefing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Official {
    pub account: AccountId,
    pub point: PointId,
    /// "Trần Văn Nam".
    pub person: String,
    /// "Bộ trưởng".
    pub title: String,
}

/// One line of the invitation list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitedPoint {
    pub point: PointId,
    pub unit: UnitCode,
    /// "Xã Mù Cang Chải".
    pub name: String,
    /// Where it belongs, "Lào Cai"; empty for the first level.
    pub within: String,
    /// The group it is shown and counted in: the unit one level under the host.
    pub group: UnitCode,
    pub group_name: String,
    pub phone: Option<String>,
    /// `Delegate` or `Observer`: how whoever sits there takes part, unless named otherwise.
    pub role: Role,
}

/// A briefing that is scheduled under this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildRef {
    pub briefing: BriefingId,
    pub title: String,
    pub unit: UnitCode,
}
