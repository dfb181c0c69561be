//! Who may join a briefing, where and as what.

use super::setup::{Planned, in_room};
use chrono::{DateTime, TimeDelta, Utc};
use giaoban_signaling::ids::{AccountId, PointId, UnitCode};
use giaoban_signaling::wire::Role;
use giaoban_store::BriefingState;

/// The technical check begins so long before the start.
const OPENS_BEFORE: TimeDelta = TimeDelta::minutes(30);

/// Somebody's place in a briefing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) point: PointId,
    pub(crate) role: Role,
}

/// Why somebody may not join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotAdmitted {
    NotInvited,
    Ended,
    NotOpen { opens_at: DateTime<Utc> },
}

/// Who wants to join.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<'a> {
    pub(crate) account: AccountId,
    /// The point the person always joins from.
    pub(crate) point: Option<PointId>,
    pub(crate) unit: &'a UnitCode,
}

/// Where somebody sits: at the own point, if it is invited; else at an invited point of the own unit; officials and people
/// named with a role who have neither, beside the chair.
pub(crate) fn admit(
    plan: &Planned,
    state: BriefingState,
    candidate: Candidate<'_>,
    now: DateTime<Utc>,
) -> Result<Place, NotAdmitted> {
    let setup = &plan.setup;
    let account = candidate.account;
    let official = plan.role_of(account).map(in_room);
    let own = candidate
        .point
        .filter(|point| plan.by_point.contains_key(point))
        .or_else(|| plan.by_unit.get(candidate.unit).copied());
    let place = match (official, own) {
        (Some(Role::Chair), _) => Place {
            point: setup.chair.point,
            role: Role::Chair,
        },
        (Some(role), own) => Place {
            point: own.unwrap_or(setup.chair.point),
            role,
        },
        (None, Some(point)) => Place {
            point,
            role: plan.by_point.get(&point).copied().unwrap_or(Role::Delegate),
        },
        (None, None) => return Err(NotAdmitted::NotInvited),
    };
    match state {
        BriefingState::Closed | BriefingState::Cancelled => Err(NotAdmitted::Ended),
        BriefingState::Planned if now < setup.starts_at - OPENS_BEFORE => {
            Err(NotAdmitted::NotOpen {
                opens_at: setup.starts_at - OPENS_BEFORE,
            })
        }
        BriefingState::Planned
        | BriefingState::Open
        | BriefingState::InSession
        | BriefingState::Adjourned => Ok(place),
    }
}
