//! What WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep) share: an offer by POST, a session with its own address, PATCH for
//! candidates and ICE restarts, DELETE to leave.

mod fragment;
mod headers;
mod refusal;
mod session;

pub(super) use refusal::Refusal;

use crate::app::App;
use crate::rooms::HttpSession;
use axum::Router;
use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;

/// An offer of a browser with all its candidates is some 20 KB.
const OFFER_BYTES: usize = 256 * 1024;

const SDP: &str = "application/sdp";
const FRAGMENT: &str = "application/trickle-ice-sdpfrag";

/// An endpoint and its sessions under `/{name}/{briefing}`.
pub(super) fn routes(name: &'static str, post: MethodRouter<App>) -> Router<App> {
    Router::new()
        .route(
            &format!("/{name}/{{briefing}}"),
            post.options(headers::endpoint_options),
        )
        .route(
            &format!("/{name}/{{briefing}}/{{peer}}"),
            axum::routing::patch(session::patch)
                .delete(session::delete)
                .options(headers::session_options),
        )
        .layer(DefaultBodyLimit::max(OFFER_BYTES))
}

/// A request to an endpoint, as far as it can be checked without knowing the briefing.
pub(super) struct Offered {
    pub(super) token: String,
    pub(super) offer: String,
}

impl Offered {
    pub(super) fn of(headers: &HeaderMap, body: &Bytes) -> Result<Self, Refusal> {
        let token = headers::bearer(headers)?;
        headers::must_be(headers, SDP)?;
        headers::must_accept(headers, SDP)?;
        let offer = std::str::from_utf8(body).map_err(|_| Refusal::NotSdp)?;
        if !offer.starts_with("v=0") {
            return Err(Refusal::NotSdp);
        }
        Ok(Self {
            token,
            offer: offer.to_owned(),
        })
    }
}

/// `201 Created` with the answer, where the session is, and its ICE session as entity tag.
pub(super) fn created(app: &App, name: &str, session: HttpSession) -> Response {
    let location = format!("/{name}/{}/{}", session.briefing(), session.peer());
    let session_id = session.peer().0;
    let mut response = (
        StatusCode::CREATED,
        [
            (header::CONTENT_TYPE, SDP.to_owned()),
            (header::LOCATION, location),
            (header::ETAG, headers::entity_tag(session.ice)),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ],
        session.answer,
    )
        .into_response();
    let sent = response.headers_mut();
    headers::add_cors(sent);
    sent.insert("accept-patch", header::HeaderValue::from_static(FRAGMENT));
    headers::add_ice_servers(sent, &app.rooms.ice_servers(session_id));
    response
}
