//! `POST /api/v1/auth/logout` and `POST /api/v1/auth/logout-everywhere`

use crate::app::App;
use crate::audit::Deed;
use crate::auth::{OwnAccount, cookie};
use crate::problem::Problem;
use crate::rooms::ids::same;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use giaoban_store::AccountId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(logout))
        .routes(routes!(logout_everywhere))
}

/// Ends this sign-in.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", responses((status = 204, description = "Signed out")))]
async fn logout(
    State(app): State<App>,
    OwnAccount(caller): OwnAccount,
) -> Result<impl IntoResponse, Problem> {
    app.store.sessions().revoke(caller.session.id).await?;
    app.audit.by(&caller, Deed::SignedOut).await?;
    Ok(gone(&app))
}

/// Ends all sign-ins of this account, this one too, and every join token that it was given: its windows in rooms close.
#[utoipa::path(
    post, path = "/auth/logout-everywhere", tag = "auth",
    responses((status = 204, description = "Signed out on every device"))
)]
async fn logout_everywhere(
    State(app): State<App>,
    OwnAccount(caller): OwnAccount,
) -> Result<impl IntoResponse, Problem> {
    app.store
        .sessions()
        .revoke_all(caller.account.id, None)
        .await?;
    revoke_tokens(&app, caller.account.id).await?;
    app.audit.by(&caller, Deed::SignedOutEverywhere).await?;
    Ok(gone(&app))
}

/// Ends every join token that the account was given.
pub(in crate::http) async fn revoke_tokens(app: &App, account: AccountId) -> Result<(), Problem> {
    let now = app.clock.now();
    app.store.token_revocations().revoke(account, now).await?;
    app.rooms.revoke_tokens(same(account), now).await;
    Ok(())
}

fn gone(app: &App) -> impl IntoResponse + use<> {
    let cookie = cookie::clear(app.config.http.secure());
    (
        StatusCode::NO_CONTENT,
        AppendHeaders([(header::SET_COOKIE, cookie)]),
    )
}
