//! The WebSocket protocol, version 1: JSON, one message a frame. `docs/protocol.md` explains it; its examples are parsed
//! by a test. Times are RFC 3339 in UTC.

mod apply;
mod client;
mod command;
#[doc(hidden)]
pub mod fuzzing;
mod refusal;
mod server;
mod view;

pub use client::{ClientMessage, MediaRequest, Resume};
pub use command::{Audience, Command, RollMark};
pub use refusal::RefusalCode;
pub use server::{
    Change, Goodbye, LinkQuality, MediaNotice, Outcome, ServerMessage, Slot, SlotKind,
};
pub use view::{
    AgendaItem, AgendaView, BriefingView, ChatMessage, ChildView, Counts, FloorView, Holder,
    InviteState, LinkState, LobbyEntry, MainPicture, MeView, MutedByChair, Phase, PointRow,
    PresenceState, QueueEntry, Representative, Role, RollAnswer, RollCallView, SeatLabel,
    SeatQuality, ShareState, StageView, View,
};

/// The only protocol version there is.
pub const PROTOCOL: u32 = 1;
