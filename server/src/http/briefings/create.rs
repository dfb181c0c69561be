//! `POST /api/v1/briefings` and `POST /api/v1/briefings/{id}/children`

use super::show::{BriefingBody, Showing, is_over};
use crate::app::App;
use crate::audit::Deed;
use crate::auth::Caller;
use crate::authz::{self, Object, Operation};
use crate::http::body::{Body, Path};
use crate::http::guard;
use crate::planning::draft::BriefingDraft;
use crate::planning::{check, series};
use crate::problem::Problem;
use crate::time_zone::day_of;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use chrono::{DateTime, TimeDelta, Utc};
use giaoban_store::UnitCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(create_child))
}

type Created = (StatusCode, [(HeaderName, String); 1], Json<BriefingBody>);

/// Plans a briefing, or with `repeat` a weekly one. Whoever is invited sees it from now on.
#[utoipa::path(
    post, path = "/briefings", tag = "briefings", request_body = BriefingDraft,
    responses(
        (status = 201, body = BriefingBody, headers(("location" = String))),
        (status = 403, description = "`forbidden`"), (status = 404, description = "`not_found`: the parent"),
        (status = 422, description = "`invalid_fields`"),
        (status = 429, description = "`too_many_briefings` or `too_many_requests`"),
    )
)]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(draft): Body<BriefingDraft>,
) -> Result<Created, Problem> {
    if let Some(parent) = draft.parent_id {
        guard::briefing(&app, &caller, parent, Operation::ReadBriefing).await?;
    }
    plan(&app, &caller, &draft).await
}

/// Plans a child briefing: a province's own with its communes, say, under the centre's.
#[utoipa::path(
    post, path = "/briefings/{id}/children", tag = "briefings", params(("id" = Uuid, Path)), request_body = BriefingDraft,
    responses(
        (status = 201, body = BriefingBody, headers(("location" = String))),
        (status = 403, description = "`forbidden`"), (status = 404, description = "`not_found`"),
        (status = 409, description = "`briefing_ended`"), (status = 422, description = "`invalid_fields`"),
        (status = 429, description = "`too_many_briefings` or `too_many_requests`"),
    )
)]
async fn create_child(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Body(mut draft): Body<BriefingDraft>,
) -> Result<Created, Problem> {
    let parent = guard::briefing(&app, &caller, id, Operation::ReadBriefing).await?;
    if is_over(parent.briefing.state) {
        return Err(super::replace::ended());
    }
    draft.parent_id = Some(id);
    plan(&app, &caller, &draft).await
}

async fn plan(app: &App, caller: &Caller, draft: &BriefingDraft) -> Result<Created, Problem> {
    let host = UnitCode::from(draft.host_unit.trim());
    let object = Object::Unit(&host, day_of(draft.starts_at));
    authz::require(&app.store, caller, Operation::PlanBriefing, object).await?;
    let now = app.clock.now();
    within_the_day_s_number(app, caller, now).await?;
    let checked = check(&app.store, draft, None, now).await?;
    let by = caller.account.id;
    let briefing = match draft.repeat {
        Some(repeat) => {
            let lines = draft.invite.as_deref().unwrap_or_default();
            series::plan(&app.store, checked.plan, lines, repeat.until, by, now).await?
        }
        None => {
            app.store
                .briefings()
                .create(Uuid::now_v7().into(), &checked.plan, by, now)
                .await?
        }
    };
    let deed = Deed::BriefingCreated {
        briefing: briefing.id.into(),
        title: &briefing.title,
    };
    app.audit.by(caller, deed).await?;
    app.rooms.replanned(Uuid::from(briefing.id).into()).await;
    let detail = guard::find(app, briefing.id).await?;
    let body = Showing::to(app, caller).detail(detail).await?;
    let location = format!("/api/v1/briefings/{}", body.id());
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(body),
    ))
}

/// Nobody plans without end: a program that runs wild would fill everybody's calendar.
async fn within_the_day_s_number(
    app: &App,
    caller: &Caller,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let most = app.config.limits.briefings_per_day;
    let since = now - TimeDelta::days(1);
    let briefings = app.store.briefings();
    if briefings.planned_since(caller.account.id, since).await? < u64::from(most) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too_many_briefings",
        format!(
            "Tài khoản này đã lập {most} phiên trong 24 giờ, là mức tối đa. Chờ sang ngày mai hoặc nhờ trực kỹ thuật nâng mức."
        ),
        format!(
            "This account has planned {most} briefings within 24 hours, which is the most. Wait until tomorrow, or ask support for more."
        ),
    ))
}

impl From<series::SeriesError> for Problem {
    fn from(error: series::SeriesError) -> Self {
        match error {
            series::SeriesError::Store(error) => error.into(),
            series::SeriesError::Rule(error) => Self::internal(&error),
        }
    }
}
