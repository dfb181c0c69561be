//! `points`: the places that join briefings.

mod change;
mod list;

use super::words::PointKindWord;
use crate::app::App;
use giaoban_store::{Point, PointKind};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(list::routes())
        .merge(change::routes())
}

/// A place that joins briefings.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Point)]
pub(super) struct PointBody {
    id: Uuid,
    unit_code: String,
    unit_name: String,
    /// Name of the unit above; empty at the top.
    within_name: String,
    name: String,
    #[schema(value_type = PointKindWord)]
    kind: PointKind,
    /// Contracted link rate.
    #[schema(required)]
    link_kbps: Option<u32>,
    #[schema(required)]
    technician_name: Option<String>,
    #[schema(required)]
    technician_phone: Option<String>,
    active: bool,
}

impl PointBody {
    pub(super) fn of(point: Point, unit_name: String, within_name: String) -> Self {
        let filled = |text: String| (!text.is_empty()).then_some(text);
        Self {
            id: point.id.into(),
            unit_code: point.unit.into(),
            unit_name,
            within_name,
            name: point.name,
            kind: point.kind,
            link_kbps: Some(point.link_kbps),
            technician_name: filled(point.technician_name),
            technician_phone: filled(point.technician_phone),
            active: point.active,
        }
    }
}
