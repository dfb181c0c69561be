//! `PATCH /api/v1/managed-accounts/{id}`, `POST …/{id}/password` and `POST …/{id}/totp-off`

use super::create::{WAITS, temporary_password};
use super::{ManagedBody, managed};
use crate::app::App;
use crate::audit::Deed;
use crate::auth::Caller;
use crate::http::auth::revoke_tokens;
use crate::http::body::{Body, Path};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use giaoban_store::AccountId;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(change))
        .routes(routes!(reset_password))
        .routes(routes!(totp_off))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ManagedChange {
    /// Locked, it can't sign in; whatever it is signed in to ends.
    locked: bool,
}

/// Locks an account, or opens it again.
#[utoipa::path(
    patch, path = "/managed-accounts/{id}", tag = "accounts", params(("id" = Uuid, Path)), request_body = ManagedChange,
    responses(
        (status = 200, body = ManagedBody),
        (status = 403, description = "`forbidden`, `stronger_account` or `second_factor_missing`"),
        (status = 409, description = "`own_account`"),
    )
)]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Body(change): Body<ManagedChange>,
) -> Result<Json<ManagedBody>, Problem> {
    let mut account = managed(&app, &caller, id).await?;
    account.disabled = change.locked;
    app.store
        .accounts()
        .update(&account, app.clock.now())
        .await?;
    let username = &account.username;
    // Also for an account that is locked already: whoever asks again does so because the rest had failed.
    let deed = if change.locked {
        sign_out(&app, account.id).await?;
        Deed::AccountLocked { username }
    } else {
        Deed::AccountUnlocked { username }
    };
    app.audit.by(&caller, deed).await?;
    Ok(Json(ManagedBody::of(&app, &caller, account).await?))
}

/// A password that was made for somebody.
#[derive(Serialize, utoipa::ToSchema)]
struct TemporaryPassword {
    /// Shown this once, good for seven days. Whoever signs in with it must choose another first.
    password: String,
}

/// Gives an account a new password and ends whatever it is signed in to.
#[utoipa::path(
    post, path = "/managed-accounts/{id}/password", tag = "accounts", params(("id" = Uuid, Path)),
    responses(
        (status = 200, body = TemporaryPassword),
        (status = 403, description = "`foreign_origin`, `guard_header_missing`, `forbidden`, `stronger_account` or `second_factor_missing`"),
        (status = 409, description = "`own_account`"),
    )
)]
async fn reset_password(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<TemporaryPassword>, Problem> {
    let account = managed(&app, &caller, id).await?;
    let (password, hash) = temporary_password().await?;
    let now = app.clock.now();
    app.store
        .accounts()
        .set_temporary_password(account.id, &hash, now + WAITS, now)
        .await?;
    sign_out(&app, account.id).await?;
    let deed = Deed::PasswordSet {
        username: &account.username,
    };
    app.audit.by(&caller, deed).await?;
    Ok(Json(TemporaryPassword { password }))
}

/// Takes the second factor of somebody who lost the authenticator and the recovery codes.
#[utoipa::path(
    post, path = "/managed-accounts/{id}/totp-off", tag = "accounts", params(("id" = Uuid, Path)),
    responses(
        (status = 204, description = "Sign-ins need no code any more"),
        (status = 403, description = "`foreign_origin`, `guard_header_missing`, `forbidden`, `stronger_account` or `second_factor_missing`"),
        (status = 409, description = "`own_account`"),
    )
)]
async fn totp_off(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    let account = managed(&app, &caller, id).await?;
    app.store.second_factors().remove(account.id).await?;
    let deed = Deed::TotpRemoved {
        username: &account.username,
    };
    app.audit.by(&caller, deed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends the account's sign-ins and join tokens; its windows in rooms close.
async fn sign_out(app: &App, account: AccountId) -> Result<(), Problem> {
    app.store.sessions().revoke_all(account, None).await?;
    revoke_tokens(app, account).await
}
