//! `POST /api/v1/managed-accounts`

use super::ManagedBody;
use crate::app::App;
use crate::audit::Deed;
use crate::auth::{Caller, one_time, password, sign_in_name};
use crate::authz::{self, Object, Operation};
use crate::http::body::Body;
use crate::http::validation::{self, Fields};
use crate::http::words::RoleWord;
use crate::problem::{FieldProblem, Problem, Sentence};
use crate::time_zone::day_of;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::TimeDelta;
use giaoban_store::{Account, Grant, Locale, PasswordHash, Role, StoreError, UnitCode};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const NAME: RangeInclusive<usize> = 1..=100;
const TITLE: RangeInclusive<usize> = 0..=200;
/// How long a password that was made for somebody waits for its first use.
pub(super) const WAITS: TimeDelta = TimeDelta::days(7);

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create))
}

/// A new account with one role, for its unit and everything below.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAccount {
    /// 2 to 64 letters a to z, digits and `. _ - @`.
    username: String,
    #[schema(min_length = 1, max_length = 100)]
    display_name: String,
    #[serde(default)]
    #[schema(max_length = 200)]
    title: String,
    unit_code: String,
    #[schema(value_type = RoleWord)]
    role: Role,
}

/// An account and the password that was made for it.
#[derive(Serialize, utoipa::ToSchema)]
struct CreatedAccount {
    account: ManagedBody,
    /// Shown this once, good for seven days. Whoever signs in with it must choose another first.
    password: String,
}

/// Adds an account. It joins from the first point of its unit.
#[utoipa::path(
    post, path = "/managed-accounts", tag = "accounts", request_body = NewAccount,
    responses((status = 201, body = CreatedAccount), (status = 403, description = "`forbidden` or `second_factor_missing`"),
              (status = 422, description = "`invalid_fields`"))
)]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(given): Body<NewAccount>,
) -> Result<(StatusCode, Json<CreatedAccount>), Problem> {
    let (now, unit) = (app.clock.now(), UnitCode::from(given.unit_code));
    let object = Object::Unit(&unit, day_of(now));
    authz::require(&app.store, &caller, Operation::ManageAccounts, object).await?;
    let mut fields = Fields::default();
    let username = validation::text(&mut fields, "username", &given.username, 1..=64);
    if !username.is_empty() && !sign_in_name::is_one(&username) {
        fields.refuse(
            "username",
            "bad_name",
            "Từ 2 đến 64 chữ cái không dấu, chữ số và . _ - @",
            "2 to 64 letters a to z, digits and . _ - @",
        );
    }
    let display_name = validation::text(&mut fields, "display_name", &given.display_name, NAME);
    let title = validation::text(&mut fields, "title", &given.title, TITLE);
    fields.check()?;
    let points = app.store.points().of_unit(&unit).await?;
    let account = Account {
        id: Uuid::now_v7().into(),
        username,
        display_name,
        title,
        point: points
            .into_iter()
            .find(|point| point.active)
            .map(|point| point.id),
        unit,
        locale: Locale::Vi,
        disabled: false,
        password_until: Some(now + WAITS),
    };
    let (password, hash) = temporary_password().await?;
    match app
        .store
        .accounts()
        .create(&account, Some(&hash), now)
        .await
    {
        Err(StoreError::Taken(_)) => return Err(taken()),
        created => created?,
    }
    let grant = Grant {
        account: account.id,
        role: given.role,
        unit: account.unit.clone(),
    };
    app.store.grants().add(&grant).await?;
    let (username, unit) = (account.username.as_str(), account.unit.as_str());
    app.audit
        .by(&caller, Deed::AccountAdded { username, unit })
        .await?;
    let role = &given.role.to_string();
    let granted = Deed::RoleGranted {
        username,
        role,
        unit,
    };
    app.audit.by(&caller, granted).await?;
    let account = ManagedBody::of(&app, &caller, account).await?;
    Ok((
        StatusCode::CREATED,
        Json(CreatedAccount { account, password }),
    ))
}

/// A password that nobody chose, and its hash.
pub(super) async fn temporary_password() -> Result<(String, PasswordHash), Problem> {
    let password = one_time::code();
    let given = password.clone();
    let hash = tokio::task::spawn_blocking(move || password::hash(&given))
        .await
        .map_err(|error| Problem::internal(&error))?
        .map_err(|error| Problem::internal(&error))?;
    Ok((password, hash))
}

fn taken() -> Problem {
    Problem::invalid(vec![FieldProblem {
        field: "username".into(),
        code: "taken",
        message: Sentence::new("Tên đăng nhập này đã có.", "This sign-in name is taken."),
    }])
}
