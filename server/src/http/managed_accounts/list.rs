//! `GET /api/v1/managed-accounts`

use super::ManagedBody;
use crate::app::App;
use crate::auth::Caller;
use crate::authz::{self, Object, Operation};
use crate::http::body::Query;
use crate::http::page::{self, Listed, PageAnswer};
use crate::problem::Problem;
use crate::time_zone::day_of;
use axum::extract::State;
use giaoban_store::{AccountQuery, Page, UnitCode};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListManaged {
    /// Letters of the name or the sign-in name, accents and case aside.
    q: Option<String>,
    /// Only of this unit and everything below it. Left out: of the unit for which one is administrator.
    unit: Option<String>,
    /// 1 to 500; what is outside is taken as the nearest.
    #[param(default = 50)]
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Accounts of a unit and below with their roles and how they sign in, by sign-in name.
#[utoipa::path(
    get, path = "/managed-accounts", tag = "accounts", params(ListManaged),
    responses((status = 200, body = Listed<ManagedBody>), (status = 403, description = "`forbidden` or `second_factor_missing`"))
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<ListManaged>,
) -> Result<PageAnswer<ManagedBody>, Problem> {
    let today = day_of(app.clock.now());
    let unit = asked
        .unit
        .map(UnitCode::from)
        .or_else(|| authz::field(&caller, Operation::ManageAccounts).cloned())
        .ok_or_else(Problem::forbidden)?;
    let object = Object::Unit(&unit, today);
    authz::require(&app.store, &caller, Operation::ManageAccounts, object).await?;
    let query = AccountQuery {
        within: Some((unit, today)),
        q: asked.q,
        limit: page::limit(asked.limit),
        cursor: page::cursor(asked.cursor),
    };
    let found = app.store.accounts().list(&query).await?;
    let mut items = Vec::with_capacity(found.items.len());
    for account in found.items {
        items.push(ManagedBody::of(&app, &caller, account).await?);
    }
    let page = Page {
        items,
        next: found.next,
        total: found.total,
    };
    Ok(PageAnswer::of(page, |body| body))
}
