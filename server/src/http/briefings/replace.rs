//! `PUT /api/v1/briefings/{id}`

use super::show::{BriefingBody, Showing, is_over};
use crate::app::App;
use crate::audit::Deed;
use crate::auth::Caller;
use crate::authz::{self, Object, Operation};
use crate::http::body::{Body, Path, Query};
use crate::http::guard;
use crate::http::validation::Fields;
use crate::planning::check;
use crate::planning::draft::BriefingDraft;
use crate::planning::series::{self, Whom};
use crate::problem::Problem;
use crate::time_zone::day_of;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use giaoban_store::UnitCode;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(replace))
}

/// How far a change reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Scope {
    /// This briefing only.
    #[default]
    This,
    /// This one and those that follow in its series.
    Series,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Reach {
    #[serde(default)]
    #[param(inline, required = false)]
    pub(super) scope: Scope,
}

/// The briefing is over: its plan is evidence now.
pub(super) fn ended() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "briefing_ended",
        "Phiên đã kết thúc hoặc đã hủy.",
        "The briefing has ended or was cancelled.",
    )
}

/// Replaces the plan. A live room takes the change over at once.
#[utoipa::path(
    put, path = "/briefings/{id}", tag = "briefings", params(("id" = Uuid, Path), Reach), request_body = BriefingDraft,
    responses(
        (status = 200, body = BriefingBody), (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`revision_conflict` or `briefing_ended`"), (status = 422, description = "`invalid_fields`"),
    )
)]
async fn replace(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(Reach { scope }): Query<Reach>,
    Body(draft): Body<BriefingDraft>,
) -> Result<Json<BriefingBody>, Problem> {
    let detail = guard::briefing(&app, &caller, id, Operation::EditBriefing).await?;
    let host = UnitCode::from(draft.host_unit.trim());
    if host != detail.briefing.host_unit {
        // Handing a briefing to another unit is planning it there.
        let object = Object::Unit(&host, day_of(draft.starts_at));
        authz::require(&app.store, &caller, Operation::PlanBriefing, object).await?;
    }
    if is_over(detail.briefing.state) {
        return Err(ended());
    }
    let Some(revision) = draft.revision else {
        let mut fields = Fields::default();
        fields.refuse(
            "revision",
            "required",
            "Thiếu số bản đang sửa.",
            "The revision that was seen is missing.",
        );
        return Err(fields.check().err().unwrap_or_else(ended));
    };
    let now = app.clock.now();
    let checked = check(&app.store, &draft, Some(&detail), now).await?;
    let briefings = app.store.briefings();
    briefings
        .update(id.into(), revision, &checked.plan, now)
        .await?;
    let mut changed = vec![id.into()];
    if scope == Scope::Series {
        let whom = draft
            .invite
            .as_deref()
            .map_or(Whom::SamePoints, Whom::Lines);
        changed.extend(series::change_following(&app.store, &checked.plan, whom, now).await?);
    }
    for briefing in &changed {
        let deed = Deed::BriefingEdited {
            briefing: Uuid::from(*briefing),
            title: &checked.plan.title,
        };
        app.audit.by(&caller, deed).await?;
    }
    for briefing in changed {
        app.rooms.replanned(Uuid::from(briefing).into()).await;
    }
    let detail = guard::find(&app, id).await?;
    Ok(Json(Showing::to(&app, &caller).detail(detail).await?))
}
