//! `GET /api/v1/briefings`

use super::show::{BriefingSummary, Showing};
use crate::app::App;
use crate::auth::Caller;
use crate::authz::{self, Object, Operation};
use crate::http::body::Query;
use crate::http::page::{self, Listed, PageAnswer};
use crate::http::validation;
use crate::problem::Problem;
use crate::time_zone::day_of;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use giaoban_store::{BriefingQuery, BriefingState, Concerning, Page, UnitCode};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListBriefings {
    /// One state or several with commas between.
    #[param(example = "open,in_session")]
    state: Option<String>,
    /// Only that end after this.
    #[serde(default, deserialize_with = "validation::of_our_age")]
    from: Option<DateTime<Utc>>,
    /// Only that start before this.
    #[serde(default, deserialize_with = "validation::of_our_age")]
    to: Option<DateTime<Utc>>,
    /// Only held by this unit or one below it.
    unit: Option<String>,
    /// Only to which one is invited or in which one has a role.
    mine: Option<bool>,
    /// 1 to 500; what is outside is taken as the nearest.
    #[param(default = 50)]
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Briefings by planned start.
///
/// Without `mine` and `unit`: those one is concerned by, and those held by the units for which one has a role.
#[utoipa::path(
    get, path = "/briefings", tag = "briefings", params(ListBriefings),
    responses((status = 200, body = Listed<BriefingSummary>), (status = 403, description = "`forbidden`"))
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<ListBriefings>,
) -> Result<PageAnswer<BriefingSummary>, Problem> {
    let today = day_of(app.clock.now());
    let mut query = BriefingQuery {
        states: states(asked.state.as_deref())?,
        from: asked.from,
        to: asked.to,
        limit: page::limit(asked.limit),
        cursor: page::cursor(asked.cursor),
        ..BriefingQuery::default()
    };
    let mine = asked.mine.unwrap_or(false);
    if let Some(unit) = asked.unit {
        let unit = UnitCode::from(unit);
        let object = Object::Unit(&unit, today);
        let may = authz::may(&app.store, &caller, Operation::ReadBriefing, object).await?;
        if mine || !may {
            query.concerning = Some(concerning(&caller));
        }
        query.host_within = Some((unit, today));
    } else {
        query.concerning = Some(concerning(&caller));
        if !mine && let Some(field) = authz::field(&caller, Operation::ReadBriefing) {
            query.host_within = Some((field.clone(), today));
            query.either = true;
        }
    }
    let found = app.store.briefings().list(&query).await?;
    let items = Showing::to(&app, &caller).summaries(found.items).await?;
    let shown = Page {
        items,
        next: found.next,
        total: found.total,
    };
    Ok(PageAnswer::of(shown, |row| row))
}

/// What makes a briefing the caller's: a role in it, or an invitation of the point (without one: of the unit).
pub(in crate::http) fn concerning(caller: &Caller) -> Concerning {
    let account = &caller.account;
    Concerning {
        account: Some(account.id),
        point: account.point,
        unit: account.point.is_none().then(|| account.unit.clone()),
    }
}

fn states(asked: Option<&str>) -> Result<Vec<BriefingState>, Problem> {
    asked
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(|word| {
            word.parse().map_err(|_| {
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    "bad_query",
                    "Trạng thái không hợp lệ.",
                    "There is no such state.",
                )
            })
        })
        .collect()
}
