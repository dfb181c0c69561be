//! `POST /api/v1/auth/logout` and `POST /api/v1/auth/logout-everywhere`

use crate::app::App;
use crate::auth::{Caller, cookie};
use crate::problem::Problem;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(logout))
        .routes(routes!(logout_everywhere))
}

/// Ends this sign-in.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", responses((status = 204, description = "Signed out")))]
async fn logout(State(app): State<App>, caller: Caller) -> Result<impl IntoResponse, Problem> {
    app.store.sessions().revoke(caller.session.id).await?;
    Ok(gone(&app))
}

/// Ends all sign-ins of this account, this one too.
#[utoipa::path(
    post, path = "/auth/logout-everywhere", tag = "auth",
    responses((status = 204, description = "Signed out on every device"))
)]
async fn logout_everywhere(
    State(app): State<App>,
    caller: Caller,
) -> Result<impl IntoResponse, Problem> {
    app.store
        .sessions()
        .revoke_all(caller.account.id, None)
        .await?;
    Ok(gone(&app))
}

fn gone(app: &App) -> impl IntoResponse + use<> {
    let cookie = cookie::clear(app.config.http.secure());
    (
        StatusCode::NO_CONTENT,
        AppendHeaders([(header::SET_COOKIE, cookie)]),
    )
}
