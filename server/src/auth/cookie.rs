//! The cookie that browsers carry.

use axum::http::{HeaderMap, HeaderValue, header};
use chrono::TimeDelta;

pub const NAME: &str = "giaoban_session";

/// The token in the request's cookies.
#[must_use]
pub fn read(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == NAME)
        .map(|(_, token)| token)
}

/// `Set-Cookie` for a token; scripts can't read it and other sites can't send it along with a form.
#[must_use]
pub fn set(token: &str, lasts: TimeDelta, secure: bool) -> HeaderValue {
    write(token, lasts.num_seconds(), secure)
}

/// `Set-Cookie` that takes it away.
#[must_use]
pub fn clear(secure: bool) -> HeaderValue {
    write("", 0, secure)
}

fn write(token: &str, seconds: i64, secure: bool) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    HeaderValue::from_str(&format!(
        "{NAME}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
    ))
    // Tokens are base64url: always a valid header.
    .unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static("a=b; giaoban_session=tok; c=d"),
        );
        assert_eq!(read(&headers), Some("tok"));
    }
}
