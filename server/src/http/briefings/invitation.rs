//! `GET /api/v1/briefings/{id}/invitation.ics`

use crate::app::App;
use crate::auth::Caller;
use crate::authz::Operation;
use crate::http::body::Path;
use crate::http::calendar;
use crate::http::guard;
use crate::planning::calendar::Method;
use crate::problem::Problem;
use crate::time_zone::day_of;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use giaoban_store::BriefingState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(invitation))
}

/// The briefing as a calendar file (RFC 5545). Of a repetition: the whole of it, as far as it is planned.
#[utoipa::path(
    get, path = "/briefings/{id}/invitation.ics", tag = "calendar", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "text/calendar", body = String), (status = 403, description = "`forbidden`"), (status = 404, description = "`not_found`"))
)]
async fn invitation(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let detail = guard::briefing(&app, &caller, id, Operation::ReadBriefing).await?;
    let briefing = detail.briefing;
    let method = if briefing.state == BriefingState::Cancelled {
        Method::Cancel
    } else {
        Method::Publish
    };
    let name = format!("giaoban-{}.ics", day_of(briefing.starts_at));
    let briefings = match briefing.occurrence {
        Some(own) if method == Method::Publish => {
            app.store.briefings().of_series(own.series).await?
        }
        _ => vec![briefing],
    };
    let file = calendar::file(&app, &headers, "giaoban", method, briefings).await?;
    let mut response = calendar::answer(file, method).into_response();
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}
