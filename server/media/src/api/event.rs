use giaoban_signaling::ids::{BriefingId, PeerId, SeatId};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

/// What a publisher sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKind {
    Mic,
    Camera,
    Content,
}

/// What a receiving section of an offer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SlotKind {
    /// One of the loudest of those who hold the floor; the number counts from 0.
    Audio(u8),
    Main,
    Content,
    /// The number counts from 0.
    Thumbnail(u8),
}

/// Which seat's stream arrives in one receiving section now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotBinding {
    /// The section's mid in the client's own offer.
    pub mid: String,
    pub slot: SlotKind,
    /// `None` while nothing arrives there. For a video slot a seat is named when its first key frame has been sent.
    pub seat: Option<SeatId>,
    /// Camera or content for a video slot, microphone for an audio slot.
    pub kind: SourceKind,
}

/// Why a peer's media ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisconnectReason {
    /// [`crate::MediaEngine::disconnect`] or [`crate::MediaEngine::close`].
    Requested,
    /// Nothing was heard from it for too long.
    Silent,
    /// It closed its DTLS association.
    PeerClosed,
    /// It never completed ICE and DTLS.
    NeverConnected,
    /// DTLS failed: a broken handshake or a certificate that is not the offer's.
    Handshake,
    /// The same peer came back with another DTLS certificate (a page reload); its next connection is under way or there.
    Replaced,
}

/// How one peer's transport does, measured over about a second.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quality {
    pub rtt_ms: Option<f32>,
    /// Share of packets lost from us to the peer, 0 to 1, before repair.
    pub loss_down: f32,
    /// Share of packets lost from the peer to us, 0 to 1, before repair.
    pub loss_up: f32,
    /// Interarrival jitter of what the peer sends (RFC 3550 section 6.4.1).
    pub jitter_ms: f32,
    /// What its down-link is thought to carry.
    pub estimate_kbps: u32,
    pub sent_kbps: u32,
    pub received_kbps: u32,
    /// Simulcast layer in its main slot, 0 the lowest; `None` while nothing is bound.
    pub main_layer: Option<u8>,
    /// There is a main picture for it, and its link has no room for that.
    pub main_paused: bool,
    /// Main pictures that it got whole and could decode.
    pub pictures: u32,
    /// Times of more than 200 ms in which it had no new main picture, and their sum.
    pub freezes: u32,
    pub frozen_ms: u32,
    /// How long packets to it wait in its link's queue.
    pub queue_ms: f32,
    /// Whether it is connected over TCP.
    pub tcp: bool,
}

/// What the engine tells the server.
#[derive(Clone, Debug, PartialEq)]
pub enum MediaEvent {
    /// ICE and DTLS are done, media may flow.
    Connected { peer: PeerId },
    Disconnected {
        peer: PeerId,
        reason: DisconnectReason,
    },
    /// Measured presence of media from a publisher: packets arrive, or none has for two seconds.
    Flowing {
        peer: PeerId,
        seat: SeatId,
        kind: SourceKind,
        flowing: bool,
    },
    /// The loudest of those who hold the floor and speak, loudest first. Sent on a change.
    Loudest {
        briefing: BriefingId,
        seats: Vec<SeatId>,
    },
    /// All receiving sections of a peer and what arrives in them. Sent on a change.
    Slots {
        peer: PeerId,
        slots: Vec<SlotBinding>,
    },
    /// Whether the peer's microphone packets really reach the fan-out. Sent on a change.
    Outgoing { peer: PeerId, mic_forwarded: bool },
    /// About once a second.
    Quality { peer: PeerId, quality: Quality },
}

/// The engine's events, in order. Unbounded: the engine never waits for its listener, so keep reading.
#[derive(Debug)]
pub struct MediaEvents {
    receiver: UnboundedReceiver<MediaEvent>,
}

impl MediaEvents {
    pub(crate) fn channel() -> (UnboundedSender<MediaEvent>, Self) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (sender, Self { receiver })
    }

    /// The next event; `None` when the engine has stopped. Cancel safe.
    pub async fn recv(&mut self) -> Option<MediaEvent> {
        self.receiver.recv().await
    }

    /// The next event if one is there already.
    pub fn try_recv(&mut self) -> Option<MediaEvent> {
        self.receiver.try_recv().ok()
    }
}
