//! `GET` and `PATCH /api/v1/auth/me`

use super::AccountBody;
use crate::app::App;
use crate::audit::Deed;
use crate::auth::{OwnAccount, cookie, session};
use crate::http::body::Body;
use crate::http::validation::{self, Fields};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use giaoban_store::Locale;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const NAME_LENGTH: usize = 100;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(me, change_me))
}

/// The signed-in account. A browser's token is renewed here when it has grown old.
#[utoipa::path(get, path = "/auth/me", tag = "auth", responses((status = 200, body = AccountBody)))]
async fn me(
    State(app): State<App>,
    OwnAccount(caller): OwnAccount,
) -> Result<(HeaderMap, Json<AccountBody>), Problem> {
    let mut headers = HeaderMap::new();
    if caller.by_cookie
        && let Some(issued) = session::rotate(&app.store, &caller.session, app.clock.now()).await?
    {
        let secure = app.config.http.secure();
        headers.insert(
            header::SET_COOKIE,
            cookie::set(&issued.token, session::IDLE, secure),
        );
    }
    Ok((headers, Json(AccountBody::of(&app, &caller).await?)))
}

/// What a person may change of the own account.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeMe {
    #[schema(value_type = Option<crate::http::words::LocaleWord>)]
    locale: Option<Locale>,
    #[schema(min_length = 1, max_length = 100)]
    display_name: Option<String>,
}

/// Changes language or shown name.
#[utoipa::path(
    patch, path = "/auth/me", tag = "auth", request_body = ChangeMe,
    responses((status = 200, body = AccountBody), (status = 422, description = "`invalid_fields`"))
)]
async fn change_me(
    State(app): State<App>,
    OwnAccount(mut caller): OwnAccount,
    Body(change): Body<ChangeMe>,
) -> Result<Json<AccountBody>, Problem> {
    let mut fields = Fields::default();
    if let Some(name) = &change.display_name {
        caller.account.display_name =
            validation::text(&mut fields, "display_name", name, 1..=NAME_LENGTH);
    }
    fields.check()?;
    if let Some(locale) = change.locale {
        caller.account.locale = locale;
    }
    app.store
        .accounts()
        .update(&caller.account, app.clock.now())
        .await?;
    let account = caller.account.id.into();
    app.audit
        .by(&caller, Deed::AccountChanged { account })
        .await?;
    Ok(Json(AccountBody::of(&app, &caller).await?))
}
