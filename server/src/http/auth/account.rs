//! The signed-in account as the client sees it.

use crate::app::App;
use crate::auth::{Caller, totp};
use crate::authz::{self, Operation};
use crate::time_zone::day_of;
use giaoban_store::{Grant, Role, StoreError, Tier};
use serde::Serialize;
use uuid::Uuid;

/// The signed-in account.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Account)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "answers to questions that have nothing to do with each other"
)]
pub(in crate::http) struct AccountBody {
    id: Uuid,
    username: String,
    display_name: String,
    /// Position, such as `Phó Chủ tịch UBND tỉnh`.
    title: String,
    #[schema(value_type = crate::http::words::LocaleWord)]
    locale: giaoban_store::Locale,
    unit: AccountUnit,
    /// The point the person joins from.
    #[schema(required)]
    point_id: Option<Uuid>,
    grants: Vec<GrantBody>,
    /// May plan briefings somewhere.
    may_plan: bool,
    administrator: bool,
    /// Sign-ins need a code of an authenticator.
    second_factor: bool,
    /// A role of the account requires that. While it is off, nothing but the own account answers.
    second_factor_required: bool,
    /// Somebody else set the password. Until another is chosen, nothing but the own account answers.
    temporary_password: bool,
}

/// The unit a person works for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AccountUnit {
    code: String,
    name: String,
    #[schema(value_type = crate::http::words::TierWord)]
    tier: Tier,
}

/// A role for a unit and everything below it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Grant)]
pub(in crate::http) struct GrantBody {
    #[schema(value_type = crate::http::words::RoleWord)]
    role: Role,
    unit_code: String,
}

impl GrantBody {
    pub(in crate::http) fn of(grant: &Grant) -> Self {
        Self {
            role: grant.role,
            unit_code: grant.unit.to_string(),
        }
    }
}

impl AccountBody {
    pub(in crate::http) async fn of(app: &App, caller: &Caller) -> Result<Self, StoreError> {
        let account = &caller.account;
        let today = day_of(app.clock.now());
        let units = app.store.units();
        // A unit that is no more is shown as it was last.
        let unit = match units.get(&account.unit, today).await? {
            Some(unit) => Some(unit),
            None => units.history(&account.unit).await?.pop(),
        };
        Ok(Self {
            id: account.id.into(),
            username: account.username.clone(),
            display_name: account.display_name.clone(),
            title: account.title.clone(),
            locale: account.locale,
            unit: AccountUnit {
                code: account.unit.to_string(),
                name: unit
                    .as_ref()
                    .map_or_else(|| account.unit.to_string(), |unit| unit.name.clone()),
                tier: unit.map_or(Tier::Commune, |unit| unit.tier),
            },
            point_id: account.point.map(Uuid::from),
            grants: caller.grants.iter().map(GrantBody::of).collect(),
            may_plan: authz::field(caller, Operation::PlanBriefing).is_some(),
            administrator: caller
                .grants
                .iter()
                .any(|grant| grant.role == Role::Administrator),
            second_factor: totp::is_on(&app.store, account.id).await?,
            temporary_password: account.password_until.is_some(),
            second_factor_required: app.config.sign_in.requires_second_factor(&caller.grants),
        })
    }
}
