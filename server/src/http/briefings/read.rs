//! `GET /api/v1/briefings/{id}`

use super::show::{BriefingBody, Showing};
use crate::app::App;
use crate::auth::Caller;
use crate::authz::Operation;
use crate::http::body::Path;
use crate::http::guard;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read))
}

/// One briefing with its agenda, people and child briefings.
#[utoipa::path(
    get, path = "/briefings/{id}", tag = "briefings", params(("id" = Uuid, Path)),
    responses((status = 200, body = BriefingBody), (status = 403, description = "`forbidden`"), (status = 404, description = "`not_found`"))
)]
async fn read(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<BriefingBody>, Problem> {
    let detail = guard::briefing(&app, &caller, id, Operation::ReadBriefing).await?;
    Ok(Json(Showing::to(&app, &caller).detail(detail).await?))
}
