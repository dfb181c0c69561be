//! Which refusals an operation may answer with, beyond those that it declares itself: derived from what it takes.

use std::collections::BTreeMap;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

/// Completes the operation's answers. Every refusal is problem details (RFC 9457); there is no catch-all, so that an answer
/// which nobody thought of is seen to be one.
pub(super) fn declare(method: &str, operation: &mut Operation) {
    let mut derived = BTreeMap::from([(503, "`store_unavailable`: try again later")]);
    if operation.security.is_none() {
        derived.insert(401, "`not_signed_in`");
        derived.insert(429, "`too_many_requests`, with `Retry-After`");
        derived.insert(403, "`password_change_needed` or `second_factor_missing`");
    }
    if method != "get" {
        derived.insert(
            403,
            "`foreign_origin`, `guard_header_missing`, `forbidden`, `password_change_needed` or `second_factor_missing`",
        );
    }
    for parameter in operation.parameters.iter().flatten() {
        let RefOr::T(parameter) = parameter else {
            continue;
        };
        match parameter.parameter_in {
            ParameterIn::Path => derived.insert(404, "`not_found`"),
            ParameterIn::Query => derived.insert(400, "`bad_query` or `bad_cursor`"),
            _ => continue,
        };
        derived.insert(422, "`bad_text` or `out_of_range`: what cannot be kept");
    }
    if let Some(RefOr::T(body)) = &operation.request_body {
        derived.insert(413, "`too_large`");
        if body.content.contains_key("application/json") {
            derived.insert(400, "`bad_body`: not JSON, or `bad_query`");
            derived.insert(415, "`not_json`");
            derived.insert(422, "`bad_body` or `invalid_fields`");
        }
    }
    let responses = &mut operation.responses.responses;
    for (status, description) in derived {
        responses
            .entry(status.to_string())
            .or_insert_with(|| RefOr::T(Response::new(description)));
    }
    for (status, response) in responses {
        if let RefOr::T(response) = response
            && status.starts_with(['4', '5'])
            && response.content.is_empty()
        {
            *response = refusal(&response.description);
        }
    }
}

fn refusal(description: &str) -> Response {
    ResponseBuilder::new()
        .description(description)
        .content(
            "application/problem+json",
            ContentBuilder::new()
                .schema(Some(RefOr::Ref(Ref::from_schema_name("Problem"))))
                .build(),
        )
        .build()
}
