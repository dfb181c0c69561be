//! Under which address the client reached this server: what links in answers begin with.

use crate::config::HttpConfig;
use axum::http::{HeaderMap, header};

pub(super) struct Addresses {
    secure: bool,
    authority: String,
    path: String,
}

impl Addresses {
    /// The configured public address, else what the request was sent to. A proxy's word on the scheme is taken: whoever lies
    /// there misleads only himself.
    pub(super) fn of(config: &HttpConfig, headers: &HeaderMap) -> Self {
        if let Some(url) = &config.public_url {
            let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
            let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
            let path = path.trim_end_matches('/');
            return Self {
                secure: scheme.eq_ignore_ascii_case("https"),
                authority: authority.to_owned(),
                path: if path.is_empty() {
                    String::new()
                } else {
                    format!("/{path}")
                },
            };
        }
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            secure: config.tls.is_some()
                || text(header::HeaderName::from_static("x-forwarded-proto")) == Some("https"),
            authority: text(header::HOST).unwrap_or("localhost").to_owned(),
            path: String::new(),
        }
    }

    pub(super) fn http(&self, path: &str) -> String {
        self.join(if self.secure { "https" } else { "http" }, path)
    }

    pub(super) fn socket(&self, path: &str) -> String {
        self.join(if self.secure { "wss" } else { "ws" }, path)
    }

    fn join(&self, scheme: &str, path: &str) -> String {
        format!("{scheme}://{}{}{path}", self.authority, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn the_public_address_wins_over_the_request_s() {
        let headers =
            HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("10.0.0.1:8080"))]);
        let mut config = HttpConfig::default();
        assert_eq!(
            Addresses::of(&config, &headers).socket("/api/v1/ws"),
            "ws://10.0.0.1:8080/api/v1/ws"
        );
        config.public_url = Some("https://giaoban.laocai.gov.vn/hop/".to_owned());
        assert_eq!(
            Addresses::of(&config, &headers).socket("/api/v1/ws"),
            "wss://giaoban.laocai.gov.vn/hop/api/v1/ws"
        );
    }
}
