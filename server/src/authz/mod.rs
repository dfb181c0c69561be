//! Who may do what. One table, from which every check is made: [`table::ALLOWED`].

mod table;

pub use table::{Operation, Standing, allows};

use crate::auth::Caller;
use crate::problem::Problem;
use crate::time_zone::day_of;
use chrono::NaiveDate;
use giaoban_store::{BriefingDetail, Store, StoreError, UnitCode};

/// What an operation is done to.
#[derive(Clone, Copy, Debug)]
pub enum Object<'a> {
    /// Something of a unit, as the tree is on a day.
    Unit(&'a UnitCode, NaiveDate),
    Briefing(&'a BriefingDetail),
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
        Object::Unit(unit, day) => {
            granted(store, caller, unit, day, &mut standings).await?;
        }
        Object::Briefing(detail) => {
            let briefing = &detail.briefing;
            let day = day_of(briefing.starts_at);
            granted(store, caller, &briefing.host_unit, day, &mut standings).await?;
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

/// Whether the account has, for any unit, a role that allows the operation: what decides which buttons are shown.
#[must_use]
pub fn may_somewhere(caller: &Caller, operation: Operation) -> bool {
    caller
        .grants
        .iter()
        .any(|grant| allows(Standing::Granted(grant.role), operation))
}

async fn granted(
    store: &Store,
    caller: &Caller,
    unit: &UnitCode,
    day: NaiveDate,
    standings: &mut Vec<Standing>,
) -> Result<(), StoreError> {
    if caller.grants.is_empty() {
        return Ok(());
    }
    let roles = store
        .grants()
        .roles_for(caller.account.id, unit, day)
        .await?;
    standings.extend(roles.into_iter().map(Standing::Granted));
    Ok(())
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
