//! `POST /whip/{briefing}`: OBS, `GStreamer` or an encoder publishes as a seat (RFC 9725).
//!
//! The join token says which seat. Publishing is presence: the seat is taken, through the lobby where there is one, and its
//! microphone is heard only while it holds the floor.

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
    offers::routes("whip", axum::routing::post(publish))
}

async fn publish(
    State(app): State<App>,
    Path(briefing): Path<Uuid>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match published(&app, BriefingId(briefing), &headers, &body).await {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(),
    }
}

async fn published(
    app: &App,
    briefing: BriefingId,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Response, Refusal> {
    let Offered { token, offer } = Offered::of(headers, body)?;
    let session = app.rooms.publish(briefing, &token, offer).await?;
    Ok(offers::created(app, "whip", session))
}
