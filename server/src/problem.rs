//! Refusals as RFC 9457 problem details: a stable code and one clear sentence in the language of `Accept-Language`.
//!
//! A handler returns a [`Problem`] in both languages; [`negotiate`] writes the body when the request is known.

mod language;
mod store;

pub use language::Language;

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::borrow::Cow;

/// One sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    vi: Cow<'static, str>,
    en: Cow<'static, str>,
}

impl Sentence {
    pub fn new(vi: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self {
            vi: vi.into(),
            en: en.into(),
        }
    }

    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Vietnamese => &self.vi,
            Language::English => &self.en,
        }
    }
}

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    title: Box<Sentence>,
    detail: Option<Box<Sentence>>,
    fields: Vec<FieldProblem>,
    retry_after_seconds: Option<u64>,
}

/// What is wrong with one field of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// Path of the field, such as `agenda.2.minutes`.
    pub field: Cow<'static, str>,
    pub code: &'static str,
    pub message: Sentence,
}

impl Problem {
    /// `code` is stable and `snake_case`: programs decide by it.
    #[must_use]
    pub fn new(
        status: StatusCode,
        code: &'static str,
        vi: impl Into<Cow<'static, str>>,
        en: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            code,
            title: Box::new(Sentence::new(vi, en)),
            detail: None,
            fields: Vec::new(),
            retry_after_seconds: None,
        }
    }

    /// The fields of the request that are wrong.
    #[must_use]
    pub fn invalid(fields: Vec<FieldProblem>) -> Self {
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid_fields",
            "Có mục chưa đúng.",
            "Some fields are not right.",
        );
        problem.fields = fields;
        problem
    }

    #[must_use]
    pub fn not_found(vi: &'static str, en: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", vi, en)
    }

    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "forbidden",
            "Tài khoản này không có quyền làm việc đó.",
            "This account may not do that.",
        )
    }

    /// Something of ours failed. The cause goes to the log, not to the caller.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Máy chủ gặp lỗi. Báo trực kỹ thuật nếu lặp lại.",
            "The server failed. Tell support if it happens again.",
        )
    }

    /// The store can't be reached or can't write.
    pub fn store_unavailable(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "the store is unavailable");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "store_unavailable",
            "Máy chủ chưa ghi được dữ liệu. Thử lại sau ít phút.",
            "The server cannot save at the moment. Try again in a few minutes.",
        )
    }

    #[must_use]
    pub fn with_detail(
        mut self,
        vi: impl Into<Cow<'static, str>>,
        en: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.detail = Some(Box::new(Sentence::new(vi, en)));
        self
    }

    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The body in one language.
    #[must_use]
    pub fn body(&self, language: Language) -> ProblemBody {
        ProblemBody {
            r#type: format!("urn:giaoban:problem:{}", self.code),
            title: self.title.in_language(language).to_owned(),
            status: self.status.as_u16(),
            detail: self
                .detail
                .as_ref()
                .map(|detail| detail.in_language(language).to_owned()),
            code: self.code.to_owned(),
            fields: self
                .fields
                .iter()
                .map(|field| FieldProblemBody {
                    field: field.field.to_string(),
                    code: field.code.to_owned(),
                    message: field.message.in_language(language).to_owned(),
                })
                .collect(),
        }
    }
}

/// Problem details (RFC 9457 section 3), with a stable `code`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// A URN that names the kind of problem.
    pub r#type: String,
    /// One sentence for people, in the language of `Accept-Language`.
    pub title: String,
    pub status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Stable, `snake_case`: programs decide by it.
    pub code: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub fields: Vec<FieldProblemBody>,
}

/// What is wrong with one field.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = FieldProblem)]
pub struct FieldProblemBody {
    /// Path of the field, such as `agenda.2.minutes`.
    pub field: String,
    pub code: String,
    pub message: String,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Refusals that the framework makes before any handler is asked have no words of their own.
fn unexplained(response: &Response) -> Option<Problem> {
    let status = response.status();
    let (code, vi, en) = match status {
        StatusCode::METHOD_NOT_ALLOWED => (
            "method_not_allowed",
            "Địa chỉ này không nhận phương thức đó.",
            "This address does not take that method.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => {
            ("too_large", "Dữ liệu quá lớn.", "The body is too large.")
        }
        StatusCode::NOT_FOUND => (
            "not_found",
            "Không có địa chỉ này.",
            "There is nothing at this address.",
        ),
        status if status.is_client_error() => (
            "bad_request",
            "Yêu cầu không đúng dạng.",
            "The request does not have the expected form.",
        ),
        _ => return None,
    };
    Some(Problem::new(status, code, vi, en))
}

/// Writes the body of a [`Problem`] in the language that the request asks for.
pub async fn negotiate(request: Request, next: Next) -> Response {
    let language = Language::of(request.headers());
    let mut response = next.run(request).await;
    let problem = response.extensions_mut().remove::<Problem>();
    let Some(problem) = problem.or_else(|| unexplained(&response)) else {
        return response;
    };
    let mut rendered = (problem.status, Json(problem.body(language))).into_response();
    // Headers that the handler set (cookies, for one) stay.
    for (name, value) in response.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            rendered.headers_mut().append(name, value.clone());
        }
    }
    let headers = rendered.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    headers.insert(header::CONTENT_LANGUAGE, language.header());
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    if problem.status == StatusCode::UNAUTHORIZED {
        // Asked for by RFC 9110 section 15.5.2; no browser shows a dialogue for it.
        headers.insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"giaoban\""),
        );
    }
    if let Some(seconds) = problem.retry_after_seconds {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    rendered
}
