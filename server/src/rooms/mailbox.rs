//! What reaches a room.

use super::OfferError;
use super::sessions::HttpSession;
use super::setup::Planned;
use super::token::JoinClaims;
use crate::ws::Outlet;
use giaoban_media::MediaEvent;
use giaoban_signaling::hierarchy::HierarchyMessage;
use giaoban_signaling::ids::{BriefingId, CommandId, ConnectionId, PeerId, SeatId};
use giaoban_signaling::wire::{Command, Phase};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// How many messages of clients may wait; whoever sends more waits at its socket.
const WAITING: usize = 4_096;

/// One thing that a client, a device or another room wants of a room.
#[derive(Debug)]
pub(super) enum Message {
    Connect(Box<Arrival>),
    Command {
        connection: ConnectionId,
        id: CommandId,
        command: Command,
        since: Instant,
    },
    Offer {
        connection: ConnectionId,
        id: CommandId,
        sdp: String,
    },
    StopMedia {
        connection: ConnectionId,
        id: CommandId,
    },
    Gone {
        connection: ConnectionId,
    },
    /// WHIP.
    Publish(Box<Publication>),
    /// WHEP: may this seat (or, without one, a watch link's screen) watch?
    Watch {
        seat: Option<SeatId>,
        peer: PeerId,
        answer: oneshot::Sender<Result<WatchPass, OfferError>>,
    },
    /// The screen that was let watch could not be connected.
    NotWatching {
        peer: PeerId,
    },
    Hierarchy {
        from: BriefingId,
        message: HierarchyMessage,
    },
    /// Without anybody's command: the demonstration's session runs from the start.
    Advance(Phase),
    /// Somebody's join tokens were revoked: who came with one leaves.
    Revoked,
    /// The plan in the store was edited.
    Replanned,
    /// And this is how it reads now.
    Plan(Arc<Planned>),
    /// The server stops.
    Stop,
}

/// A client that said hello.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) connection: ConnectionId,
    pub(super) claims: JoinClaims,
    pub(super) peer: PeerId,
    /// What the client gave back: it was here before, with this media session and up to this seq.
    pub(super) resume_seq: Option<u64>,
    pub(super) resume_token: String,
    pub(super) outlet: Outlet,
    pub(super) since: Instant,
}

/// A device that wants to publish as a seat.
#[derive(Debug)]
pub(super) struct Publication {
    pub(super) connection: ConnectionId,
    pub(super) claims: JoinClaims,
    pub(super) peer: PeerId,
    pub(super) token: String,
    pub(super) offer: String,
    pub(super) answer: oneshot::Sender<Result<HttpSession, OfferError>>,
}

/// The room lets a screen watch.
#[derive(Clone, Copy, Debug)]
pub(super) struct WatchPass;

/// The way into a room. Messages keep their order; events of the media engine go beside them, because the engine never waits.
#[derive(Clone, Debug)]
pub(super) struct Mailbox {
    messages: mpsc::Sender<Message>,
    events: mpsc::UnboundedSender<MediaEvent>,
}

/// The room's own end.
#[derive(Debug)]
pub(super) struct Letters {
    pub(super) messages: mpsc::Receiver<Message>,
    pub(super) events: mpsc::UnboundedReceiver<MediaEvent>,
}

pub(super) fn mailbox() -> (Mailbox, Letters) {
    let (messages, messages_in) = mpsc::channel(WAITING);
    let (events, events_in) = mpsc::unbounded_channel();
    (
        Mailbox { messages, events },
        Letters {
            messages: messages_in,
            events: events_in,
        },
    )
}

impl Mailbox {
    /// Waits while the room has too much to do. The message comes back when the room has ended.
    pub(super) async fn send(&self, message: Message) -> Result<(), Message> {
        self.messages
            .send(message)
            .await
            .map_err(|refused| refused.0)
    }

    /// For rooms, which must not wait for each other.
    pub(super) fn try_send(&self, message: Message) -> Result<(), Message> {
        self.messages
            .try_send(message)
            .map_err(mpsc::error::TrySendError::into_inner)
    }

    pub(super) fn event(&self, event: MediaEvent) {
        // A room that has ended needs no events.
        let _ = self.events.send(event);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.messages.is_closed()
    }
}
