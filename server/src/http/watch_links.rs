//! `/api/v1/briefings/{id}/watch-links`: view-only screens, so many for each link.

use super::addresses::Addresses;
use super::body::{Body, Path};
use super::guard;
use crate::app::App;
use crate::audit::Deed;
use crate::auth::Caller;
use crate::authz::Operation;
use crate::problem::{FieldProblem, Problem, Sentence};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::{DateTime, Utc};
use giaoban_store::WatchLink;
use rand::RngCore;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The largest conference of view-only points that one link is for.
const MOST_WATCHERS: u32 = 30_000;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(revoke))
}

#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewWatchLink {
    /// How many may watch at once, 1 to 30,000.
    #[schema(minimum = 1, maximum = 30_000)]
    max_watchers: u32,
}

/// A link that was just made. The token is shown this once.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MadeWatchLink {
    id: Uuid,
    /// Bearer token for `POST /whep/{briefing}`.
    watch_token: String,
    /// A page that shows the stage.
    url: String,
    max_watchers: u32,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct WatchLinkLine {
    id: Uuid,
    max_watchers: u32,
    /// How many watch now.
    watching: u32,
    created_at: DateTime<Utc>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct WatchLinkList {
    items: Vec<WatchLinkLine>,
    #[schema(required)]
    next: Option<String>,
}

/// Make a link for view-only screens.
#[utoipa::path(
    post,
    path = "/briefings/{id}/watch-links",
    tag = "briefings",
    params(("id" = Uuid, Path)),
    request_body = NewWatchLink,
    responses((status = 201, body = MadeWatchLink))
)]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Body(new): Body<NewWatchLink>,
) -> Result<Response, Problem> {
    let detail = guard::briefing(&app, &caller, id, Operation::ManageWatchLinks).await?;
    if !(1..=MOST_WATCHERS).contains(&new.max_watchers) {
        return Err(Problem::invalid(vec![FieldProblem {
            field: "max_watchers".into(),
            code: "out_of_range",
            message: Sentence::new("Từ 1 đến 30.000.", "From 1 to 30,000."),
        }]));
    }
    let mut secret = [0_u8; 32];
    rand::rng().fill_bytes(&mut secret);
    let watch_token = BASE64.encode(secret);
    let link = WatchLink {
        id: Uuid::now_v7().into(),
        briefing: detail.briefing.id,
        token_hash: Sha256::digest(&watch_token).to_vec(),
        max_watchers: new.max_watchers,
        created_by: caller.account.id,
        created_at: app.clock.now(),
        revoked_at: None,
    };
    app.store.watch_links().create(&link).await?;
    let deed = Deed::WatchLinkMade {
        briefing: id,
        link: link.id.into(),
        max_watchers: link.max_watchers,
    };
    app.audit.by(&caller, deed).await?;
    // The page asks WHEP by briefing, and the token alone does not name it.
    let page = format!("/xem/{watch_token}?phien={id}");
    let url = Addresses::of(&app.config.http, &headers).http(&page);
    let made = MadeWatchLink {
        id: link.id.into(),
        watch_token,
        url,
        max_watchers: link.max_watchers,
    };
    let location = format!("/api/v1/briefings/{id}/watch-links/{}", made.id);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(made),
    )
        .into_response())
}

/// The links in force.
#[utoipa::path(
    get,
    path = "/briefings/{id}/watch-links",
    tag = "briefings",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = WatchLinkList), (status = 403, description = "`forbidden`"))
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<WatchLinkList>, Problem> {
    let detail = guard::briefing(&app, &caller, id, Operation::ManageWatchLinks).await?;
    let links = app
        .store
        .watch_links()
        .of_briefing(detail.briefing.id)
        .await?;
    Ok(Json(WatchLinkList {
        items: links
            .into_iter()
            .filter(|link| link.revoked_at.is_none())
            .map(|link| WatchLinkLine {
                id: link.id.into(),
                max_watchers: link.max_watchers,
                watching: app.rooms.watching(link.id),
                created_at: link.created_at,
            })
            .collect(),
        next: None,
    }))
}

/// Revoke a link: its screens go dark.
#[utoipa::path(
    delete,
    path = "/briefings/{id}/watch-links/{link}",
    tag = "briefings",
    params(("id" = Uuid, Path), ("link" = Uuid, Path)),
    responses((status = 204))
)]
async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Path((id, link)): Path<(Uuid, Uuid)>,
) -> Result<StatusCode, Problem> {
    let detail = guard::briefing(&app, &caller, id, Operation::ManageWatchLinks).await?;
    let link = link.into();
    let known = app
        .store
        .watch_links()
        .of_briefing(detail.briefing.id)
        .await?
        .iter()
        .any(|known| known.id == link);
    if !known {
        return Err(Problem::not_found(
            "Không có đường xem này.",
            "There is no such watch link.",
        ));
    }
    app.store
        .watch_links()
        .revoke(link, app.clock.now())
        .await?;
    app.rooms.end_watch_link(link);
    let deed = Deed::WatchLinkRevoked {
        briefing: id,
        link: link.into(),
    };
    app.audit.by(&caller, deed).await?;
    Ok(StatusCode::NO_CONTENT)
}
