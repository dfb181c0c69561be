//! What signalling and workers share: mailboxes, the registry of peers, counters. None of it is touched for a packet
//! except the rings and the counters.

use super::connection::Connection;
use super::ice::Credentials;
use crate::api::{EngineStats, MediaConfig, MediaEvent, SourceKind};
use crate::crypto::certificate::Identity;
use crate::crypto::dtls::DtlsConfigs;
use crate::packet::{Feed, Packet, SourceId};
use crate::sdp::{Codec, Session};
use crossbeam_queue::ArrayQueue;
use giaoban_signaling::ids::{BriefingId, PeerId, SeatId};
use giaoban_signaling::plan::MediaPlan;
use rtc_srtp::crypto::RTCCryptoProvider;
use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;

/// A worker's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct WorkerId(pub(crate) usize);

/// A source that flows, as all workers are told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SourceInfo {
    pub(crate) id: SourceId,
    pub(crate) seat: SeatId,
    pub(crate) kind: SourceKind,
    pub(crate) codec: Codec,
    /// The worker of its publisher.
    pub(crate) owner: WorkerId,
    /// Of its layers, in kbps; 0 for those that are off.
    pub(crate) rates: [u32; 3],
    /// Whether the layers are resolutions of one scalable stream.
    pub(crate) scalable: bool,
}

/// What a worker is told apart from packets.
pub(crate) enum Control {
    Plan(BriefingId, Arc<MediaPlan>),
    Close(BriefingId),
    Disconnect(PeerId, crate::api::DisconnectReason),
    Restart(PeerId, Credentials),
    /// A source flows, or its rates changed.
    Source(SourceInfo),
    SourceGone(SourceId),
    /// A worker wants, or no longer wants, the packets of a feed.
    Want(Feed, WorkerId, bool),
    Keyframe(SourceId),
    /// A datagram for a peer of this worker that another one received.
    Stray(SocketAddr, Vec<u8>),
    /// A TCP connection whose first check named a peer of this worker, and what was read of it.
    Tcp(std::net::TcpStream, SocketAddr, Vec<u8>),
    Stop,
}

/// How a worker is reached.
pub(crate) struct Mailbox {
    control: mpsc::Sender<Control>,
    /// Packets of other workers' publishers.
    pub(crate) media: ArrayQueue<Arc<Packet>>,
    waker: mio::Waker,
    /// Whether the worker is about to sleep, or does, and must be woken.
    pub(crate) asleep: AtomicBool,
}

/// A slow worker loses packets rather than making the others wait.
const MEDIA_RING: usize = 4096;

impl Mailbox {
    pub(crate) fn new(waker: mio::Waker) -> (Self, mpsc::Receiver<Control>) {
        let (control, receiver) = mpsc::channel();
        let mailbox = Self {
            control,
            media: ArrayQueue::new(MEDIA_RING),
            waker,
            asleep: AtomicBool::new(false),
        };
        (mailbox, receiver)
    }

    pub(crate) fn tell(&self, control: Control) {
        // A worker that has stopped needs to be told nothing.
        let _ = self.control.send(control);
        self.wake();
    }

    /// Returns false if the ring is full. The worker is not woken: `wake` after the last packet of a round.
    pub(crate) fn pass(&self, packet: Arc<Packet>) -> bool {
        self.media.push(packet).is_ok()
    }

    pub(crate) fn wake(&self) {
        if self.asleep.swap(false, Ordering::SeqCst) {
            let _ = self.waker.wake();
        }
    }
}

/// Counters of one worker; see [`EngineStats`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) peers: AtomicU64,
    pub(crate) datagrams_received: AtomicU64,
    pub(crate) bytes_received: AtomicU64,
    pub(crate) packets_received: AtomicU64,
    pub(crate) packets_forwarded: AtomicU64,
    pub(crate) bytes_sent: AtomicU64,
    pub(crate) packets_without_floor: AtomicU64,
    pub(crate) packets_rejected: AtomicU64,
    pub(crate) retransmissions: AtomicU64,
    pub(crate) nacks_sent: AtomicU64,
    pub(crate) keyframe_requests: AtomicU64,
    pub(crate) send_drops: AtomicU64,
    pub(crate) ring_drops: AtomicU64,
}

/// Adds to a counter that only its own worker writes.
pub(crate) fn add(counter: &AtomicU64, count: u64) {
    counter.store(
        counter.load(Ordering::Relaxed).wrapping_add(count),
        Ordering::Relaxed,
    );
}

impl Counters {
    pub(crate) fn add_to(&self, stats: &mut EngineStats) {
        for (total, counter) in [
            (&mut stats.peers, &self.peers),
            (&mut stats.datagrams_received, &self.datagrams_received),
            (&mut stats.bytes_received, &self.bytes_received),
            (&mut stats.packets_received, &self.packets_received),
            (&mut stats.packets_forwarded, &self.packets_forwarded),
            (&mut stats.bytes_sent, &self.bytes_sent),
            (
                &mut stats.packets_without_floor,
                &self.packets_without_floor,
            ),
            (&mut stats.packets_rejected, &self.packets_rejected),
            (&mut stats.retransmissions, &self.retransmissions),
            (&mut stats.nacks_sent, &self.nacks_sent),
            (&mut stats.keyframe_requests, &self.keyframe_requests),
            (&mut stats.send_drops, &self.send_drops),
            (&mut stats.ring_drops, &self.ring_drops),
        ] {
            *total += counter.load(Ordering::Relaxed);
        }
    }
}

/// Which voices of a briefing are one mix: all that are heard, or all but one seat's, who does not want to hear itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct MixKey {
    pub(crate) briefing: BriefingId,
    pub(crate) without: Option<SeatId>,
}

/// Mixes are sources like any other; here is which is which. Looked at when a slot is bound, not for packets.
#[derive(Debug, Default)]
pub(crate) struct Mixes {
    sources: HashMap<MixKey, SourceId>,
    keys: HashMap<SourceId, MixKey>,
}

impl Mixes {
    pub(crate) fn key(&self, source: SourceId) -> Option<MixKey> {
        self.keys.get(&source).copied()
    }

    pub(crate) fn close(&mut self, briefing: BriefingId) {
        self.sources.retain(|key, _| key.briefing != briefing);
        self.keys.retain(|_, key| key.briefing != briefing);
    }
}

/// Where a peer's connection lives.
pub(crate) enum Owner {
    /// Answered; whichever worker hears its first check takes it.
    Waiting(Box<Connection>),
    Worker(WorkerId),
}

pub(crate) struct PeerEntry {
    pub(crate) briefing: BriefingId,
    pub(crate) session: Arc<Session>,
    pub(crate) owner: Owner,
    pub(crate) ufrags: Vec<String>,
    pub(crate) session_id: u64,
    pub(crate) version: u64,
    /// The client's fragment in its newest offer.
    pub(crate) remote_ufrag: String,
}

/// All peers, by id and by our ICE fragments.
#[derive(Default)]
pub(crate) struct Registry {
    pub(crate) peers: HashMap<PeerId, PeerEntry>,
    pub(crate) ufrags: HashMap<String, PeerId>,
    /// Whoever was answered, in that order, until it is looked at whether it came.
    answered: VecDeque<(Instant, PeerId)>,
}

impl Registry {
    /// Notes a peer that is answered now.
    pub(crate) fn answer(&mut self, now: Instant, peer: PeerId, entry: PeerEntry) {
        self.ufrags
            .extend(entry.ufrags.iter().map(|ufrag| (ufrag.clone(), peer)));
        self.peers.insert(peer, entry);
        self.answered.push_back((now, peer));
    }

    /// Forgets and gives a peer that was answered longer than `timeout` ago and has never been heard of.
    pub(crate) fn next_late(&mut self, now: Instant, timeout: Duration) -> Option<PeerId> {
        let is_late = |at: Instant| now.saturating_duration_since(at) > timeout;
        while let Some((_, peer)) = self.answered.pop_front_if(|(at, _)| is_late(*at)) {
            let waiting = self.peers.get(&peer).is_some_and(|entry| {
                matches!(&entry.owner, Owner::Waiting(connection) if is_late(connection.created))
            });
            if waiting {
                self.forget(peer);
                return Some(peer);
            }
        }
        None
    }

    pub(crate) fn forget(&mut self, peer: PeerId) -> Option<PeerEntry> {
        let entry = self.peers.remove(&peer)?;
        for ufrag in &entry.ufrags {
            self.ufrags.remove(ufrag);
        }
        Some(entry)
    }
}

pub(crate) struct Shared {
    pub(crate) config: MediaConfig,
    pub(crate) provider: Arc<dyn RTCCryptoProvider>,
    pub(crate) identity: Identity,
    pub(crate) dtls: Arc<DtlsConfigs>,
    pub(crate) local: SocketAddr,
    pub(crate) advertise: Vec<SocketAddr>,
    /// Those of the workers, and last the mixer's.
    pub(crate) mailboxes: Vec<Mailbox>,
    pub(crate) counters: Vec<Counters>,
    registry: Mutex<Registry>,
    mixes: Mutex<Mixes>,
    next_source: AtomicU32,
    pub(crate) events: UnboundedSender<MediaEvent>,
}

impl Shared {
    #[expect(clippy::too_many_arguments, reason = "the parts of the running engine")]
    pub(crate) fn new(
        config: MediaConfig,
        provider: Arc<dyn RTCCryptoProvider>,
        identity: Identity,
        dtls: Arc<DtlsConfigs>,
        local: SocketAddr,
        advertise: Vec<SocketAddr>,
        mailboxes: Vec<Mailbox>,
        events: UnboundedSender<MediaEvent>,
    ) -> Self {
        let counters = mailboxes.iter().map(|_| Counters::default()).collect();
        Self {
            config,
            provider,
            identity,
            dtls,
            local,
            advertise,
            mailboxes,
            counters,
            registry: Mutex::default(),
            mixes: Mutex::default(),
            next_source: AtomicU32::new(1),
            events,
        }
    }

    /// For signalling and first checks only.
    pub(crate) fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn mixes(&self) -> MutexGuard<'_, Mixes> {
        self.mixes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The source that a mix is.
    pub(crate) fn mix(&self, key: MixKey) -> SourceId {
        let mut mixes = self.mixes();
        if let Some(source) = mixes.sources.get(&key) {
            return *source;
        }
        let source = self.next_source();
        mixes.sources.insert(key, source);
        mixes.keys.insert(source, key);
        source
    }

    /// How many of the mailboxes are workers'.
    pub(crate) fn workers(&self) -> usize {
        self.mailboxes.len().saturating_sub(1)
    }

    /// Under which number the mixer is reached, as a worker is.
    pub(crate) fn mixer(&self) -> WorkerId {
        WorkerId(self.workers())
    }

    pub(crate) fn next_source(&self) -> SourceId {
        SourceId(self.next_source.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) fn tell_all(&self, mut control: impl FnMut() -> Control) {
        for mailbox in &self.mailboxes {
            mailbox.tell(control());
        }
    }

    pub(crate) fn event(&self, event: MediaEvent) {
        // Nobody listens when the server is stopping.
        let _ = self.events.send(event);
    }
}
