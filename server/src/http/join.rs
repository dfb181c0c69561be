//! `POST /api/v1/briefings/{id}/join`: everything a client needs to enter a briefing.

use super::addresses::Addresses;
use super::body::Path;
use super::guard::no_such_briefing;
use crate::app::App;
use crate::auth::Caller;
use crate::authz::{self, Object, Operation};
use crate::problem::Problem;
use crate::rooms::ids::same;
use crate::rooms::{Candidate, Device, IceServer, JoinClaims, NotAdmitted, admit};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use giaoban_signaling::ids::{BriefingId, UnitCode};
use giaoban_signaling::wire::Role;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(join))
}

/// With what somebody joins.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct JoinRequest {
    #[serde(default)]
    device: JoinDevice,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum JoinDevice {
    #[default]
    Browser,
    Room,
}

/// The way into a briefing. The token is for this seat only: an hour for a first hello from a browser, twelve for a room
/// device; whoever was in comes back with it for twelve.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct JoinAnswer {
    join_token: String,
    /// WebSocket of the protocol in `docs/protocol.md`.
    ws_url: String,
    /// For the configuration of the peer connection.
    ice_servers: Vec<IceServer>,
    briefing_id: Uuid,
    seat: Uuid,
    #[schema(value_type = String)]
    role: Role,
    /// Publish here with the token as bearer (RFC 9725).
    whip_url: String,
    /// Watch the stage here with the token as bearer.
    whep_url: String,
}

/// Join a briefing.
#[utoipa::path(
    post,
    path = "/briefings/{id}/join",
    tag = "briefings",
    params(("id" = Uuid, Path)),
    request_body(content = Option<JoinRequest>, content_type = "application/json"),
    responses(
        (status = 200, body = JoinAnswer),
        (status = 403, description = "`not_invited`"),
        (status = 409, description = "`briefing_ended`, `briefing_not_open` or `briefing_full`"),
    )
)]
async fn join(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<JoinAnswer>, Problem> {
    let request = wish(&body).map_err(|error| invalid(&error))?;
    let briefing = BriefingId(id);
    let (plan, state) = app
        .rooms
        .planned(briefing)
        .await?
        .ok_or_else(no_such_briefing)?;
    if !authz::may(
        &app.store,
        &caller,
        Operation::JoinBriefing,
        Object::Plan(&plan),
    )
    .await?
    {
        return Err(refusal(NotAdmitted::NotInvited));
    }
    if let Some(most) = app.rooms.full(briefing) {
        return Err(full(most));
    }
    let account = &caller.account;
    let now = app.clock.now();
    let unit = UnitCode(account.unit.as_str().to_owned());
    let place = admit(
        &plan,
        state,
        Candidate {
            account: same(account.id),
            point: account.point.map(same),
            unit: &unit,
        },
        now,
    )
    .map_err(refusal)?;
    let device = match request.device {
        JoinDevice::Browser => Device::Browser,
        JoinDevice::Room => Device::Room,
    };
    let claims = JoinClaims {
        briefing,
        point: place.point,
        account: same(account.id),
        role: place.role,
        device,
        person: account.display_name.clone(),
        title: account.title.clone(),
        expires: (now + device.valid()).timestamp(),
        issued: now.timestamp_micros(),
    };
    let join_token = app
        .rooms
        .join_token(&claims)
        .map_err(|error| Problem::internal(&error))?;
    app.rooms.open(briefing);
    let addresses = Addresses::of(&app.config.http, &headers);
    Ok(Json(JoinAnswer {
        ws_url: addresses.socket("/api/v1/ws"),
        whip_url: addresses.http(&format!("/whip/{id}")),
        whep_url: addresses.http(&format!("/whep/{id}")),
        ice_servers: app.rooms.ice_servers(claims.seat().0),
        briefing_id: id,
        seat: claims.seat().0,
        role: place.role,
        join_token,
    }))
}

fn full(most: u32) -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "briefing_full",
        format!(
            "Phiên họp đã đủ {most} người tham dự, là mức tối đa của máy chủ này. Báo thư ký hoặc trực kỹ thuật."
        ),
        format!(
            "The briefing has {most} participants, the most this server takes. Tell the secretary or support."
        ),
    )
}

/// The body may be left out.
fn wish(body: &[u8]) -> Result<JoinRequest, serde_json::Error> {
    if body.is_empty() {
        return Ok(JoinRequest::default());
    }
    serde_json::from_slice(body)
}

fn invalid(error: &serde_json::Error) -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid_json",
        "Nội dung JSON không đúng.",
        "The JSON is not what is expected.",
    )
    .with_detail(error.to_string(), error.to_string())
}

fn refusal(reason: NotAdmitted) -> Problem {
    match reason {
        NotAdmitted::NotInvited => Problem::new(
            StatusCode::FORBIDDEN,
            "not_invited",
            "Điểm cầu của tài khoản này không được mời dự phiên họp.",
            "This account's point is not invited to the briefing.",
        ),
        NotAdmitted::Ended => Problem::new(
            StatusCode::CONFLICT,
            "briefing_ended",
            "Phiên họp đã kết thúc.",
            "The briefing is over.",
        ),
        NotAdmitted::NotOpen { opens_at } => {
            let at = opens_at
                .with_timezone(&crate::time_zone::ZONE)
                .format("%H:%M %d/%m/%Y");
            Problem::new(
                StatusCode::CONFLICT,
                "briefing_not_open",
                "Phòng họp chưa mở.",
                "The briefing is not open yet.",
            )
            .with_detail(format!("Vào được từ {at}."), format!("It opens at {at}."))
        }
    }
}
