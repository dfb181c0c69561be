//! Traces for OpenTelemetry: what a request, a join, a command and an append took. Off unless configured; then they go to one
//! collector, as OTLP in JSON over plain HTTP, and a collector beside the server takes them further.
//!
//! A span names a route, never an address, and no person: addresses may hold tokens.

use crate::config::TracesConfig;
use async_trait::async_trait;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::header::{HOST, HeaderValue};
use hyper_util::rt::TokioIo;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{
    ExporterBuildError, Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tracing::{Instrument as _, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::registry::LookupSpan;

/// The target of every span that is traced. Spans are of level debug, so that the log does not carry them.
pub(crate) const TARGET: &str = "giaoban_traces";
/// How long a collector may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the end waits for the last spans: a restart is due within three seconds.
const LAST: Duration = Duration::from_secs(1);
/// The longest answer of a collector that is read, octets.
const ANSWER: usize = 64 * 1024;

/// A running export. To be stopped, or the last spans are lost.
pub(crate) struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    /// Begins to export, if a collector is configured. To be called inside of the runtime.
    ///
    /// # Errors
    /// When the endpoint is no address.
    pub(crate) fn start(config: &TracesConfig) -> Result<Option<Self>, ExporterBuildError> {
        let Some(endpoint) = &config.endpoint else {
            return Ok(None);
        };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpJson)
            .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
            .with_http_client(Collector {
                runtime: Handle::current(),
                failing: AtomicBool::new(false),
            })
            .build()?;
        let resource = Resource::builder_empty()
            .with_attributes([
                KeyValue::new("service.name", "giaoban"),
                KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            ])
            .build();
        let share = f64::from(config.percent.min(100)) / 100.0;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(
                share,
            ))))
            .with_resource(resource)
            .build();
        Ok(Some(Self { provider }))
    }

    /// What takes spans to the export.
    pub(crate) fn layer<S>(&self) -> impl Layer<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        let only_ours = Targets::new().with_target(TARGET, LevelFilter::DEBUG);
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer("giaoban"))
            .with_location(false)
            .with_threads(false)
            .with_filter(only_ours)
    }

    /// Sends what is left, and ends.
    pub(crate) async fn stop(self) {
        let stopped =
            tokio::task::spawn_blocking(move || self.provider.shutdown_with_timeout(LAST));
        if !matches!(stopped.await, Ok(Ok(()))) {
            tracing::warn!("the last traces could not be sent");
        }
    }
}

/// One span for each request that has a route.
pub(crate) async fn request(request: Request, next: Next) -> Response {
    let Some(route) = request.extensions().get::<MatchedPath>() else {
        return next.run(request).await;
    };
    let span = tracing::debug_span!(
        target: TARGET,
        "request",
        otel.name = format!("{} {}", request.method(), route.as_str()),
        otel.kind = "server",
        http.request.method = %request.method(),
        http.route = route.as_str(),
        http.response.status_code = tracing::field::Empty,
    );
    let response = next.run(request).instrument(span.clone()).await;
    span.record("http.response.status_code", response.status().as_u16());
    response
}

/// Posts to the collector from the runtime: the exporter has a thread of its own, outside of it.
#[derive(Debug)]
struct Collector {
    runtime: Handle,
    /// It is said once that a collector does not answer, and once that it does again.
    failing: AtomicBool,
}

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(
        &self,
        request: hyper::Request<Bytes>,
    ) -> Result<hyper::Response<Bytes>, HttpError> {
        let sending = self
            .runtime
            .spawn(async move { tokio::time::timeout(PATIENCE, post(request)).await });
        let outcome = match sending.await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(elapsed)) => Err(elapsed.into()),
            Err(error) => Err(error.into()),
        };
        let failing = match &outcome {
            Ok(response) => !response.status().is_success(),
            Err(_) => true,
        };
        if self.failing.swap(failing, Ordering::Relaxed) != failing {
            if failing {
                tracing::warn!(reason = ?outcome.as_ref().err(), "the collector of traces does not take them");
            } else {
                tracing::info!("the collector of traces takes them again");
            }
        }
        outcome
    }
}

async fn post(request: hyper::Request<Bytes>) -> Result<hyper::Response<Bytes>, HttpError> {
    let (mut parts, body) = request.into_parts();
    let authority = parts
        .uri
        .authority()
        .ok_or("no host in traces.endpoint")?
        .clone();
    let stream = TcpStream::connect((
        authority.host().trim_matches(['[', ']']),
        authority.port_u16().unwrap_or(80),
    ))
    .await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let driving = tokio::spawn(connection);
    parts
        .headers
        .insert(HOST, HeaderValue::from_str(authority.as_str())?);
    parts.uri = parts.uri.path().parse()?;
    let response = sender
        .send_request(hyper::Request::from_parts(parts, Full::new(body)))
        .await?;
    let (parts, body) = response.into_parts();
    let body = Limited::new(body, ANSWER).collect().await?.to_bytes();
    driving.abort();
    Ok(hyper::Response::from_parts(parts, body))
}
