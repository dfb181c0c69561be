//! Who may do what. One table, [`table::TABLE`], from which every check is made and every test of one generated.
//!
//! [`endpoints`] says which address needs which operation, `document` writes the table for people. What may be done inside a
//! room is decided by the machine: `giaoban_signaling::meeting::need`.

#[cfg(test)]
mod document;
pub mod endpoints;
mod operation;
mod standing;
mod table;

pub use operation::Operation;
pub use standing::{Relation, Standing};
pub use table::{TABLE, allows};

use crate::auth::Caller;
use crate::problem::Problem;
use crate::rooms::ids::same;
use crate::rooms::setup::Planned;
use crate::time_zone::day_of;
use chrono::NaiveDate;
use giaoban_store::{BriefingDetail, Store, StoreError, UnitCode};

/// What an operation is done to.
#[derive(Clone, Copy, Debug)]
pub enum Object<'a> {
    /// Something of a unit, as the tree is on a day.
    Unit(&'a UnitCode, NaiveDate),
    Briefing(&'a BriefingDetail),
    /// A briefing as its room knows it: in a storm of joins nobody reads the whole invitation again.
    Plan(&'a Planned),
    /// The server itself: its unit is the top of the tree, as the tree is on a day.
    Site(NaiveDate),
    /// The signed-in account's own things, or what everybody may read.
    Everybody,
}

/// All standings of the caller towards an object.
pub async fn standings(
    store: &Store,
    caller: &Caller,
    object: Object<'_>,
) -> Result<Vec<Standing>, StoreError> {
    let mut standings = vec![Standing::SignedIn];
    match object {
        Object::Everybody => {}
        Object::Site(day) => standings.extend(towards_site(store, caller, day).await?),
        Object::Unit(unit, day) => {
            standings.extend(granted(store, caller, unit, day).await?);
        }
        Object::Plan(plan) => {
            let host = UnitCode::from(plan.setup.host.0.as_str());
            let day = day_of(plan.setup.starts_at);
            standings.extend(granted(store, caller, &host, day).await?);
            standings.extend(plan.role_of(same(caller.account.id)).map(Standing::Named));
            if plan.invites(caller.account.point.map(same), caller.account.unit.as_str()) {
                standings.push(Standing::Invited);
            }
        }
        Object::Briefing(detail) => {
            let briefing = &detail.briefing;
            let day = day_of(briefing.starts_at);
            standings.extend(granted(store, caller, &briefing.host_unit, day).await?);
            standings.extend(named(detail, caller));
            if is_invited(detail, caller) {
                standings.push(Standing::Invited);
            }
        }
    }
    Ok(standings)
}

/// Refuses unless the table allows the operation.
pub async fn require(
    store: &Store,
    caller: &Caller,
    operation: Operation,
    object: Object<'_>,
) -> Result<(), Problem> {
    if may(store, caller, operation, object).await? {
        Ok(())
    } else {
        tracing::info!(account = %caller.account.id, ?operation, "an operation was not permitted");
        Err(Problem::forbidden())
    }
}

pub async fn may(
    store: &Store,
    caller: &Caller,
    operation: Operation,
    object: Object<'_>,
) -> Result<bool, StoreError> {
    Ok(standings(store, caller, object)
        .await?
        .into_iter()
        .any(|standing| allows(standing, operation)))
}

/// The first unit for which a role of the account allows the operation: what decides which buttons are shown, and what a list
/// is about when no unit is named.
#[must_use]
pub fn field(caller: &Caller, operation: Operation) -> Option<&UnitCode> {
    caller
        .grants
        .iter()
        .find(|grant| allows(Standing::Granted(grant.role, Relation::Same), operation))
        .map(|grant| &grant.unit)
}

/// The standings that the account's roles give towards a unit. None towards a unit that is not in force on that day.
pub async fn granted(
    store: &Store,
    caller: &Caller,
    unit: &UnitCode,
    day: NaiveDate,
) -> Result<Vec<Standing>, StoreError> {
    let mut standings = Vec::with_capacity(caller.grants.len());
    let units = store.units();
    if caller.grants.is_empty() || units.get(unit, day).await?.is_none() {
        return Ok(standings);
    }
    let above = units.ancestors(unit, day).await?;
    for grant in &caller.grants {
        let relation = if grant.unit == *unit {
            Relation::Same
        } else if above.iter().any(|parent| parent.code == grant.unit) {
            Relation::Above
        } else {
            let above = units.ancestors(&grant.unit, day).await?;
            if above.iter().any(|parent| parent.code == *unit) {
                Relation::Below
            } else {
                Relation::Elsewhere
            }
        };
        standings.push(Standing::Granted(grant.role, relation));
    }
    Ok(standings)
}

/// The standings that the account's roles give towards the top of the tree: nothing is above it or beside it.
async fn towards_site(
    store: &Store,
    caller: &Caller,
    day: NaiveDate,
) -> Result<Vec<Standing>, StoreError> {
    let mut standings = Vec::with_capacity(caller.grants.len());
    for grant in &caller.grants {
        let Some(unit) = store.units().get(&grant.unit, day).await? else {
            continue;
        };
        let relation = match unit.parent {
            None => Relation::Same,
            Some(_) => Relation::Below,
        };
        standings.push(Standing::Granted(grant.role, relation));
    }
    Ok(standings)
}

fn named<'a>(
    detail: &'a BriefingDetail,
    caller: &'a Caller,
) -> impl Iterator<Item = Standing> + 'a {
    use giaoban_store::ParticipantRole as Role;
    let account = caller.account.id;
    let briefing = &detail.briefing;
    let officials = [
        (Some(briefing.chair), Role::Chair),
        (briefing.deputy, Role::Chair),
        (Some(briefing.secretary), Role::Secretary),
    ];
    officials
        .into_iter()
        .filter(move |(who, _)| *who == Some(account))
        .map(|(_, role)| Standing::Named(role))
        .chain(
            detail
                .participants
                .iter()
                .filter(move |participant| participant.account == account)
                .map(|participant| Standing::Named(participant.role)),
        )
}

/// The account's point is invited; an account without a point of its own comes with its unit.
#[must_use]
pub fn is_invited(detail: &BriefingDetail, caller: &Caller) -> bool {
    detail
        .invitations
        .iter()
        .any(|invitation| match caller.account.point {
            Some(point) => invitation.point == point,
            None => invitation.unit == caller.account.unit,
        })
}
