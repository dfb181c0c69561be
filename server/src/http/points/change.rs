//! `POST /api/v1/points` and `PATCH /api/v1/points/{id}`

use super::PointBody;
use crate::app::App;
use crate::audit::Deed;
use crate::auth::Caller;
use crate::authz::{self, Object, Operation};
use crate::http::body::{Body, Path};
use crate::http::validation::{self, Fields};
use crate::http::words::PointKindWord;
use crate::problem::Problem;
use crate::time_zone::day_of;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use giaoban_store::{Point, PointKind, UnitCode};
use serde::Deserialize;
use std::ops::RangeInclusive;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const NAME: RangeInclusive<usize> = 1..=200;
const TECHNICIAN: RangeInclusive<usize> = 0..=100;
/// From a satellite link to a fibre.
const LINK_KBPS: RangeInclusive<u32> = 64..=10_000_000;
/// What a commune's office commonly has.
const DEFAULT_LINK_KBPS: u32 = 2_000;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(change))
}

/// A new point.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPoint {
    unit_code: String,
    #[serde(flatten)]
    details: PointChange,
}

/// What may be changed of a point; what is left out stays.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
struct PointChange {
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    #[schema(value_type = Option<PointKindWord>)]
    kind: Option<PointKind>,
    #[schema(minimum = 64, maximum = 10_000_000)]
    link_kbps: Option<u32>,
    #[schema(max_length = 100)]
    technician_name: Option<String>,
    #[schema(max_length = 100)]
    technician_phone: Option<String>,
    /// May be invited.
    active: Option<bool>,
}

/// Adds a point to a unit.
#[utoipa::path(
    post, path = "/points", tag = "points", request_body = NewPoint,
    responses((status = 201, body = PointBody), (status = 403, description = "`forbidden`"))
)]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(given): Body<NewPoint>,
) -> Result<(StatusCode, Json<PointBody>), Problem> {
    let unit = UnitCode::from(given.unit_code);
    let point = Point {
        id: Uuid::now_v7().into(),
        unit,
        name: String::new(),
        kind: PointKind::Room,
        link_kbps: DEFAULT_LINK_KBPS,
        technician_name: String::new(),
        technician_phone: String::new(),
        active: true,
    };
    let details = PointChange {
        name: Some(given.details.name.unwrap_or_default()),
        ..given.details
    };
    let body = save(&app, &caller, point, details).await?;
    Ok((StatusCode::CREATED, Json(body)))
}

/// Changes a point.
#[utoipa::path(
    patch, path = "/points/{id}", tag = "points", params(("id" = Uuid, Path)), request_body = PointChange,
    responses((status = 200, body = PointBody), (status = 403, description = "`forbidden`"), (status = 404, description = "`not_found`"))
)]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Body(change): Body<PointChange>,
) -> Result<Json<PointBody>, Problem> {
    let point =
        app.store.points().get(id.into()).await?.ok_or_else(|| {
            Problem::not_found("Không có điểm cầu này.", "There is no such point.")
        })?;
    Ok(Json(save(&app, &caller, point, change).await?))
}

async fn save(
    app: &App,
    caller: &Caller,
    mut point: Point,
    change: PointChange,
) -> Result<PointBody, Problem> {
    let today = day_of(app.clock.now());
    let object = Object::Unit(&point.unit, today);
    authz::require(&app.store, caller, Operation::ManagePoints, object).await?;
    let mut fields = Fields::default();
    if let Some(name) = change.name {
        point.name = validation::text(&mut fields, "name", &name, NAME);
    }
    if let Some(name) = change.technician_name {
        point.technician_name = validation::text(&mut fields, "technician_name", &name, TECHNICIAN);
    }
    if let Some(phone) = change.technician_phone {
        point.technician_phone =
            validation::text(&mut fields, "technician_phone", &phone, TECHNICIAN);
    }
    if let Some(kbps) = change.link_kbps {
        validation::number(&mut fields, "link_kbps", kbps, &LINK_KBPS);
        point.link_kbps = kbps;
    }
    point.kind = change.kind.unwrap_or(point.kind);
    point.active = change.active.unwrap_or(point.active);
    let units = app.store.units();
    let unit = units.get(&point.unit, today).await?;
    if unit.is_none() {
        fields.refuse(
            "unit_code",
            "unknown",
            "Không có đơn vị này.",
            "There is no such unit.",
        );
    }
    fields.check()?;
    app.store.points().upsert(&point).await?;
    let deed = Deed::PointSaved {
        point: point.id.into(),
        name: &point.name,
    };
    app.audit.by(caller, deed).await?;
    let within = units
        .ancestors(&point.unit, today)
        .await?
        .pop()
        .map(|parent| parent.name);
    let unit_name = unit.map(|unit| unit.name).unwrap_or_default();
    Ok(PointBody::of(point, unit_name, within.unwrap_or_default()))
}
