//! `GET /api/v1/units` and `GET /api/v1/units/{code}`: the administrative tree on any day.

use super::body::{Path, Query};
use super::page::{self, Listed, PageAnswer};
use super::validation;
use super::words::TierWord;
use crate::app::App;
use crate::auth::Caller;
use crate::authz::{self, Object, Operation};
use crate::problem::Problem;
use crate::time_zone::day_of;
use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use giaoban_store::{Tier, Unit, UnitCode, UnitQuery};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(read))
}

/// A unit over one period of its life.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Unit)]
struct UnitBody {
    code: String,
    name: String,
    #[schema(value_type = TierWord)]
    tier: Tier,
    #[schema(required)]
    parent_code: Option<String>,
    valid_from: NaiveDate,
    /// Last day; null while in force.
    #[schema(required)]
    valid_to: Option<NaiveDate>,
    /// Contracted link rate.
    #[schema(required)]
    link_mbps: Option<f64>,
    has_children: bool,
}

/// A unit with the way to it from the top.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct UnitWithPath {
    #[serde(flatten)]
    unit: UnitBody,
    /// From the top down, without the unit itself.
    path: Vec<UnitName>,
}

/// A unit's code and name.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct UnitName {
    pub(super) code: String,
    pub(super) name: String,
}

impl UnitBody {
    fn of(unit: Unit, parents: &HashSet<UnitCode>) -> Self {
        Self {
            has_children: parents.contains(&unit.code),
            code: unit.code.into(),
            name: unit.name,
            tier: unit.tier,
            parent_code: unit.parent.map(String::from),
            valid_from: unit.valid_from,
            valid_to: unit.valid_to,
            link_mbps: unit.link_kbps.map(|kbps| f64::from(kbps) / 1000.0),
        }
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListUnits {
    /// The day; today when left out.
    #[serde(default, deserialize_with = "validation::of_our_age")]
    at: Option<NaiveDate>,
    #[param(value_type = Option<TierWord>)]
    tier: Option<Tier>,
    /// Only children of this unit.
    parent: Option<String>,
    /// Letters of the name, accents and case aside, or the beginning of the code.
    q: Option<String>,
    /// 1 to 500; what is outside is taken as the nearest.
    #[param(default = 50)]
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Units in force on a day, by code.
#[utoipa::path(get, path = "/units", tag = "units", params(ListUnits), responses((status = 200, body = Listed<UnitBody>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<ListUnits>,
) -> Result<PageAnswer<UnitBody>, Problem> {
    authz::require(&app.store, &caller, Operation::ReadUnits, Object::Everybody).await?;
    let at = asked.at.unwrap_or_else(|| day_of(app.clock.now()));
    let query = UnitQuery {
        at,
        tier: asked.tier,
        parent: asked.parent.map(UnitCode::from),
        q: asked.q,
        limit: page::limit(asked.limit),
        cursor: page::cursor(asked.cursor),
    };
    let units = app.store.units();
    let found = units.list(&query).await?;
    let parents = units.parents(at).await?;
    Ok(PageAnswer::of(found, |unit| UnitBody::of(unit, &parents)))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct At {
    /// The day; today when left out.
    #[serde(default, deserialize_with = "validation::of_our_age")]
    at: Option<NaiveDate>,
}

/// One unit on a day.
#[utoipa::path(
    get, path = "/units/{code}", tag = "units", params(("code" = String, Path), At),
    responses((status = 200, body = UnitWithPath), (status = 404, description = "Not in force on that day"))
)]
async fn read(
    State(app): State<App>,
    caller: Caller,
    Path(code): Path<String>,
    Query(At { at }): Query<At>,
) -> Result<Json<UnitWithPath>, Problem> {
    authz::require(&app.store, &caller, Operation::ReadUnits, Object::Everybody).await?;
    let at = at.unwrap_or_else(|| day_of(app.clock.now()));
    let code = UnitCode::from(code);
    let units = app.store.units();
    let unit = units.get(&code, at).await?.ok_or_else(|| {
        Problem::not_found(
            "Không có đơn vị này vào ngày đó.",
            "There is no such unit on that day.",
        )
    })?;
    let path = units
        .ancestors(&code, at)
        .await?
        .into_iter()
        .map(|unit| UnitName {
            code: unit.code.into(),
            name: unit.name,
        })
        .collect();
    let parents = units.parents(at).await?;
    Ok(Json(UnitWithPath {
        unit: UnitBody::of(unit, &parents),
        path,
    }))
}
