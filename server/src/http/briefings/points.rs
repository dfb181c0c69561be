//! `GET /api/v1/briefings/{id}/points`

use super::find;
use crate::app::App;
use crate::auth::Caller;
use crate::authz::{self, Object, Operation};
use crate::http::body::{Path, Query};
use crate::http::page::{self, Listed, PageAnswer};
use crate::problem::Problem;
use axum::extract::State;
use giaoban_store::{InvitedAs, fold};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// An invited point, named as it was when it was invited.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct InvitedPoint {
    point_id: Uuid,
    name: String,
    unit_code: String,
    unit_name: String,
    /// Watches, and is not given the floor.
    observer: bool,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListInvited {
    /// Letters of the point's or the unit's name, accents and case aside.
    q: Option<String>,
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u32>,
    cursor: Option<String>,
}

/// The invited points, in the order of the invitation.
#[utoipa::path(
    get, path = "/briefings/{id}/points", tag = "briefings", params(("id" = Uuid, Path), ListInvited),
    responses((status = 200, body = Listed<InvitedPoint>), (status = 403, description = "`forbidden`"), (status = 404, description = "`not_found`"))
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(asked): Query<ListInvited>,
) -> Result<PageAnswer<InvitedPoint>, Problem> {
    let detail = find(&app, id).await?;
    let object = Object::Briefing(&detail);
    authz::require(&app.store, &caller, Operation::ReadBriefing, object).await?;
    let sought = asked.q.as_deref().map(fold).unwrap_or_default();
    let mut invited = detail.invitations;
    if !sought.is_empty() {
        invited.retain(|row| {
            fold(&row.point_name).contains(&sought) || fold(&row.unit_name).contains(&sought)
        });
    }
    let limit = page::limit(asked.limit);
    Ok(PageAnswer::cut(
        invited,
        limit,
        asked.cursor.as_deref(),
        |row| InvitedPoint {
            point_id: row.point.into(),
            name: row.point_name,
            unit_code: row.unit.into(),
            unit_name: row.unit_name,
            observer: row.role == InvitedAs::Observer,
        },
    )?)
}
