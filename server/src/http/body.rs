//! Extractors whose refusals are problem details.

use crate::problem::Problem;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts};
use axum::http::StatusCode;

/// A JSON body.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(Problem))]
pub(crate) struct Body<T>(pub(crate) T);

/// The query of the address.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
pub(crate) struct Query<T>(pub(crate) T);

/// Parts of the path.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub(crate) struct Path<T>(pub(crate) T);

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        let status = rejection.status();
        let (code, vi, en) = match rejection {
            JsonRejection::MissingJsonContentType(_) => (
                "not_json",
                "Cần gửi dữ liệu JSON.",
                "The body must be JSON.",
            ),
            _ if status == StatusCode::PAYLOAD_TOO_LARGE => {
                ("too_large", "Dữ liệu quá lớn.", "The body is too large.")
            }
            _ => (
                "bad_body",
                "Dữ liệu gửi lên không đúng dạng.",
                "The body does not have the expected form.",
            ),
        };
        let detail = rejection.body_text();
        Self::new(status, code, vi, en).with_detail(detail.clone(), detail)
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        let detail = rejection.body_text();
        Self::new(
            StatusCode::BAD_REQUEST,
            "bad_query",
            "Tham số trên địa chỉ không đúng.",
            "The query does not have the expected form.",
        )
        .with_detail(detail.clone(), detail)
    }
}

impl From<PathRejection> for Problem {
    fn from(_: PathRejection) -> Self {
        Self::not_found("Không có địa chỉ này.", "There is nothing at this address.")
    }
}
