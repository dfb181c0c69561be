//! The machine's inputs and outputs.
//!
//! **Nothing leaves before it is durable.** The machine gives `Append` at once and holds everything that follows from those
//! facts (replies, updates, plans) until the shell says `Appended`. So the shell carries out every output as soon as it gets
//! it, and may batch: feed many inputs, append all their entries in one transaction, then say `Appended` once with the
//! last seq. After a failed transaction it says `AppendFailed`: every fact after `seq` is forgotten, their commands are refused
//! with `store_unavailable`, whoever was joining is sent away with `restarting`, everybody else stays. Of facts up to `seq`
//! that are not durable yet the shell doesn't know what became of them; it says so later, and what follows from them waits.
//!
//! ```text
//! loop {
//!     let mut outputs = vec![];
//!     for input in batch { outputs.extend(meeting.handle(now, input)) }     // or Input::Timeout at poll_timeout()
//!     let entries = all Append among outputs, in order;  carry out the others
//!     if entries is empty { continue }
//!     let input = match store.append(entries).await { Ok(_) => Appended { seq: last }, Err(_) => AppendFailed { seq: last durable } };
//!     carry out meeting.handle(now, input)
//! }
//! ```

use crate::hierarchy::HierarchyMessage;
use crate::ids::{AccountId, BriefingId, CommandId, ConnectionId, MessageId, PointId, SeatId};
use crate::ledger::{Entry, MediaKind};
use crate::plan::MediaPlan;
use crate::setup::BriefingSetup;
use crate::wire::{
    Command, Goodbye, LinkQuality, MainPicture, MediaNotice, Phase, Role, ServerMessage,
};
use chrono::{DateTime, Utc};

/// What happens to a meeting.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A client said hello with a valid join token, or a device connected its media.
    Connect(Connect),
    /// The socket is gone, whoever closed it. Of a connection that is not known (any more) it says nothing.
    Disconnect {
        connection: ConnectionId,
    },
    Command {
        connection: ConnectionId,
        id: CommandId,
        command: Command,
        /// A fresh id, in case the command says something.
        message: MessageId,
    },
    Media(MediaReport),
    /// All facts up to `seq` are durable.
    Appended {
        seq: u64,
    },
    /// None of the facts after `seq` will ever be durable.
    AppendFailed {
        seq: u64,
    },
    /// From the parent or a child.
    Hierarchy {
        from: BriefingId,
        message: HierarchyMessage,
    },
    /// The server itself moves the briefing on, where that step is possible: it opens the lobby in time, or closes what was
    /// cancelled.
    Advance(Phase),
    /// The plan was edited.
    Replanned(Box<BriefingSetup>),
    /// The time of `poll_timeout` has come. Early or double ones do no harm.
    Timeout,
}

/// Somebody at the door. The shell has verified the join token; the machine trusts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connect {
    pub connection: ConnectionId,
    pub channel: Channel,
    pub claims: JoinClaims,
    /// `hello.resume.seq`, if the resume token was made for this seat by this site.
    pub resume_seq: Option<u64>,
    /// What the client shall give back as `hello.resume.token`. Made by the shell (an HMAC over the seat), so it is good after
    /// a restart and the machine need not keep it.
    pub resume_token: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// A WebSocket: gets messages. A second one of the same seat replaces the first.
    Client,
    /// A WHIP publisher: makes its seat present, gets no messages, replaces only another device of the seat. `Goodbye` is only a
    /// reason to end it.
    Device,
}

/// Who somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinClaims {
    pub seat: SeatId,
    pub account: AccountId,
    pub point: PointId,
    /// Chair and secretary are what the plan says, whatever is written here.
    pub role: Role,
    pub person: String,
    pub title: String,
}

/// What the media engine measured, by seat. Everything but `Flowing` is shown and forgotten.
#[derive(Clone, Debug, PartialEq)]
pub enum MediaReport {
    /// Goes into the record.
    Flowing {
        seat: SeatId,
        media: MediaKind,
        on: bool,
    },
    /// About once a second: what the seat's own client is told, and what the board is shown of it.
    Quality {
        seat: SeatId,
        quality: LinkQuality,
        measured: Measured,
    },
    /// The media session of this seat ended or began; without one the link is `unknown`.
    Connected { seat: SeatId, on: bool },
    /// Loudest first.
    Loudest { seats: Vec<SeatId> },
    /// To be passed on to the seat's client as it is: slots, answers, whether its microphone is forwarded.
    Notice { seat: SeatId, notice: MediaNotice },
}

/// A second of a seat's link.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measured {
    /// Lost before repair, 0 to 1.
    pub loss_down: f32,
    pub loss_up: f32,
    pub jitter_ms: f32,
    pub rtt_ms: Option<f32>,
    pub main: MainPicture,
    /// Times of more than 200 ms without a new main picture that ended in this second, and their sum.
    pub freezes: u32,
    pub frozen_ms: u32,
    pub sent_kbps: f32,
    pub received_kbps: f32,
    pub estimate_kbps: f32,
}

/// What the shell must do, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Write these at the end of the ledger.
    Append(Vec<Entry>),
    /// The same message to all of these. Serialise once.
    Send {
        to: Vec<ConnectionId>,
        message: Box<ServerMessage>,
    },
    /// Say goodbye and close. The machine has forgotten the connection already.
    Close {
        connection: ConnectionId,
        reason: Goodbye,
    },
    /// The media engine's new orders.
    Plan(Box<MediaPlan>),
    /// End all media of this seat: it left, or was never let in.
    DropMedia { seat: SeatId },
    /// The briefing entered this phase.
    Phase { phase: Phase, at: DateTime<Utc> },
    Tell {
        to: BriefingId,
        message: HierarchyMessage,
    },
}
