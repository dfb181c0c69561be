//! `briefings/…`: planning briefings and finding them.

mod cancel;
mod create;
mod invitation;
mod list;
mod points;
mod read;
mod replace;
mod show;

pub(super) use list::concerning;

use crate::app::App;
use crate::problem::Problem;
use giaoban_store::{BriefingDetail, BriefingId, StoreError};
use utoipa_axum::router::OpenApiRouter;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(list::routes())
        .merge(create::routes())
        .merge(read::routes())
        .merge(replace::routes())
        .merge(cancel::routes())
        .merge(points::routes())
        .merge(invitation::routes())
}

/// The briefing, or a refusal.
async fn find(app: &App, id: impl Into<BriefingId>) -> Result<BriefingDetail, Problem> {
    let found: Result<_, StoreError> = app.store.briefings().get(id.into()).await;
    found?.ok_or_else(|| {
        Problem::not_found("Không có phiên giao ban này.", "There is no such briefing.")
    })
}
