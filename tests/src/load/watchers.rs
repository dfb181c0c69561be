//! A thread with its share of the watchers.

use super::histogram::Histogram;
use super::link::Link;
use super::shared::{BusyMeter, Shared};
use super::socket::Drain;
use super::source::send;
use crate::peer::transport::Received;
use crate::peer::watcher::{FEEDBACK_INTERVAL, Watcher};
use anyhow::{Context as _, Result};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use std::net::UdpSocket;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// Watchers are ticked in so many groups, one after another, so that feedback is spread evenly.
const GROUPS: usize = 10;

/// One watcher, before and after its run.
pub struct Peer {
    pub socket: UdpSocket,
    pub link: Link,
    pub watcher: Watcher,
    /// Notes the latency of each packet; costs a system call each.
    pub probe: bool,
    pub created: Instant,
    pub seen_after: Option<Duration>,
    connected: bool,
}

impl Peer {
    pub fn new(socket: UdpSocket, link: Link, watcher: Watcher, probe: bool) -> Self {
        Self {
            socket,
            link,
            watcher,
            probe,
            created: Instant::now(),
            seen_after: None,
            connected: false,
        }
    }
}

/// What the thread found.
pub struct Outcome {
    pub peers: Vec<Peer>,
    pub latency: Histogram,
    pub busy: f64,
    /// Datagrams that could not be read: wrong keys, malformed.
    pub rejected: u64,
}

struct Thread<'a> {
    shared: &'a Shared,
    peers: Vec<Peer>,
    latency: Histogram,
    rejected: u64,
    drain: Drain,
    control: Vec<u8>,
}

/// Takes peers from `incoming` and watches until `shared.stop`.
pub fn run(incoming: &Receiver<Peer>, shared: &Shared) -> Result<Outcome> {
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC).context("epoll")?;
    let mut events = vec![EpollEvent::empty(); 256];
    let mut meter = BusyMeter::default();
    let mut thread = Thread {
        shared,
        peers: Vec::new(),
        latency: Histogram::default(),
        rejected: 0,
        drain: Drain::default(),
        control: Vec::with_capacity(2_048),
    };
    let group_interval = FEEDBACK_INTERVAL / u32::try_from(GROUPS).unwrap_or(1);
    let mut next_group = Instant::now();
    let mut group = 0;
    while !shared.stop.load(Ordering::Relaxed) {
        while let Ok(peer) = incoming.try_recv() {
            let number = thread.peers.len() as u64;
            epoll
                .add(&peer.socket, EpollEvent::new(EpollFlags::EPOLLIN, number))
                .context("epoll add")?;
            thread.peers.push(peer);
        }
        let wait = next_group.saturating_duration_since(Instant::now());
        let timeout = EpollTimeout::try_from(wait).unwrap_or(EpollTimeout::ZERO);
        let ready = match epoll.wait(&mut events, timeout) {
            Ok(ready) => ready,
            Err(nix::errno::Errno::EINTR) => 0,
            Err(error) => return Err(error).context("epoll wait"),
        };
        for event in &events[..ready] {
            let number = usize::try_from(event.data()).unwrap_or_default();
            thread.receive(number)?;
        }
        let now = Instant::now();
        meter.poll(shared.measuring.load(Ordering::Relaxed), now)?;
        if now >= next_group {
            next_group = (next_group + group_interval).max(now);
            group = (group + 1) % GROUPS;
            thread.tick(now, group)?;
        }
    }
    let now = Instant::now();
    for peer in &mut thread.peers {
        peer.link.close(now);
        flush(peer);
    }
    Ok(Outcome {
        peers: thread.peers,
        latency: thread.latency,
        busy: meter.share(),
        rejected: thread.rejected,
    })
}

fn flush(peer: &mut Peer) {
    while let Some(datagram) = peer.link.transmit() {
        send(&peer.socket, &datagram);
    }
}

impl Thread<'_> {
    fn receive(&mut self, number: usize) -> Result<()> {
        let Self {
            shared,
            peers,
            latency,
            rejected,
            drain,
            control,
        } = self;
        let Some(peer) = peers.get_mut(number) else {
            return Ok(());
        };
        let Peer {
            socket,
            link,
            watcher,
            probe,
            created,
            seen_after,
            connected,
        } = peer;
        let now = Instant::now();
        let measuring = shared.measuring.load(Ordering::Relaxed);
        let mut take = |datagram: &[u8], at: Option<u64>| match link.open(now, datagram) {
            Ok(Received::Rtp(packet)) => {
                let stamp = watcher.handle_rtp(now, &packet, control);
                if let (true, Some(at), Some(stamp)) = (measuring, at, stamp) {
                    latency.add(at.saturating_sub(stamp.sent_at));
                }
                if seen_after.is_none() && watcher.first_key_frame.is_some() {
                    *seen_after = Some(now.saturating_duration_since(*created));
                    shared.watchers_seeing.fetch_add(1, Ordering::Relaxed);
                }
            }
            Ok(Received::Rtcp(compound)) => watcher.handle_rtcp(now, &compound),
            Ok(Received::Connected) => {
                watcher.connected(now);
                if !*connected {
                    *connected = true;
                    shared.watchers_connected.fetch_add(1, Ordering::Relaxed);
                }
            }
            Ok(Received::Nothing) => {}
            Err(_) => *rejected += 1,
        };
        if *probe {
            drain.all_stamped(socket, |datagram, at| take(datagram, Some(at)))?;
        } else {
            drain.all(socket, |datagram| take(datagram, None))?;
        }
        if !control.is_empty() {
            link.send_rtcp(control)?;
            control.clear();
        }
        flush(peer);
        Ok(())
    }

    fn tick(&mut self, now: Instant, group: usize) -> Result<()> {
        for (number, peer) in self.peers.iter_mut().enumerate() {
            let due = number % GROUPS == group;
            if !due && peer.connected {
                continue;
            }
            peer.link.handle_timeout(now)?;
            if due && peer.link.is_connected() {
                if !peer.connected {
                    // The floor's links are connected from the start.
                    peer.connected = true;
                    self.shared
                        .watchers_connected
                        .fetch_add(1, Ordering::Relaxed);
                }
                peer.watcher.tick(now, &mut self.control);
                if !self.control.is_empty() {
                    peer.link.send_rtcp(&self.control)?;
                    self.control.clear();
                }
            }
            flush(peer);
        }
        Ok(())
    }
}
