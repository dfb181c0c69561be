//! Plain HTTP, answered with the way to HTTPS.

use axum::Router;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};

const HTTPS: u16 = 443;

/// `public_url` is where people are sent, else the name they came to, at `port`.
pub(crate) fn router(public_url: Option<String>, port: u16) -> Router {
    Router::new().fallback(move |uri: Uri, headers: HeaderMap| async move {
        let base = public_url
            .filter(|url| url.starts_with("https://"))
            .or_else(|| {
                let host = headers.get(header::HOST)?.to_str().ok()?;
                Some(secure(host, port))
            });
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        match base {
            Some(base) => Redirect::permanent(&format!("{}{path}", base.trim_end_matches('/')))
                .into_response(),
            None => no_host(),
        }
    })
}

/// `host`, which may have a port, under HTTPS at `port`.
fn secure(host: &str, port: u16) -> String {
    let end_of_name = host.rfind(']').map_or(0, |bracket| bracket + 1);
    let name = match host[end_of_name..].find(':') {
        Some(colon) => &host[..end_of_name + colon],
        None => host,
    };
    if port == HTTPS {
        format!("https://{name}")
    } else {
        format!("https://{name}:{port}")
    }
}

fn no_host() -> Response {
    StatusCode::BAD_REQUEST.into_response()
}

#[cfg(test)]
mod tests {
    use super::secure;

    #[test]
    fn the_name_stays_and_the_port_changes() {
        assert_eq!(secure("a.gov.vn", 443), "https://a.gov.vn");
        assert_eq!(secure("a.gov.vn:80", 8443), "https://a.gov.vn:8443");
        assert_eq!(secure("[::1]:80", 443), "https://[::1]");
        assert_eq!(secure("[::1]", 8443), "https://[::1]:8443");
    }
}
