//! One worker: a thread that owns its sockets and its connections outright.

mod bind;
mod control;
mod fanout;
mod receive;
#[cfg(test)]
mod steady_test;
mod strays;

use super::connection::{Connection, Timeouts};
use super::outbox::{Outbox, Path, TcpId};
use super::pool::Buffers;
use super::shared::{Control, Owner, Shared, WorkerId, add};
use super::tcp::TcpPeer;
use super::timers::Timers;
use super::udp::{Receiver, Sender};
use crate::api::{DisconnectReason, MediaEvent};
use crate::packet::{Packet, SourceId};
use crate::route::router::Router;
use foldhash::quality::RandomState;
use giaoban_signaling::ids::{BriefingId, PeerId};
use mio::event::Events;
use mio::net::TcpListener;
use mio::{Interest, Poll, Token};
use slab::Slab;
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd as _;
use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};
use strays::Strays;

const UDP: Token = Token(0);
const LISTENER: Token = Token(1);
pub(crate) const WAKER: Token = Token(2);
const FIRST_TCP: usize = 3;
/// Batches taken from the socket before anything else has its turn.
const MAX_BATCHES: usize = 8;
/// A picture's packets, and those of its layers, come one right after the other. To wake for each costs more than to handle
/// it, so the worker looks away for so long (and as much again, by the kernel's timer slack) and takes them together.
const REST: Duration = Duration::from_micros(60);
/// As often again while a picture for many is incomplete.
const RESTS: usize = 3;
/// How often it is looked at who speaks and who never came.
const HOUSEKEEPING: Duration = Duration::from_millis(500);

pub(crate) struct Worker {
    id: WorkerId,
    shared: Arc<Shared>,
    poll: Poll,
    udp: UdpSocket,
    listener: Option<TcpListener>,
    /// Away only while its datagrams are handled.
    receiver: Option<Receiver>,
    sender: Sender,
    inbox: mpsc::Receiver<Control>,
    /// Came in on the way to sleep.
    stashed: Option<Control>,
    connections: Slab<Connection>,
    by_address: HashMap<SocketAddr, usize, RandomState>,
    strays: Strays,
    by_peer: HashMap<PeerId, usize, RandomState>,
    /// The publisher of each source of this worker.
    by_source: HashMap<SourceId, usize, RandomState>,
    tcp: Slab<TcpPeer>,
    timers: Timers,
    out: Outbox,
    router: Router,
    buffers: Buffers,
    /// Packets of this round, to be fanned out together.
    fresh: Vec<Arc<Packet>>,
    /// Whether a picture's packet came in this round, forwarded or not.
    pictured: bool,
    /// Briefings whose slots must be looked at before the round ends.
    dirty: BTreeSet<BriefingId>,
    timeouts: Timeouts,
    housekeeping_at: Instant,
    running: bool,
}

impl Worker {
    /// `poll` has the worker's waker registered.
    pub(crate) fn new(
        id: WorkerId,
        shared: Arc<Shared>,
        poll: Poll,
        udp: UdpSocket,
        listener: Option<std::net::TcpListener>,
        inbox: mpsc::Receiver<Control>,
    ) -> io::Result<Self> {
        let registry = poll.registry();
        registry.register(
            &mut mio::unix::SourceFd(&udp.as_raw_fd()),
            UDP,
            Interest::READABLE,
        )?;
        let listener = match listener {
            Some(listener) => {
                let mut listener = TcpListener::from_std(listener);
                registry.register(&mut listener, LISTENER, Interest::READABLE)?;
                Some(listener)
            }
            None => None,
        };
        let timeouts = Timeouts {
            connect: shared.config.connect_timeout,
            consent: shared.config.consent_timeout,
        };
        Ok(Self {
            id,
            shared,
            poll,
            udp,
            listener,
            receiver: Some(Receiver::new()),
            sender: Sender::new(),
            inbox,
            stashed: None,
            connections: Slab::new(),
            by_address: HashMap::default(),
            strays: Strays::default(),
            by_peer: HashMap::default(),
            by_source: HashMap::default(),
            tcp: Slab::new(),
            timers: Timers::new(Instant::now()),
            out: Outbox::default(),
            router: Router::default(),
            buffers: Buffers::default(),
            fresh: Vec::new(),
            pictured: false,
            dirty: BTreeSet::new(),
            timeouts,
            housekeeping_at: Instant::now() + HOUSEKEEPING,
            running: true,
        })
    }

    /// Runs until told to stop.
    pub(crate) fn run(mut self) {
        let mut events = Events::with_capacity(256);
        let mut more = false;
        while self.running {
            let timeout = if more {
                Duration::ZERO
            } else {
                self.sleep_time(Instant::now())
            };
            if let Err(error) = self.poll.poll(&mut events, Some(timeout))
                && error.kind() != io::ErrorKind::Interrupted
            {
                tracing::debug!(%error, "waiting for sockets failed");
            }
            self.mailbox().asleep.store(false, Ordering::SeqCst);
            let mut readable = more;
            let mut tcp_events: Vec<(usize, bool, bool)> = Vec::new();
            let mut accept = false;
            for event in &events {
                match event.token() {
                    UDP => readable = true,
                    LISTENER => accept = true,
                    WAKER => {}
                    Token(token) => tcp_events.push((
                        token - FIRST_TCP,
                        event.is_readable(),
                        event.is_writable(),
                    )),
                }
            }
            let mut now = Instant::now();
            self.take_control(now);
            self.take_passed(now);
            if accept {
                self.accept();
            }
            for (index, readable, writable) in tcp_events {
                self.tcp_ready(now, index, readable, writable);
            }
            more = readable && self.receive_udp(now);
            for rests in 0..RESTS {
                if more || !self.expects_rest(rests) {
                    break;
                }
                std::thread::sleep(REST);
                now = Instant::now();
                self.take_passed(now);
                more = self.receive_udp(now);
            }
            self.finish_round(now);
        }
        self.stop();
    }

    /// Zero if something came in while nobody was looking.
    fn sleep_time(&mut self, now: Instant) -> Duration {
        self.mailbox().asleep.store(true, Ordering::SeqCst);
        // Whoever sent before the store did not wake us, so look once more.
        self.stashed = self.inbox.try_recv().ok();
        if self.stashed.is_some() || !self.mailbox().media.is_empty() {
            return Duration::ZERO;
        }
        let next = self
            .timers
            .next()
            .map_or(self.housekeeping_at, |next| next.min(self.housekeeping_at));
        next.saturating_duration_since(now).min(HOUSEKEEPING)
    }

    fn mailbox(&self) -> &super::shared::Mailbox {
        &self.shared.mailboxes[self.id.0]
    }

    fn counters(&self) -> &super::shared::Counters {
        &self.shared.counters[self.id.0]
    }

    /// Forwards what came in, rebinds what changed, does what is due, sends all of it.
    fn finish_round(&mut self, now: Instant) {
        self.fan_out(now);
        if now >= self.housekeeping_at {
            self.housekeeping_at = now + HOUSEKEEPING;
            self.housekeeping(now);
        }
        self.rebind_dirty(now);
        while let Some(key) = self.timers.pop(now) {
            self.tick(now, key);
        }
        self.flush();
    }

    fn tick(&mut self, now: Instant, key: usize) {
        self.release(now, key);
        let Some(connection) = self.connections.get_mut(key) else {
            return;
        };
        let mut asked = (0, 0);
        let tick = connection.tick(now, self.timeouts, &mut asked, &mut self.out);
        let next = connection.next_tick(now, self.timeouts);
        let peer = connection.admission.peer;
        add(&self.counters().nacks_sent, asked.0);
        add(&self.counters().keyframe_requests, asked.1);
        if let Some(quality) = tick.quality {
            self.shared.event(MediaEvent::Quality { peer, quality });
        }
        if let Some(reason) = tick.ended {
            self.remove(now, key, reason);
            return;
        }
        if tick.review {
            self.review(now, key);
        }
        // A deadline that is already past would starve the rest of the round.
        self.timers
            .schedule(key, next.max(now + Duration::from_millis(1)));
    }

    /// Makes sure the connection is looked at in time after something happened to it.
    fn reschedule(&mut self, now: Instant, key: usize) {
        if let Some(connection) = self.connections.get_mut(key) {
            let next = connection.next_tick(now, self.timeouts);
            self.timers.schedule(key, next);
        }
    }

    fn flush(&mut self) {
        if self.out.len() == 0 {
            return;
        }
        let dropped = self.sender.send(&self.udp, &self.out);
        add(&self.counters().send_drops, dropped);
        add(&self.counters().bytes_sent, self.out.len() as u64);
        let mut touched: Vec<usize> = Vec::new();
        for datagram in self.out.queued() {
            if let Path::Tcp(TcpId(index)) = datagram.to
                && let Some(peer) = self.tcp.get_mut(index)
            {
                peer.send(&self.out.buffer[datagram.start..datagram.end]);
                if !touched.contains(&index) {
                    touched.push(index);
                }
            }
        }
        self.out.clear();
        for index in touched {
            if self.tcp.get_mut(index).is_some_and(|peer| !peer.flush()) {
                self.drop_tcp(index);
            }
        }
    }

    /// Takes over a connection that was answered and has now been heard of.
    fn adopt(&mut self, now: Instant, connection: Connection) -> usize {
        let (peer, briefing) = (connection.admission.peer, connection.admission.briefing);
        let views = !connection.subscriber.slots.is_empty();
        let sources: Vec<SourceId> = connection.publisher.sources().collect();
        let key = self.connections.insert(connection);
        self.by_peer.insert(peer, key);
        self.by_source
            .extend(sources.into_iter().map(|source| (source, key)));
        let entry = self.router.briefings.entry(briefing).or_default();
        if views {
            entry.viewers.push(key);
            if entry.viewers.len() == 1 {
                // The first one here: from now on this worker listens.
                self.dirty.insert(briefing);
            }
        }
        self.counters()
            .peers
            .store(self.connections.len() as u64, Ordering::Relaxed);
        self.timers.schedule(key, now);
        key
    }

    /// Ends a connection and tells everybody whom it concerns.
    fn remove(&mut self, now: Instant, key: usize, reason: DisconnectReason) {
        let Some(mut connection) = self.connections.try_remove(key) else {
            return;
        };
        self.timers.cancel(key);
        if reason != DisconnectReason::PeerClosed {
            connection.close(now, &mut self.out);
        }
        let (peer, briefing) = (connection.admission.peer, connection.admission.briefing);
        for address in &connection.addresses {
            if self.by_address.get(address) == Some(&key) {
                self.by_address.remove(address);
            }
        }
        for source in connection.publisher.sources() {
            self.by_source.remove(&source);
        }
        if !connection.sockets.is_empty() {
            // What was just queued for them, a close_notify, still goes out.
            self.flush();
        }
        for TcpId(index) in connection.sockets.drain(..) {
            if self
                .tcp
                .get(index)
                .is_some_and(|tcp| tcp.connection == Some(key))
            {
                self.tcp.remove(index);
            }
        }
        // A peer that came back anew (a page reload) may already have its next connection; that one must stay.
        let superseded = self.by_peer.get(&peer) != Some(&key) || !self.forget(peer);
        if self.by_peer.get(&peer) == Some(&key) {
            self.by_peer.remove(&peer);
        }
        let reason = if superseded {
            DisconnectReason::Replaced
        } else {
            reason
        };
        for (index, slot) in connection.subscriber.slots.iter_mut().enumerate() {
            for feed in slot.clear().into_iter().flatten() {
                self.router.unsubscribe(feed, (key, index));
            }
        }
        if let Some(entry) = self.router.briefings.get_mut(&briefing) {
            entry.leave(key);
            if entry.viewers.is_empty() {
                self.dirty.insert(briefing);
            }
        }
        for (track, presence) in connection.publisher.tracks.iter().zip(&connection.presence) {
            if presence.flowing
                && let Some(seat) = connection.admission.publishes
            {
                self.shared.event(MediaEvent::Flowing {
                    peer,
                    seat,
                    kind: track.kind,
                    flowing: false,
                });
                let source = track.source;
                self.shared.tell_all(|| Control::SourceGone(source));
            }
        }
        self.counters()
            .peers
            .store(self.connections.len() as u64, Ordering::Relaxed);
        tracing::debug!(%peer, ?reason, "media ended");
        self.shared.event(MediaEvent::Disconnected { peer, reason });
    }

    /// Forgets a peer that is still this worker's. Returns whether it was.
    fn forget(&self, peer: PeerId) -> bool {
        let mut registry = self.shared.registry();
        let ours = registry
            .peers
            .get(&peer)
            .is_some_and(|entry| matches!(entry.owner, Owner::Worker(worker) if worker == self.id));
        ours && registry.forget(peer).is_some()
    }

    fn stop(&mut self) {
        let now = Instant::now();
        let keys: Vec<usize> = self.connections.iter().map(|(key, _)| key).collect();
        for key in keys {
            self.remove(now, key, DisconnectReason::Requested);
        }
        self.flush();
    }
}
