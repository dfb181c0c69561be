//! `auth/…`: signing in and out, and one's own account.

mod account;
mod login;
mod logout;
mod me;
mod password;
mod totp;

pub(super) use account::{AccountBody, GrantBody};
pub(super) use logout::revoke_tokens;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(login::routes())
        .merge(logout::routes())
        .merge(me::routes())
        .merge(password::routes())
        .merge(totp::routes())
}
