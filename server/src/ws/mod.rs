//! `GET /api/v1/ws`: the socket between a client and its room. Nothing of the meeting is decided here.

mod connection;
mod outlet;

pub(crate) use outlet::{Outlet, encode};

use crate::app::App;
use axum::extract::{State, WebSocketUpgrade};
use axum::response::Response;

/// The largest message that a client may send; an offer with all its candidates is some 20 KB.
const MESSAGE_BYTES: usize = 256 * 1024;

/// Every socket has such a buffer all the time, and nearly everything that clients send is small; the library's 128 KiB would
/// take 430 MB for a national briefing.
const READ_BYTES: usize = 8 * 1024;

/// Upgrades to the protocol of `docs/protocol.md`. Who the client is, its `hello` says.
pub(crate) async fn upgrade(State(app): State<App>, upgrade: WebSocketUpgrade) -> Response {
    let rooms = app.rooms.clone();
    upgrade
        .read_buffer_size(READ_BYTES)
        .max_message_size(MESSAGE_BYTES)
        .max_frame_size(MESSAGE_BYTES)
        .on_upgrade(move |socket| connection::serve(socket, rooms))
}
