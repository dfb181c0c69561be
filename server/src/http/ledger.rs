//! `GET /api/v1/briefings/{id}/ledger`: the facts, as they were hashed, and `…/ledger.jsonl`: all of them as a file that verifies by itself.

use super::body::{Path, Query};
use super::guard;
use crate::app::App;
use crate::audit::Deed;
use crate::auth::Caller;
use crate::authz::Operation;
use crate::ledger::{file, hex};
use crate::personal::Opener;
use crate::problem::Problem;
use crate::rooms::load::{ReadError, opener, rows};
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use giaoban_signaling::ids::BriefingId;
use giaoban_store::FactRow;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const DEFAULT_LIMIT: u32 = 50;
const MOST: u32 = 500;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(facts))
        .routes(routes!(export))
}

#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Range {
    /// First position, from 1.
    from: Option<u64>,
    /// 1 to 500.
    limit: Option<u32>,
}

/// One fact of the chain.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FactLine {
    seq: u64,
    at: DateTime<Utc>,
    actor: String,
    kind: String,
    /// JSON text, byte by byte as it was hashed. What it says about people is in cipher.
    payload: String,
    /// The same in clear, as far as the keys of those people are left.
    plain: String,
    /// Hexadecimal SHA-256.
    prev_hash: String,
    hash: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FactList {
    items: Vec<FactLine>,
    /// The `from` of the next page.
    #[schema(required)]
    next: Option<String>,
}

/// The ledger of a briefing.
#[utoipa::path(
    get,
    path = "/briefings/{id}/ledger",
    tag = "briefings",
    params(("id" = Uuid, Path), Range),
    responses((status = 200, body = FactList), (status = 403, description = "`forbidden`"))
)]
async fn facts(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(range): Query<Range>,
) -> Result<Json<FactList>, Problem> {
    let detail = guard::briefing(&app, &caller, id, Operation::ReadLedger).await?;
    let limit = range.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MOST);
    let rows = app
        .store
        .ledger()
        .facts(
            detail.briefing.id,
            range.from.unwrap_or(1).clamp(1, i64::MAX.unsigned_abs()),
            limit,
        )
        .await?;
    let full = rows.len() >= limit as usize;
    let next = rows
        .last()
        .filter(|_| full)
        .map(|last| (last.seq + 1).to_string());
    let opener = opener(&app.store, BriefingId(id))
        .await
        .map_err(unreadable)?;
    let items = rows
        .into_iter()
        .map(|row| line(&opener, row))
        .collect::<Result<_, _>>();
    Ok(Json(FactList {
        items: items.map_err(unreadable)?,
        next,
    }))
}

/// The whole ledger as a file. `giaoban ledger verify FILE` checks it on any machine.
#[utoipa::path(
    get,
    path = "/briefings/{id}/ledger.jsonl",
    tag = "briefings",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, body = String, content_type = "application/jsonl"),
        (status = 403, description = "`forbidden`")
    )
)]
async fn export(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    guard::briefing(&app, &caller, id, Operation::ReadLedger).await?;
    app.audit
        .by(&caller, Deed::LedgerExported { briefing: id })
        .await?;
    let rows = rows(&app.store, BriefingId(id)).await?;
    let mut bytes = Vec::new();
    file::write(&mut bytes, BriefingId(id), &rows, app.clock.now())
        .map_err(|error| Problem::internal(&error))?;
    let disposition = format!("attachment; filename=\"so-phien-{id}.jsonl\"");
    Ok((
        [
            (header::CONTENT_TYPE, "application/jsonl".to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
        ],
        bytes,
    )
        .into_response())
}

/// A ledger that is there and cannot be read.
pub(super) fn unreadable(error: ReadError) -> Problem {
    match error {
        ReadError::Store(error) => error.into(),
        ReadError::Broken(_) | ReadError::Fact { .. } | ReadError::Sealed { .. } => {
            Problem::internal(&error)
        }
    }
}

fn line(opener: &Opener, row: FactRow) -> Result<FactLine, ReadError> {
    let plain = opener
        .open(row.seq, &row.payload)
        .map_err(|source| ReadError::Sealed {
            seq: row.seq,
            source,
        })?;
    Ok(FactLine {
        plain,
        seq: row.seq,
        at: row.at,
        actor: row.actor,
        kind: row.kind,
        payload: row.payload,
        prev_hash: hex(&row.prev_hash),
        hash: hex(&row.hash),
    })
}
