//! `GET /api/v1/accounts`: people, for naming chairs, secretaries and participants.

use super::body::Query;
use super::page::{self, Listed, PageAnswer};
use super::words::RoleWord;
use crate::app::App;
use crate::auth::Caller;
use crate::authz::{self, Object, Operation};
use crate::problem::Problem;
use crate::time_zone::day_of;
use axum::extract::State;
use giaoban_store::{AccountQuery, Limit, Role, UnitCode};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// A person, as a planner sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Person {
    id: Uuid,
    username: String,
    display_name: String,
    title: String,
    unit_code: String,
    unit_name: String,
    #[schema(required)]
    point_id: Option<Uuid>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListAccounts {
    /// Letters of the name or the sign-in name, accents and case aside.
    q: Option<String>,
    /// Only of this unit and everything below it. Left out: of the unit for which one is secretary or administrator.
    unit: Option<String>,
    /// Only who has this role somewhere.
    #[param(value_type = Option<RoleWord>)]
    role: Option<Role>,
    /// 1 to 500; what is outside is taken as the nearest.
    #[param(default = 50)]
    limit: Option<u32>,
    cursor: Option<String>,
}

/// People of a unit and below, by sign-in name.
#[utoipa::path(
    get, path = "/accounts", tag = "accounts", params(ListAccounts),
    responses((status = 200, body = Listed<Person>), (status = 403, description = "`forbidden`"))
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<ListAccounts>,
) -> Result<PageAnswer<Person>, Problem> {
    let today = day_of(app.clock.now());
    let unit = asked
        .unit
        .map(UnitCode::from)
        .or_else(|| authz::field(&caller, Operation::ReadAccounts).cloned())
        .ok_or_else(Problem::forbidden)?;
    let object = Object::Unit(&unit, today);
    authz::require(&app.store, &caller, Operation::ReadAccounts, object).await?;
    let limit = page::limit(asked.limit);
    let mut query = AccountQuery {
        within: Some((unit, today)),
        q: asked.q,
        limit,
        cursor: page::cursor(asked.cursor.clone()),
    };
    let names: HashMap<UnitCode, String> = {
        let root = query.within.as_ref().map(|(root, _)| root.clone());
        let units = app.store.units();
        match root {
            Some(root) => units.subtree(&root, today).await?,
            None => Vec::new(),
        }
        .into_iter()
        .map(|unit| (unit.code, unit.name))
        .collect()
    };
    let show = |account: giaoban_store::Account| Person {
        id: account.id.into(),
        username: account.username,
        display_name: account.display_name,
        title: account.title,
        unit_name: names.get(&account.unit).cloned().unwrap_or_default(),
        unit_code: account.unit.into(),
        point_id: account.point.map(Uuid::from),
    };
    let Some(role) = asked.role else {
        return Ok(PageAnswer::of(
            app.store.accounts().list(&query).await?,
            show,
        ));
    };
    // Few people have roles: the list is read whole and cut here.
    query.limit = Limit::new(Limit::MAX);
    query.cursor = None;
    let mut with_role = Vec::new();
    loop {
        let page = app.store.accounts().list(&query).await?;
        for account in page.items {
            let grants = app.store.grants().of_account(account.id).await?;
            if grants.iter().any(|grant| grant.role == role) {
                with_role.push(account);
            }
        }
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    let cursor = page::cursor(asked.cursor);
    let page = page::slice(with_role, limit, cursor.as_ref())?;
    Ok(PageAnswer::of(page, show))
}
