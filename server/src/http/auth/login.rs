//! `POST /api/v1/auth/login`

use super::AccountBody;
use crate::app::App;
use crate::auth::{Caller, bearer, cookie, password, session, throttle};
use crate::config::HttpConfig;
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
enum LoginError {
    /// The name is unknown, the password is wrong or the account is disabled: which of these is nobody's business.
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
    responses((status = 200, body = SignedIn), (status = 401, description = "`bad_credentials`"),
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
    };
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
    let account = account.filter(|account| right && !account.disabled);
    app.store
        .login_attempts()
        .record(Uuid::now_v7(), name, now, account.is_some())
        .await?;
    account.ok_or_else(|| {
        app.addresses.note_failure(address, now);
        tracing::info!(%address, "a sign-in was refused");
        LoginError::BadCredentials.into()
    })
}

/// The client's address: as a trusted proxy wrote it, else the connection's.
fn client_address(config: &HttpConfig, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let Some(name) = config
        .client_address_header
        .as_ref()
        .filter(|_| config.trusts(peer))
    else {
        return peer;
    };
    let lines: Vec<&str> = headers
        .get_all(name)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .collect();
    // Each entry was added by whoever is named to its right: the first from the right that is no proxy of ours is the client.
    lines
        .iter()
        .rev()
        .flat_map(|line| line.rsplit(','))
        .map_while(|entry| entry.trim().parse().ok())
        .find(|&address| !config.trusts(address))
        .unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    const PROXY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn seen(peer: IpAddr, lines: &[&'static str]) -> String {
        let config = HttpConfig {
            client_address_header: Some("x-forwarded-for".to_owned()),
            ..HttpConfig::default()
        };
        let headers = lines
            .iter()
            .map(|line| {
                (
                    header::HeaderName::from_static("x-forwarded-for"),
                    HeaderValue::from_static(line),
                )
            })
            .collect::<Vec<_>>();
        let mut map = HeaderMap::new();
        for (name, line) in headers {
            map.append(name, line);
        }
        client_address(&config, peer, &map).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_may_name_another_address() {
        assert_eq!(seen(PROXY, &["10.0.0.7"]), "10.0.0.7");
        let stranger = "10.9.9.9".parse().unwrap();
        assert_eq!(seen(stranger, &["10.0.0.7"]), "10.9.9.9");
    }

    #[test]
    fn what_a_client_invents_does_not_count() {
        assert_eq!(seen(PROXY, &["1.1.1.1, 10.0.0.7"]), "10.0.0.7");
        assert_eq!(seen(PROXY, &["1.1.1.1", "10.0.0.7, 127.0.0.1"]), "10.0.0.7");
        assert_eq!(seen(PROXY, &["10.0.0.7, nonsense"]), "127.0.0.1");
    }
}
