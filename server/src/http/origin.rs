//! Requests that change something come from our own pages, or from programs that are no browser.

use crate::app::App;
use crate::problem::Problem;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Refuses a write to REST that a page of another site made: a browser says so in `Origin` (RFC 6454 section 7) and in
/// `Sec-Fetch-Site`, and no page can change either. It comes before the handlers, so that signing in is guarded as well.
pub(super) async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let guarded = !request.method().is_safe() && request.uri().path().starts_with("/api/");
    let public = app.config.http.public_url.as_deref();
    if guarded && is_foreign(request.headers(), public) {
        tracing::info!(
            path = request.uri().path(),
            "a request of another site's page was refused"
        );
        return foreign().into_response();
    }
    next.run(request).await
}

fn is_foreign(headers: &HeaderMap, public_url: Option<&str>) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or(""));
    if matches!(text("sec-fetch-site"), Some(site) if site != "same-origin" && site != "none") {
        return true;
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else {
        return false;
    };
    let ours = |authority: Option<&str>| {
        authority.is_some_and(|ours| Some(ours) == authority_of(origin).as_deref())
    };
    !ours(text(header::HOST.as_str())) && !ours(public_url.and_then(authority_of).as_deref())
}

fn authority_of(url: &str) -> Option<String> {
    let url: Uri = url.parse().ok()?;
    url.authority()
        .map(|authority| authority.as_str().to_owned())
}

fn foreign() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "foreign_origin",
        "Yêu cầu đến từ một trang web khác nên bị từ chối. Mở giaoban từ địa chỉ chính thức rồi làm lại.",
        "The request comes from a page of another site and is refused. Open giaoban at its own address and try again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn foreign(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers: HeaderMap = pairs
            .iter()
            .map(|(name, value)| {
                (
                    header::HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect();
        is_foreign(&headers, Some("https://giaoban.laocai.gov.vn/hop"))
    }

    #[test]
    fn our_own_pages_and_programs_may_write() {
        assert!(!foreign(&[("host", "10.0.0.1:8080")]));
        assert!(!foreign(&[
            ("host", "10.0.0.1:8080"),
            ("origin", "http://10.0.0.1:8080"),
            ("sec-fetch-site", "same-origin"),
        ]));
        // A proxy in front may name another host to us than the browser sees.
        assert!(!foreign(&[
            ("host", "backend:8080"),
            ("origin", "https://giaoban.laocai.gov.vn"),
        ]));
    }

    #[test]
    fn pages_of_other_sites_may_not() {
        let host = ("host", "10.0.0.1:8080");
        for origin in [
            "https://evil.example",
            "null",
            "http://10.0.0.1:80800",
            "http://10.0.0.1",
            "",
        ] {
            assert!(foreign(&[host, ("origin", origin)]), "{origin}");
        }
        assert!(foreign(&[host, ("sec-fetch-site", "cross-site")]));
        assert!(foreign(&[host, ("sec-fetch-site", "same-site")]));
    }
}
