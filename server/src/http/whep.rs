//! `POST /whep/{briefing}`: a wall, a hall or a stream watches the stage (draft-ietf-wish-whep).
//!
//! A join token watches as its seat, a watch token as one of so many screens.

use super::offers::{self, Offered, Refusal};
use crate::app::App;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use giaoban_signaling::ids::BriefingId;
use uuid::Uuid;

pub(super) fn routes() -> Router<App> {
    offers::routes("whep", axum::routing::post(watch))
}

async fn watch(
    State(app): State<App>,
    Path(briefing): Path<Uuid>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match watched(&app, BriefingId(briefing), &headers, &body).await {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(),
    }
}

async fn watched(
    app: &App,
    briefing: BriefingId,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Response, Refusal> {
    let Offered { token, offer } = Offered::of(headers, body)?;
    let session = app.rooms.watch(briefing, &token, offer).await?;
    Ok(offers::created(app, "whep", session))
}
