//! `/api/v1/managed-accounts`: the accounts that an administrator looks after.

mod change;
mod create;
mod list;

use crate::app::App;
use crate::auth::{Caller, totp};
use crate::authz::{self, Object, Operation};
use crate::http::auth::GrantBody;
use crate::problem::Problem;
use crate::time_zone::day_of;
use axum::http::StatusCode;
use giaoban_store::{Account, Grant, UnitCode};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(list::routes())
        .merge(create::routes())
        .merge(change::routes())
}

/// An account, as whoever administers it sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ManagedAccount)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "answers to questions that have nothing to do with each other"
)]
struct ManagedBody {
    id: Uuid,
    username: String,
    display_name: String,
    title: String,
    unit_code: String,
    unit_name: String,
    grants: Vec<GrantBody>,
    /// Can't sign in.
    locked: bool,
    /// Sign-ins need a code of an authenticator.
    second_factor: bool,
    /// Somebody else chose the password; whoever signs in with it must choose another first.
    temporary_password: bool,
    /// The caller may change it.
    may_change: bool,
}

impl ManagedBody {
    async fn of(app: &App, caller: &Caller, account: Account) -> Result<Self, Problem> {
        let grants = app.store.grants().of_account(account.id).await?;
        let may_change = refusal(app, caller, &account, &grants).await?.is_none();
        let unit_name = unit_name(app, &account).await?;
        Ok(Self {
            id: account.id.into(),
            username: account.username,
            display_name: account.display_name,
            title: account.title,
            unit_name,
            unit_code: account.unit.into(),
            grants: grants.iter().map(GrantBody::of).collect(),
            locked: account.disabled,
            second_factor: totp::is_on(&app.store, account.id).await?,
            temporary_password: account.password_until.is_some(),
            may_change,
        })
    }
}

/// Why an administrator may not change an account.
#[derive(Debug, thiserror::Error)]
enum ManageRefusal {
    #[error("the unit of the account is not administered by the caller")]
    Forbidden,
    /// Whoever sets the password of a stronger account has that account.
    #[error("the account has a role that the caller does not administer")]
    Stronger,
    #[error("it is the caller's own account")]
    Own,
}

impl From<ManageRefusal> for Problem {
    fn from(refusal: ManageRefusal) -> Self {
        match refusal {
            ManageRefusal::Forbidden => Self::forbidden(),
            ManageRefusal::Stronger => Self::new(
                StatusCode::FORBIDDEN,
                "stronger_account",
                "Tài khoản này có vai trò ở đơn vị ngoài quyền quản trị của bạn.",
                "This account has a role for a unit that you do not administer.",
            ),
            ManageRefusal::Own => Self::new(
                StatusCode::CONFLICT,
                "own_account",
                "Đây là tài khoản của bạn. Đổi mật khẩu, xác thực hai bước ở trang Tài khoản.",
                "This is your own account. Change its password and second factor on the account page.",
            ),
        }
    }
}

/// Why the caller may not change the account, if so.
async fn refusal(
    app: &App,
    caller: &Caller,
    account: &Account,
    grants: &[Grant],
) -> Result<Option<ManageRefusal>, Problem> {
    if !manages(app, caller, &account.unit).await? {
        return Ok(Some(ManageRefusal::Forbidden));
    }
    if account.id == caller.account.id {
        return Ok(Some(ManageRefusal::Own));
    }
    for grant in grants {
        // Whoever administers a unit administers it for every role in it.
        if grant.unit != account.unit && !manages(app, caller, &grant.unit).await? {
            return Ok(Some(ManageRefusal::Stronger));
        }
    }
    Ok(None)
}

async fn manages(app: &App, caller: &Caller, unit: &UnitCode) -> Result<bool, Problem> {
    let object = Object::Unit(unit, day_of(app.clock.now()));
    Ok(authz::may(&app.store, caller, Operation::ManageAccounts, object).await?)
}

/// The account, for a caller who may change it.
async fn managed(app: &App, caller: &Caller, id: Uuid) -> Result<Account, Problem> {
    let found = app.store.accounts().get(id.into()).await?;
    let account = found.ok_or_else(|| {
        Problem::not_found("Không có tài khoản này.", "There is no such account.")
    })?;
    let grants = app.store.grants().of_account(account.id).await?;
    match refusal(app, caller, &account, &grants).await? {
        Some(refusal) => Err(refusal.into()),
        None => Ok(account),
    }
}

/// The name of an account's unit, today's or its last.
async fn unit_name(app: &App, account: &Account) -> Result<String, Problem> {
    let units = app.store.units();
    let today = day_of(app.clock.now());
    let unit = match units.get(&account.unit, today).await? {
        Some(unit) => Some(unit),
        None => units.history(&account.unit).await?.pop(),
    };
    Ok(unit.map(|unit| unit.name).unwrap_or_default())
}
