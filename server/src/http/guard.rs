//! The one way from a briefing's id to the briefing: it exists, and the caller may do this to it.

use crate::app::App;
use crate::auth::Caller;
use crate::authz::{Object, Operation, require};
use crate::problem::Problem;
use giaoban_store::{BriefingDetail, BriefingId};

/// The briefing, for a caller who may do `operation` to it.
pub(super) async fn briefing(
    app: &App,
    caller: &Caller,
    id: impl Into<BriefingId>,
    operation: Operation,
) -> Result<BriefingDetail, Problem> {
    let detail = find(app, id).await?;
    require(&app.store, caller, operation, Object::Briefing(&detail)).await?;
    Ok(detail)
}

/// The briefing, whoever asks.
pub(super) async fn find(app: &App, id: impl Into<BriefingId>) -> Result<BriefingDetail, Problem> {
    let found = app.store.briefings().get(id.into()).await?;
    found.ok_or_else(no_such_briefing)
}

pub(super) fn no_such_briefing() -> Problem {
    Problem::not_found("Không có phiên họp này.", "There is no such briefing.")
}
