//! HTTP: one file for each endpoint, each with its errors, its description and its tests.

mod about;
mod accounts;
mod addresses;
mod attendance;
mod audit;
mod auth;
mod body;
mod briefings;
mod calendar;
mod client;
mod compression;
mod guard;
mod health;
mod join;
mod ledger;
mod managed_accounts;
pub(crate) mod metrics;
mod network_test;
mod offers;
pub mod openapi;
mod origin;
mod page;
mod points;
mod refusals;
mod security_headers;
mod units;
pub(crate) mod validation;
mod verify;
mod watch_links;
mod whep;
mod whip;
pub(crate) mod words;

use crate::app::App;
use crate::problem::{self, Problem};
use crate::telemetry::traces;
use axum::Router;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::any::Any;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

/// Every route with its description, not yet bound to a running server.
fn described() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::preamble())
        .nest("/api/v1", api())
        .merge(health::routes())
        .merge(metrics::routes())
        .merge(verify::routes())
}

/// What is under `/api/v1`.
fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(about::routes())
        .merge(auth::routes())
        .merge(units::routes())
        .merge(points::routes())
        .merge(accounts::routes())
        .merge(managed_accounts::routes())
        .merge(briefings::routes())
        .merge(calendar::routes())
        .merge(attendance::routes())
        .merge(audit::routes())
        .merge(join::routes())
        .merge(ledger::routes())
        .merge(network_test::routes())
        .merge(watch_links::routes())
}

/// The whole HTTP service.
pub fn router(app: App) -> Router {
    let secure = app.config.http.secure();
    let (router, document) = described().split_for_parts();
    router
        .merge(openapi::routes(document))
        .merge(whip::routes())
        .merge(whep::routes())
        .route("/api/v1/ws", get(crate::ws::upgrade))
        .fallback(client::serve)
        .layer(middleware::from_fn_with_state(app.clone(), origin::guard))
        .layer(middleware::from_fn(traces::request))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(problem::negotiate))
        .layer(compression::layer())
        .layer(middleware::from_fn(move |request, next| {
            security_headers::add(secure, request, next)
        }))
        .with_state(app)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer hands the panic over as a box"
)]
fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| cause.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without words");
    Problem::internal(&text).into_response()
}
