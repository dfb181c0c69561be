//! `GET /api/v1/briefings/{id}/points`

use crate::app::App;
use crate::auth::Caller;
use crate::authz::Operation;
use crate::http::body::{Path, Query};
use crate::http::guard;
use crate::http::page::{self, Listed, PageAnswer};
use crate::http::points::PointBody;
use crate::problem::Problem;
use crate::time_zone::day_of;
use axum::extract::State;
use giaoban_store::{InvitedAs, Page, fold};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// An invited point; its name and unit are those when it was invited.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct InvitedPoint {
    #[serde(flatten)]
    point: PointBody,
    /// Watches, and is not given the floor.
    observer: bool,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListInvited {
    /// Letters of the point's or the unit's name, accents and case aside.
    q: Option<String>,
    /// 1 to 500; what is outside is taken as the nearest.
    #[param(default = 50)]
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
    let detail = guard::briefing(&app, &caller, id, Operation::ReadBriefing).await?;
    let sought = asked.q.as_deref().map(fold).unwrap_or_default();
    let mut invited = detail.invitations;
    if !sought.is_empty() {
        invited.retain(|row| {
            fold(&row.point_name).contains(&sought) || fold(&row.unit_name).contains(&sought)
        });
    }
    let cursor = page::cursor(asked.cursor);
    let page = page::slice(invited, page::limit(asked.limit), cursor.as_ref())?;
    let day = day_of(detail.briefing.starts_at);
    let mut shown = Vec::with_capacity(page.items.len());
    let mut above = HashMap::new();
    for row in page.items {
        let Some(mut point) = app.store.points().get(row.point).await? else {
            continue;
        };
        if !above.contains_key(&row.unit) {
            let parent = app.store.units().ancestors(&row.unit, day).await?.pop();
            above.insert(row.unit.clone(), parent.map(|unit| unit.name));
        }
        point.name = row.point_name;
        point.unit = row.unit;
        let within = above[&point.unit].clone().unwrap_or_default();
        shown.push(InvitedPoint {
            point: PointBody::of(point, row.unit_name, within),
            observer: row.role == InvitedAs::Observer,
        });
    }
    let shown = Page {
        items: shown,
        next: page.next,
        total: page.total,
    };
    Ok(PageAnswer::of(shown, |row| row))
}
