//! `GET /api/v1/openapi.json`: the description of REST, made from the code that serves it.

use super::refusals;
use crate::app::App;
use crate::problem::{FieldProblemBody, ProblemBody};
use axum::Router;
use axum::http::header;
use axum::routing::get;
use std::sync::Arc;
use utoipa::OpenApi as _;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder};

#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(ProblemBody, FieldProblemBody)))]
struct Shared;

/// Title, version, shared schemas and ways to sign in.
pub(super) fn preamble() -> OpenApi {
    let mut document = OpenApiBuilder::from(Shared::openapi())
        .info(
            InfoBuilder::new()
                .title("giaoban")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "REST of giaoban. Times are RFC 3339 in UTC, dates YYYY-MM-DD. Lists take `limit` and `cursor` and tell \
                     the length of the whole list in `X-Total-Count`. Refusals are problem details (RFC 9457) in the \
                     language of `Accept-Language` (vi, en).",
                ))
                .license(Some(
                    utoipa::openapi::LicenseBuilder::new()
                        .name("Apache-2.0")
                        .identifier(Some("Apache-2.0"))
                        .build(),
                ))
                .build(),
        )
        .security(Some(
            ["session", "bearer"].map(|way| SecurityRequirement::new(way, [""; 0])),
        ))
        .build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(
        "session",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
            "giaoban_session",
            "For browsers. Requests that change something also need the header `X-Giaoban: 1`.",
        ))),
    );
    components.add_security_scheme(
        "bearer",
        SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
    );
    document
}

/// The whole description.
#[must_use]
pub fn document() -> OpenApi {
    let (_, document) = super::described().split_for_parts();
    finish(document)
}

/// The description as it is published and committed.
pub fn to_json() -> Result<String, serde_json::Error> {
    Ok(document().to_pretty_json()? + "\n")
}

/// Gives each operation its id and its refusals.
fn finish(mut document: OpenApi) -> OpenApi {
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("delete", &mut item.delete),
            ("patch", &mut item.patch),
        ] {
            let Some(operation) = operation else { continue };
            operation.operation_id = Some(operation_id(method, path));
            refusals::declare(method, operation);
        }
    }
    document
}

/// Unique, from what is unique: `get` of `/api/v1/briefings/{id}` is `get_briefings_id`.
fn operation_id(method: &str, path: &str) -> String {
    path.trim_start_matches("/api/v1")
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .fold(method.to_owned(), |id, word| id + "_" + word)
}

pub(super) fn routes(document: OpenApi) -> Router<App> {
    let text: Arc<str> = finish(document).to_json().unwrap_or_default().into();
    Router::new().route(
        "/api/v1/openapi.json",
        get(move || async move {
            (
                [(header::CONTENT_TYPE, "application/json")],
                text.to_string(),
            )
        }),
    )
}
