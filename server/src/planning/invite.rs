//! From "this unit and all below it" to points, as the tree is on the day of the briefing.

use super::draft::{Invite, InvitePoint, InviteUnit};
use super::limits;
use crate::http::validation::Fields;
use chrono::NaiveDate;
use giaoban_store::{Invitation, InvitedAs, PointId, PointInUnit, Store, StoreError, UnitCode};
use std::collections::HashSet;

/// The invited points in the order of the lines, none twice; names and units are those of that day.
pub(crate) async fn resolve(
    store: &Store,
    lines: &[Invite],
    day: NaiveDate,
    fields: &mut Fields,
) -> Result<Vec<Invitation>, StoreError> {
    let mut list = List::default();
    for (number, line) in lines.iter().enumerate() {
        let added = match line {
            Invite::Point(line) => list.add_point(store, line, day).await?,
            Invite::Unit(line) => list.add_unit(store, line, day).await?,
        };
        if !added {
            fields.refuse(
                format!("invite.{number}"),
                "no_points",
                "Không có điểm cầu nào vào ngày họp.",
                "There is no point here on the day of the briefing.",
            );
        }
    }
    if list.invitations.is_empty() {
        fields.refuse(
            "invite",
            "required",
            "Chưa mời điểm cầu nào.",
            "No point is invited.",
        );
    } else if list.invitations.len() > limits::POINTS {
        let most = limits::POINTS;
        fields.refuse(
            "invite",
            "too_many",
            format!("Tối đa {most} điểm cầu."),
            format!("At most {most} points."),
        );
    }
    Ok(list.invitations)
}

#[derive(Default)]
struct List {
    invitations: Vec<Invitation>,
    seen: HashSet<PointId>,
}

impl List {
    async fn add_point(
        &mut self,
        store: &Store,
        line: &InvitePoint,
        day: NaiveDate,
    ) -> Result<bool, StoreError> {
        let Some(point) = store.points().get(line.point_id.into()).await? else {
            return Ok(false);
        };
        let Some(unit) = store.units().get(&point.unit, day).await? else {
            return Ok(false);
        };
        if !point.active {
            return Ok(false);
        }
        self.add(Invitation {
            point: point.id,
            point_name: point.name,
            unit: point.unit,
            unit_name: unit.name,
            role: role(line.observer),
        });
        Ok(true)
    }

    async fn add_unit(
        &mut self,
        store: &Store,
        line: &InviteUnit,
        day: NaiveDate,
    ) -> Result<bool, StoreError> {
        let root = UnitCode::from(line.unit_code.as_str());
        let meant = |found: &PointInUnit| {
            found.point.active
                && (line.subtree || found.point.unit == root)
                && line
                    .tiers
                    .as_ref()
                    .is_none_or(|tiers| tiers.contains(&found.tier))
        };
        let mut any = false;
        for found in store.points().in_subtree(&root, day).await? {
            if meant(&found) {
                any = true;
                self.add(Invitation {
                    point: found.point.id,
                    point_name: found.point.name,
                    unit: found.point.unit,
                    unit_name: found.unit_name,
                    role: role(line.observer),
                });
            }
        }
        Ok(any)
    }

    fn add(&mut self, invitation: Invitation) {
        if self.seen.insert(invitation.point) {
            self.invitations.push(invitation);
        }
    }
}

fn role(observer: bool) -> InvitedAs {
    if observer {
        InvitedAs::Observer
    } else {
        InvitedAs::Delegate
    }
}
