//! `GET /verify/{briefing}/{seq}/{hash}`: whether this server's ledger holds exactly this hash at this line. Whoever holds a
//! printed attendance may ask; the answer says nothing that the paper does not.

use super::body::Path;
use crate::app::App;
use crate::attendance::report::Heading;
use crate::config::HttpConfig;
use crate::ledger::hex;
use crate::problem::{Language, Problem};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(verify))
}

/// What a printed hash came to.
#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
struct Verification {
    /// The ledger holds exactly this hash at this line. False as well for a briefing that this server does not know.
    matches: bool,
}

/// Where the paper's hash is compared, when the server has a public address.
pub(super) fn address(config: &HttpConfig, briefing: &Heading) -> Option<String> {
    let site = config.public_url.as_deref()?.trim_end_matches('/');
    let Heading {
        id,
        ledger_seq,
        ledger_head,
        ..
    } = briefing;
    Some(format!("{site}/verify/{id}/{ledger_seq}/{ledger_head}"))
}

/// Compare a printed hash with the ledger. A page for browsers, JSON for whoever asks for it.
#[utoipa::path(
    get,
    path = "/verify/{briefing}/{seq}/{hash}",
    tag = "attendance",
    security(()),
    params(("briefing" = Uuid, Path), ("seq" = u64, Path), ("hash" = String, Path, description = "Hexadecimal SHA-256")),
    responses((status = 200, content(
        (Verification = "application/json"),
        (String = "text/html"),
    )))
)]
async fn verify(
    State(app): State<App>,
    Path((briefing, seq, hash)): Path<(Uuid, u64, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // No ledger is longer than a signed number.
    let from = seq.min(i64::MAX.unsigned_abs());
    let facts = app.store.ledger().facts(briefing.into(), from, 1).await?;
    let matches = facts
        .first()
        .is_some_and(|fact| fact.seq == seq && hex(&fact.hash).eq_ignore_ascii_case(&hash));
    let wants_json = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.starts_with("application/json"));
    Ok(if wants_json {
        Json(Verification { matches }).into_response()
    } else {
        let page = page(Language::of(&headers), matches, seq);
        ([(header::CACHE_CONTROL, "no-store")], Html(page)).into_response()
    })
}

/// Names nothing but the line's number: who scans the paper has the rest before him.
fn page(language: Language, matches: bool, seq: u64) -> String {
    let (lang, verdict, detail) = match (language, matches) {
        (Language::Vietnamese, true) => (
            "vi",
            "Khớp với sổ phiên",
            format!(
                "Máy chủ này có sổ phiên với đúng mã băm đã in ở dòng {seq}. Số liệu trên giấy lấy từ các dòng đến đó."
            ),
        ),
        (Language::Vietnamese, false) => (
            "vi",
            "Không khớp",
            format!(
                "Máy chủ này không có mã băm đã in ở dòng {seq}. Kiểm tra lại địa chỉ máy chủ, hoặc giấy không phải bản gốc."
            ),
        ),
        (Language::English, true) => (
            "en",
            "It matches the ledger",
            format!(
                "This server's ledger has exactly the printed hash at line {seq}. The figures on paper come from the lines up to it."
            ),
        ),
        (Language::English, false) => (
            "en",
            "It does not match",
            format!(
                "This server has no such hash at line {seq}. Check the server's address, or the paper is not the original."
            ),
        ),
    };
    let colour = if matches { "#0b6b3a" } else { "#b3261e" };
    format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{verdict} - giaoban</title>\n\
         <body style=\"font: 1.125rem/1.6 system-ui, sans-serif; max-width: 36rem; margin: 3rem auto; padding: 0 1rem\">\n\
         <h1 style=\"color: {colour}\">{verdict}</h1>\n<p>{detail}</p>\n</body>\n</html>\n"
    )
}
