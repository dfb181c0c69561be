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
