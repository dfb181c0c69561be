//! `GET /api/v1/briefings/{id}/attendance.{json,csv,xlsx,pdf}`: who was there, out of the ledger.

use super::body::Path;
use super::guard;
use super::ledger::unreadable;
use super::verify;
use crate::app::App;
use crate::attendance::report::Report;
use crate::attendance::{DescribeError, csv, describe, pdf, xlsx};
use crate::audit::Deed;
use crate::auth::Caller;
use crate::authz::Operation;
use crate::problem::Problem;
use crate::rooms::load::entries;
use crate::time_zone::day_of;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use giaoban_signaling::ids::BriefingId;
use std::fmt::Display;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const PDF: &str = "application/pdf";
const CSV: &str = "text/csv; charset=utf-8";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(as_json))
        .routes(routes!(as_csv))
        .routes(routes!(as_xlsx))
        .routes(routes!(as_pdf))
}

/// Attendance and roll call.
#[utoipa::path(
    get,
    path = "/briefings/{id}/attendance.json",
    tag = "attendance",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Report), (status = 403, description = "`forbidden`"))
)]
async fn as_json(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Report>, Problem> {
    Ok(Json(report(&app, &caller, id).await?))
}

/// Attendance by points, for a spreadsheet.
#[utoipa::path(
    get,
    path = "/briefings/{id}/attendance.csv",
    tag = "attendance",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = 403, description = "`forbidden`")
    )
)]
async fn as_csv(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let report = report(&app, &caller, id).await?;
    let bytes = written(move || csv::write(&report).map(|bytes| (bytes, report))).await?;
    handed_out(&app, &caller, id, "csv").await?;
    Ok(download(bytes, CSV, "csv"))
}

/// Attendance and roll call as a workbook.
#[utoipa::path(
    get,
    path = "/briefings/{id}/attendance.xlsx",
    tag = "attendance",
    params(("id" = Uuid, Path)),
    responses(
        (
            status = 200,
            body = Vec<u8>,
            content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        ),
        (status = 403, description = "`forbidden`")
    )
)]
async fn as_xlsx(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let report = report(&app, &caller, id).await?;
    let bytes = written(move || xlsx::write(&report).map(|bytes| (bytes, report))).await?;
    handed_out(&app, &caller, id, "xlsx").await?;
    Ok(download(bytes, XLSX, "xlsx"))
}

/// Attendance and roll call as a document to be signed (PDF/A-2b).
#[utoipa::path(
    get,
    path = "/briefings/{id}/attendance.pdf",
    tag = "attendance",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/pdf"),
        (status = 403, description = "`forbidden`")
    )
)]
async fn as_pdf(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let report = report(&app, &caller, id).await?;
    let address = verify::address(&app.config.http, &report.briefing);
    let bytes =
        written(move || pdf::write(&report, address.as_deref()).map(|bytes| (bytes, report)))
            .await?;
    handed_out(&app, &caller, id, "pdf").await?;
    Ok(download(bytes, PDF, "pdf"))
}

async fn report(app: &App, caller: &Caller, id: Uuid) -> Result<Report, Problem> {
    guard::briefing(app, caller, id, Operation::ReadAttendance).await?;
    let entries = entries(&app.store, BriefingId(id))
        .await
        .map_err(unreadable)?;
    describe(&entries, app.clock.now()).map_err(|error| match error {
        DescribeError::Empty => Problem::new(
            StatusCode::NOT_FOUND,
            "no_attendance_yet",
            "Phiên họp chưa có ai vào.",
            "Nobody has entered the briefing yet.",
        ),
        DescribeError::NoPlan(_) => Problem::internal(&error),
    })
}

async fn handed_out(app: &App, caller: &Caller, id: Uuid, format: &str) -> Result<(), Problem> {
    let deed = Deed::AttendanceExported {
        briefing: id,
        format,
    };
    Ok(app.audit.by(caller, deed).await?)
}

/// Writing thousands of lines takes a while, and must not hold up the others.
async fn written<E: Display + Send + 'static>(
    write: impl FnOnce() -> Result<(Vec<u8>, Report), E> + Send + 'static,
) -> Result<(Vec<u8>, Report), Problem> {
    tokio::task::spawn_blocking(write)
        .await
        .map_err(|error| Problem::internal(&error))?
        .map_err(|error| Problem::internal(&error))
}

fn download(
    (bytes, report): (Vec<u8>, Report),
    media_type: &'static str,
    extension: &str,
) -> Response {
    let day = day_of(report.briefing.planned_start).format("%Y-%m-%d");
    let disposition = format!("attachment; filename=\"diem-danh-{day}.{extension}\"");
    (
        [
            (header::CONTENT_TYPE, media_type.to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ],
        bytes,
    )
        .into_response()
}
