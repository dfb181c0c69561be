//! `GET /api/v1/points`

use super::PointBody;
use crate::app::App;
use crate::auth::Caller;
use crate::authz::{self, Object, Operation};
use crate::http::body::Query;
use crate::http::page::{self, Listed, PageAnswer};
use crate::problem::Problem;
use crate::time_zone::day_of;
use axum::extract::State;
use giaoban_store::{PointInUnit, UnitCode, fold};
use serde::Deserialize;
use std::collections::HashMap;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListPoints {
    /// The unit; one's own when left out.
    unit: Option<String>,
    /// Of the unit and everything below it. True when `unit` is left out.
    subtree: Option<bool>,
    /// Letters of the point's or the unit's name, accents and case aside.
    q: Option<String>,
    /// 1 to 500; what is outside is taken as the nearest.
    #[param(default = 50)]
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Points that may be invited, from the top of the tree down.
#[utoipa::path(get, path = "/points", tag = "points", params(ListPoints), responses((status = 200, body = Listed<PointBody>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<ListPoints>,
) -> Result<PageAnswer<PointBody>, Problem> {
    authz::require(
        &app.store,
        &caller,
        Operation::ReadPoints,
        Object::Everybody,
    )
    .await?;
    let today = day_of(app.clock.now());
    let subtree = asked.subtree.unwrap_or(asked.unit.is_none());
    let root = asked
        .unit
        .map_or_else(|| caller.account.unit.clone(), UnitCode::from);
    let sought = asked.q.as_deref().map(fold).unwrap_or_default();
    let mut points = app.store.points().in_subtree(&root, today).await?;
    points.retain(|found| {
        found.point.active
            && (subtree || found.point.unit == root)
            && (sought.is_empty() || matches(found, &sought))
    });
    let mut names: HashMap<UnitCode, String> = points
        .iter()
        .map(|found| (found.point.unit.clone(), found.unit_name.clone()))
        .collect();
    for parent in points.iter().filter_map(|found| found.parent.as_ref()) {
        if !names.contains_key(parent)
            && let Some(unit) = app.store.units().get(parent, today).await?
        {
            names.insert(unit.code, unit.name);
        }
    }
    let cursor = page::cursor(asked.cursor);
    let page = page::slice(points, page::limit(asked.limit), cursor.as_ref())?;
    Ok(PageAnswer::of(page, |found| {
        let within = found
            .parent
            .as_ref()
            .and_then(|parent| names.get(parent).cloned());
        PointBody::of(found.point, found.unit_name, within.unwrap_or_default())
    }))
}

fn matches(found: &PointInUnit, sought: &str) -> bool {
    fold(&found.point.name).contains(sought) || fold(&found.unit_name).contains(sought)
}
