//! `GET /metrics`: for Prometheus. Read from this machine only, or with a token, or on an address of its own.

use crate::app::App;
use crate::auth::bearer;
use crate::config::MetricsConfig;
use crate::problem::Problem;
use crate::telemetry::CONTENT_TYPE;
use axum::Router;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::net::{IpAddr, SocketAddr};
use subtle::ConstantTimeEq as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What a proxy adds: whoever is behind one is not this machine, whatever its connection says.
const FORWARDED: [HeaderName; 3] = [
    header::FORWARDED,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-real-ip"),
];

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(metrics))
}

/// All that an address of their own has.
pub(crate) fn alone(app: App) -> Router {
    let read = async |State(app): State<App>, headers: HeaderMap| {
        held(&app.config.metrics, &headers)?;
        render(&app)
    };
    Router::new().route("/metrics", get(read)).with_state(app)
}

/// Metrics in the text format of OpenMetrics.
///
/// Without a token in the configuration they are for programs on this machine; with one, for whoever presents it.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "operation",
    security(()),
    responses((status = 200, body = String, content_type = "application/openmetrics-text"),
              (status = 401, description = "`bad_metrics_token`"),
              (status = 403, description = "`not_this_machine`"),
              (status = 404, description = "they have an address of their own"))
)]
async fn metrics(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let config = &app.config.metrics;
    if config.listen.is_some() {
        return Err(Problem::not_found(
            "Số liệu ở địa chỉ riêng (metrics.listen).",
            "Metrics have an address of their own (metrics.listen).",
        ));
    }
    if config.token.is_none() && !is_local(peer.ip(), &headers) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "not_this_machine",
            "Chỉ chính máy chủ đọc được số liệu; từ máy khác phải có khóa (metrics.token).",
            "Metrics are for this machine; others need a token (metrics.token).",
        ));
    }
    held(config, &headers)?;
    render(&app)
}

/// Whether the request holds the token, if one is set.
fn held(config: &MetricsConfig, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(token) = &config.token else {
        return Ok(());
    };
    let given = bearer(headers).unwrap_or_default();
    if token.as_bytes().ct_eq(given.as_bytes()).into() {
        Ok(())
    } else {
        Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "bad_metrics_token",
            "Thiếu khóa đọc số liệu, hoặc khóa sai.",
            "The token for metrics is missing or wrong.",
        ))
    }
}

fn is_local(peer: IpAddr, headers: &HeaderMap) -> bool {
    peer.to_canonical().is_loopback() && !FORWARDED.iter().any(|name| headers.contains_key(name))
}

fn render(app: &App) -> Result<Response, Problem> {
    app.rooms.measure();
    let text = app
        .metrics
        .render()
        .map_err(|error| Problem::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn who_is_behind_a_proxy_is_not_this_machine() {
        let local = |peer: &str, headers: &HeaderMap| is_local(peer.parse().unwrap(), headers);
        let mut headers = HeaderMap::new();
        for here in ["127.0.0.1", "::1", "::ffff:127.0.0.1", "127.9.9.9"] {
            assert!(local(here, &headers), "{here}");
        }
        for elsewhere in ["10.0.0.7", "::ffff:10.0.0.7", "2001:db8::1"] {
            assert!(!local(elsewhere, &headers), "{elsewhere}");
        }
        headers.insert("x-forwarded-for", HeaderValue::from_static("127.0.0.1"));
        assert!(!local("127.0.0.1", &headers));
    }
}
