//! `POST /api/v1/briefings/{id}/cancel`

use super::replace::{Reach, Scope, ended};
use super::show::{BriefingBody, Showing};
use crate::app::App;
use crate::audit::Deed;
use crate::auth::Caller;
use crate::authz::Operation;
use crate::http::body::{Body, Path, Query};
use crate::http::guard;
use crate::http::validation::{self, Fields};
use crate::planning::{limits, series};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use giaoban_store::BriefingState;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(cancel))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Cancellation {
    /// Shown to everybody who was invited.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Why a briefing was not cancelled.
#[derive(Debug, thiserror::Error)]
enum CancelError {
    #[error("the briefing is in session")]
    InSession,
}

impl From<CancelError> for Problem {
    fn from(error: CancelError) -> Self {
        match error {
            CancelError::InSession => Self::new(
                StatusCode::CONFLICT,
                "briefing_in_session",
                "Phiên đang họp. Kết thúc phiên trong phòng họp.",
                "The briefing is in session. End it in the room.",
            ),
        }
    }
}

/// Cancels a briefing that has not begun, with `scope=series` those that follow too.
#[utoipa::path(
    post, path = "/briefings/{id}/cancel", tag = "briefings", params(("id" = Uuid, Path), Reach), request_body = Cancellation,
    responses(
        (status = 200, body = BriefingBody), (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`briefing_ended` or `briefing_in_session`"), (status = 422, description = "`invalid_fields`"),
    )
)]
async fn cancel(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(Reach { scope }): Query<Reach>,
    Body(given): Body<Cancellation>,
) -> Result<Json<BriefingBody>, Problem> {
    let detail = guard::briefing(&app, &caller, id, Operation::EditBriefing).await?;
    let mut fields = Fields::default();
    let reason = validation::text(&mut fields, "reason", &given.reason, limits::REASON);
    fields.check()?;
    match detail.briefing.state {
        BriefingState::Planned | BriefingState::Open => {}
        BriefingState::InSession | BriefingState::Adjourned => {
            return Err(CancelError::InSession.into());
        }
        BriefingState::Closed | BriefingState::Cancelled => return Err(ended()),
    }
    let now = app.clock.now();
    let briefing = app
        .store
        .briefings()
        .cancel(id.into(), detail.briefing.revision, &reason, now)
        .await?;
    let mut changed = vec![briefing.id];
    if scope == Scope::Series
        && let Some(own) = briefing.occurrence
    {
        changed.extend(series::cancel_following(&app.store, own, &reason, now).await?);
    }
    for briefing in &changed {
        let deed = Deed::BriefingCancelled {
            briefing: Uuid::from(*briefing),
            title: &detail.briefing.title,
        };
        app.audit.by(&caller, deed).await?;
    }
    for briefing in changed {
        app.rooms.replanned(Uuid::from(briefing).into()).await;
    }
    let detail = guard::find(&app, id).await?;
    Ok(Json(Showing::to(&app, &caller).detail(detail).await?))
}
