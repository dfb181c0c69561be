//! `network-test/…`: the lobby measures the way to this server by these.

use crate::app::App;
use crate::http::body::Query;
use crate::problem::Problem;
use axum::Json;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use rand::RngCore;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Enough for two seconds at 32 Mbps; more would only be a way to load the server.
const MAX_BYTES: usize = 8 * 1024 * 1024;
const BLOCK: usize = 64 * 1024;

/// Random, so that no proxy on the way can compress it.
static NOISE: LazyLock<Bytes> = LazyLock::new(|| {
    let mut block = vec![0; BLOCK];
    rand::rng().fill_bytes(&mut block);
    Bytes::from(block)
});

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(ping))
        .routes(routes!(download))
        .routes(routes!(upload))
        .layer(DefaultBodyLimit::max(MAX_BYTES))
}

/// Answers at once: its time is the round trip.
#[utoipa::path(get, path = "/network-test/ping", tag = "network test", security(()), responses((status = 204, description = "Reached")))]
async fn ping() -> Response {
    (
        StatusCode::NO_CONTENT,
        [(header::CACHE_CONTROL, "no-store")],
    )
        .into_response()
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Download {
    /// How many bytes to send; at most 8 MiB.
    #[param(minimum = 1, maximum = 8_388_608)]
    bytes: usize,
}

/// Sends bytes that nothing on the way can compress.
#[utoipa::path(
    get, path = "/network-test/download", tag = "network test", params(Download), security(()),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>))
)]
async fn download(Query(wanted): Query<Download>) -> Result<Response, Problem> {
    if wanted.bytes == 0 || wanted.bytes > MAX_BYTES {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "invalid_query",
            "Mỗi lần đo tối đa 8 MiB.",
            "A test takes at most 8 MiB.",
        ));
    }
    let blocks = (0..wanted.bytes.div_ceil(BLOCK)).map(move |block| {
        let length = BLOCK.min(wanted.bytes - block * BLOCK);
        Ok::<_, std::convert::Infallible>(NOISE.slice(..length))
    });
    Ok((
        [
            (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
            (header::CONTENT_LENGTH, wanted.bytes.to_string()),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ],
        Body::from_stream(futures_util::stream::iter(blocks)),
    )
        .into_response())
}

/// What arrived.
#[derive(Serialize, utoipa::ToSchema)]
struct Uploaded {
    bytes: usize,
}

/// Takes at most 8 MiB and forgets them.
#[utoipa::path(
    post, path = "/network-test/upload", tag = "network test", security(()),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Uploaded))
)]
async fn upload(body: Bytes) -> Json<Uploaded> {
    Json(Uploaded { bytes: body.len() })
}
