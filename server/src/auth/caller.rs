use super::{address, cookie, session, totp};
use crate::app::App;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use giaoban_store::{Account, Grant, Session};
use std::net::IpAddr;
use tokio::time::Instant;

/// Header that a page of ours adds and a foreign form can't: the guard against cross-site requests.
pub const GUARD: &str = "x-giaoban";

/// Who asks: a signed-in account with its roles. A handler that takes one refuses everybody else, and an account that must first
/// choose a password of its own or set up the second factor that its role must have.
#[derive(Clone, Debug)]
pub struct Caller {
    pub account: Account,
    pub grants: Vec<Grant>,
    pub session: Session,
    /// Signed in by cookie (a browser), not by a bearer token.
    pub by_cookie: bool,
    /// Where the request came from.
    pub address: IpAddr,
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let OwnAccount(caller) = OwnAccount::from_request_parts(parts, app).await?;
        if caller.account.password_until.is_some() {
            return Err(password_change_needed());
        }
        if app.config.sign_in.requires_second_factor(&caller.grants)
            && !totp::is_on(&app.store, caller.account.id).await?
        {
            return Err(second_factor_missing());
        }
        Ok(caller)
    }
}

/// A caller who asks about the own account only: what must be done first is done there.
#[derive(Clone, Debug)]
pub struct OwnAccount(pub Caller);

impl FromRequestParts<App> for OwnAccount {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let (token, by_cookie) = match bearer(&parts.headers) {
            Some(token) => (token, false),
            None => (
                cookie::read(&parts.headers).ok_or_else(not_signed_in)?,
                true,
            ),
        };
        if by_cookie && !is_safe(&parts.method) && !parts.headers.contains_key(GUARD) {
            return Err(guard_missing());
        }
        let store = &app.store;
        let session = session::find(store, token, app.clock.now())
            .await?
            .ok_or_else(not_signed_in)?;
        let account = store
            .accounts()
            .get(session.account)
            .await?
            .filter(|account| !account.disabled)
            .ok_or_else(not_signed_in)?;
        app.pace
            .spend(account.id, Instant::now())
            .map_err(too_many_requests)?;
        let grants = store.grants().of_account(account.id).await?;
        Ok(Self(Caller {
            account,
            grants,
            session,
            by_cookie,
            address: address::of(&app.config.http, parts),
        }))
    }
}

/// The token of `Authorization: Bearer …` (RFC 6750 section 2.1).
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

/// Safe methods change nothing (RFC 9110 section 9.2.1).
fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn not_signed_in() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "not_signed_in",
        "Chưa đăng nhập hoặc phiên đăng nhập đã hết hạn.",
        "Not signed in, or the sign-in has expired.",
    )
}

fn password_change_needed() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "password_change_needed",
        "Mật khẩu này do người khác đặt. Đổi mật khẩu ở trang Tài khoản rồi làm tiếp.",
        "Somebody else set this password. Change it on the account page, then go on.",
    )
}

fn second_factor_missing() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "second_factor_missing",
        "Vai trò của tài khoản này bắt buộc xác thực hai bước. Bật ở trang Tài khoản rồi làm tiếp.",
        "The role of this account requires a second factor. Set it up on the account page, then go on.",
    )
}

fn too_many_requests(seconds: u64) -> Problem {
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too_many_requests",
        format!("Tài khoản này gửi quá nhiều yêu cầu. Thử lại sau {seconds} giây."),
        format!("This account sends too many requests. Try again in {seconds} seconds."),
    )
    .retry_after(seconds)
}

fn guard_missing() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "guard_header_missing",
        "Yêu cầu không đến từ trang giaoban.",
        "The request does not come from a page of giaoban.",
    )
    .with_detail(
        "Gửi kèm tiêu đề X-Giaoban: 1.",
        "Send the header X-Giaoban: 1 along.",
    )
}
