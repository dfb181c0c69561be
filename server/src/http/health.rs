//! `GET /healthz`: the process lives. `GET /readyz`: it can do its work.

use crate::app::App;
use crate::problem::Problem;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(alive))
        .routes(routes!(ready))
}

/// The process lives.
#[utoipa::path(get, path = "/healthz", tag = "operation", security(()), responses((status = 200, body = String)))]
async fn alive() -> &'static str {
    "ok"
}

/// The server can do its work: the store answers.
#[utoipa::path(get, path = "/readyz", tag = "operation", security(()), responses((status = 200, body = String)))]
async fn ready(State(app): State<App>) -> Result<&'static str, Problem> {
    app.store.ping().await?;
    Ok("ok")
}
