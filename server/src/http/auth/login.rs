//! `POST /api/v1/auth/login`

use super::AccountBody;
use super::totp::TotpRefusal;
use crate::app::App;
use crate::audit::{By, Deed};
use crate::auth::totp::{self, Answer};
use crate::auth::{Caller, bearer, client_address, cookie, password, session, throttle};
use crate::http::body::Body;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use giaoban_store::Account;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(login))
}

/// Why somebody was not signed in.
#[derive(Debug, thiserror::Error)]
pub(super) enum LoginError {
    /// The name is unknown, the password is wrong or too old, or the account is disabled: which of these is nobody's business.
    #[error("wrong user name or password")]
    BadCredentials,
    #[error("too many attempts, wait {0} s")]
    TooMany(u64),
}

impl From<LoginError> for Problem {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::BadCredentials => Self::new(
                StatusCode::UNAUTHORIZED,
                "bad_credentials",
                "Sai tên đăng nhập hoặc mật khẩu.",
                "Wrong user name or password.",
            ),
            LoginError::TooMany(seconds) => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_attempts",
                format!("Đã nhập sai nhiều lần. Thử lại sau {seconds} giây."),
                format!("Too many wrong attempts. Try again in {seconds} seconds."),
            )
            .retry_after(seconds),
        }
    }
}

#[derive(Deserialize, utoipa::ToSchema)]
struct Login {
    username: String,
    password: String,
    /// Six digits of the authenticator, or a recovery code, for an account with a second factor.
    code: Option<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
struct SignedIn {
    /// For programs: `Authorization: Bearer …`. Browsers have the cookie.
    token: String,
    account: AccountBody,
}

/// Signs in. Answers with a token for programs and sets a cookie for browsers.
///
/// A sign-in that the request carries is ended: nobody's old cookie lives on beside the new one.
#[utoipa::path(
    post, path = "/auth/login", tag = "auth", request_body = Login,
    responses((status = 200, body = SignedIn), (status = 401, description = "`bad_credentials`, `totp_required`, `bad_totp`"),
              (status = 429, description = "`too_many_attempts`, with `Retry-After`")),
    security(())
)]
async fn login(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Body(given): Body<Login>,
) -> Result<impl IntoResponse, Problem> {
    let address = client_address(&app.config.http, peer.ip(), &headers);
    let account = check(&app, address, given).await?;
    let now = app.clock.now();
    if let Some(old) = bearer(&headers).or_else(|| cookie::read(&headers))
        && let Some(old) = session::find(&app.store, old, now).await?
    {
        app.store.sessions().revoke(old.id).await?;
    }
    let user_agent = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let issued = session::issue(&app.store, account.id, user_agent, now).await?;
    let caller = Caller {
        grants: app.store.grants().of_account(account.id).await?,
        account,
        session: issued.session,
        by_cookie: true,
        address,
    };
    app.audit.by(&caller, Deed::SignedIn).await?;
    let secure = app.config.http.secure();
    let cookie = cookie::set(&issued.token, session::IDLE, secure);
    Ok((
        AppendHeaders([(header::SET_COOKIE, cookie)]),
        Json(SignedIn {
            account: AccountBody::of(&app, &caller).await?,
            token: issued.token,
        }),
    ))
}

/// The account of a name and password, or a refusal that says no more than it must.
async fn check(app: &App, address: IpAddr, given: Login) -> Result<Account, Problem> {
    let now = app.clock.now();
    let name = given.username.trim();
    if let Some(seconds) = app.addresses.must_wait(address, now) {
        return Err(LoginError::TooMany(seconds).into());
    }
    if let Some(seconds) = throttle::name_must_wait(&app.store, name, now).await? {
        return Err(LoginError::TooMany(seconds).into());
    }
    let accounts = app.store.accounts();
    let account = accounts.by_username(name).await?;
    let hash = match &account {
        Some(account) => accounts.password_hash(account.id).await?,
        None => None,
    };
    let right = password::verify(given.password, hash).await;
    let by = account.as_ref().map_or_else(
        || By::stranger(address),
        |account| By::account(account, address),
    );
    let in_force = |account: &Account| account.password_until.is_none_or(|until| now < until);
    let account = account.filter(|account| right && !account.disabled && in_force(account));
    let answer = match &account {
        Some(account) => totp::check(&app.store, account, given.code.as_deref(), now)
            .await
            .map_err(|error| Problem::internal(&error))?,
        None => Answer::Wrong,
    };
    if answer == Answer::Needed {
        // The password was right: the form asks for the rest.
        return Err(TotpRefusal::CodeNeeded.into());
    }
    app.store
        .login_attempts()
        .record(Uuid::now_v7(), name, now, answer == Answer::Passed)
        .await?;
    match account {
        Some(account) if answer == Answer::Passed => Ok(account),
        refused => {
            app.addresses.note_failure(address, now);
            tracing::info!(%address, "a sign-in was refused");
            app.audit.record(by, Deed::SignInFailed).await?;
            Err(match refused {
                Some(_) => TotpRefusal::WrongCode.into(),
                None => LoginError::BadCredentials.into(),
            })
        }
    }
}
