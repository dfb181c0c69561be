use crate::ids::{AccountId, PointId, SeatId};
use crate::setup::{BriefingSetup, InvitedPoint};
use crate::wire::Role;
use std::collections::BTreeMap;

/// The plan with an index of its points.
#[derive(Debug, PartialEq)]
pub(crate) struct Invited {
    pub setup: BriefingSetup,
    pub chair_seat: SeatId,
    by_point: BTreeMap<PointId, usize>,
}

impl Invited {
    pub(crate) fn new(setup: BriefingSetup) -> Self {
        Self {
            chair_seat: setup.chair_seat(),
            by_point: setup
                .points
                .iter()
                .enumerate()
                .map(|(index, line)| (line.point, index))
                .collect(),
            setup,
        }
    }

    pub(crate) fn line(&self, point: PointId) -> Option<&InvitedPoint> {
        self.setup.points.get(*self.by_point.get(&point)?)
    }

    /// Who chairs and who keeps the roll, the plan says, not the token: an old token of somebody who was replaced is a delegate's.
    pub(crate) fn role_of(&self, account: AccountId, point: PointId, claimed: Role) -> Role {
        let chair = &self.setup.chair;
        if account == chair.account && point == chair.point {
            Role::Chair
        } else if self.setup.secretaries.contains(&account) || self.setup.deputy == Some(account) {
            Role::Secretary
        } else {
            match claimed {
                Role::Chair | Role::Secretary => Role::Delegate,
                other => other,
            }
        }
    }

    /// Whether somebody of this role and point may come at all.
    pub(crate) fn invites(&self, point: PointId, role: Role) -> bool {
        self.line(point).is_some() || matches!(role, Role::Chair | Role::Secretary)
    }
}
