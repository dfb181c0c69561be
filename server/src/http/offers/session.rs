//! PATCH and DELETE of a session.

use super::fragment::{self, Credentials};
use super::{FRAGMENT, Refusal, headers};
use crate::app::App;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use giaoban_signaling::ids::{BriefingId, PeerId};
use uuid::Uuid;

/// Candidates that the client found later, or new ICE credentials: a restart.
pub(super) async fn patch(
    State(app): State<App>,
    Path((briefing, peer)): Path<(Uuid, Uuid)>,
    request: HeaderMap,
    body: Bytes,
) -> Response {
    let peer = PeerId(peer);
    match patched(&app, BriefingId(briefing), peer, &request, &body).await {
        Ok(mut response) => {
            headers::add_cors(response.headers_mut());
            response
        }
        Err(refusal) => refusal.into_response(),
    }
}

async fn patched(
    app: &App,
    briefing: BriefingId,
    peer: PeerId,
    request: &HeaderMap,
    body: &[u8],
) -> Result<Response, Refusal> {
    let token = headers::bearer(request)?;
    let known = app.rooms.http_session(briefing, peer, &token)?;
    headers::must_be(request, FRAGMENT)?;
    let sent = std::str::from_utf8(body).map_err(|_| Refusal::NotSdp)?;
    let wanted = request
        .get(header::IF_MATCH)
        .and_then(|value| value.to_str().ok())
        .ok_or(Refusal::PreconditionRequired)?;
    // `*` asks for a restart (RFC 9725 section 4.4.3); a fragment with the credentials in force is a candidate all the same.
    let credentials = Credentials::of(sent).ok_or(Refusal::NotSdp)?;
    let restart = Credentials::of(&known.request.offer).as_ref() != Some(&credentials);
    if wanted != "*" && wanted != headers::entity_tag(known.ice) {
        return Err(Refusal::PreconditionFailed);
    }
    if !restart {
        app.rooms.trickle(peer, sent)?;
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    if wanted != "*" {
        return Err(Refusal::PreconditionFailed);
    }
    let offer = fragment::restarted(&known.request.offer, &credentials);
    let session = app.rooms.restart_http_session(known, offer).await?;
    Ok((
        StatusCode::OK,
        [
            (header::CONTENT_TYPE, FRAGMENT.to_owned()),
            (header::ETAG, headers::entity_tag(session.ice)),
        ],
        fragment::of_answer(&session.answer),
    )
        .into_response())
}

/// Leaves.
pub(super) async fn delete(
    State(app): State<App>,
    Path((briefing, peer)): Path<(Uuid, Uuid)>,
    request: HeaderMap,
) -> Response {
    match deleted(&app, BriefingId(briefing), PeerId(peer), &request) {
        Ok(()) => {
            let mut response = StatusCode::OK.into_response();
            headers::add_cors(response.headers_mut());
            response
        }
        Err(refusal) => refusal.into_response(),
    }
}

fn deleted(
    app: &App,
    briefing: BriefingId,
    peer: PeerId,
    request: &HeaderMap,
) -> Result<(), Refusal> {
    let token = headers::bearer(request)?;
    app.rooms.http_session(briefing, peer, &token)?;
    app.rooms.end_http_session(peer);
    Ok(())
}
