//! `GET /api/v1/audit` and `GET /api/v1/audit.jsonl`: the audit log, for administrators of the whole site.

use super::body::Query;
use crate::app::App;
use crate::audit::{Deed, to_json};
use crate::auth::Caller;
use crate::authz::{Object, Operation, require};
use crate::problem::Problem;
use crate::time_zone::day_of;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use giaoban_store::{AuditQuery, AuditRow};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const DEFAULT_LIMIT: u32 = 50;
const MOST: u32 = 500;
/// Read from the store at once.
const PAGE: u32 = 2_000;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(export))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListActs {
    /// Acts at this time or later.
    from: Option<DateTime<Utc>>,
    /// Acts before this time.
    until: Option<DateTime<Utc>>,
    /// Acts of this name, such as `briefing_created`.
    action: Option<String>,
    /// Acts of this sign-in name.
    actor: Option<String>,
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<u64>,
}

/// One administrative act.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AuditLine {
    seq: u64,
    at: DateTime<Utc>,
    #[schema(required)]
    account: Option<Uuid>,
    /// Sign-in name; empty for a stranger.
    actor: String,
    /// Network address; empty for the command line.
    address: String,
    action: String,
    /// JSON text.
    detail: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AuditList {
    items: Vec<AuditLine>,
    /// The `cursor` of the next page; null after the last.
    #[schema(required)]
    next: Option<String>,
}

/// Administrative acts, the latest first.
#[utoipa::path(
    get, path = "/audit", tag = "audit", params(ListActs),
    responses((status = 200, body = AuditList), (status = 403, description = "`forbidden`"))
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<ListActs>,
) -> Result<Json<AuditList>, Problem> {
    permitted(&app, &caller).await?;
    let limit = asked.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MOST);
    let query = AuditQuery {
        before: asked.cursor.map(|seq| seq.min(i64::MAX.unsigned_abs())),
        from: asked.from,
        until: asked.until,
        action: asked.action,
        actor: asked.actor,
    };
    let rows = app.store.audit().latest(&query, limit).await?;
    let next = rows
        .last()
        .filter(|last| rows.len() >= limit as usize && last.seq > 1)
        .map(|last| last.seq.to_string());
    Ok(Json(AuditList {
        items: rows.into_iter().map(line).collect(),
        next,
    }))
}

/// The whole log with its hashes, one JSON object a line.
#[utoipa::path(
    get, path = "/audit.jsonl", tag = "audit",
    responses(
        (status = 200, body = String, content_type = "application/jsonl"),
        (status = 403, description = "`forbidden`"),
    )
)]
async fn export(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    permitted(&app, &caller).await?;
    app.audit.by(&caller, Deed::AuditExported).await?;
    let mut text = String::new();
    let mut from = 1;
    loop {
        let rows = app.store.audit().from(from, PAGE).await?;
        let Some(last) = rows.last() else { break };
        from = last.seq + 1;
        for row in &rows {
            text.push_str(&to_json(row).to_string());
            text.push('\n');
        }
    }
    Ok((
        [
            (header::CONTENT_TYPE, "application/jsonl"),
            (
                header::CONTENT_DISPOSITION,
                "attachment; filename=\"nhat-ky-quan-tri.jsonl\"",
            ),
        ],
        text,
    )
        .into_response())
}

async fn permitted(app: &App, caller: &Caller) -> Result<(), Problem> {
    let site = Object::Site(day_of(app.clock.now()));
    require(&app.store, caller, Operation::ReadAudit, site).await
}

fn line(row: AuditRow) -> AuditLine {
    AuditLine {
        seq: row.seq,
        at: row.act.at,
        account: row.act.account.map(Uuid::from),
        actor: row.act.actor,
        address: row.act.address,
        action: row.act.action,
        detail: row.act.detail,
    }
}
