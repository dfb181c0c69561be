//! From sockets to connections.

use super::{FIRST_TCP, MAX_BATCHES, Worker};
use crate::api::MediaEvent;
use crate::driver::connection::{Connection, Outcome};
use crate::driver::outbox::{Path, TcpId};
use crate::driver::shared::{Control, Owner, WorkerId, add};
use crate::driver::tcp::TcpPeer;
use crate::driver::udp::RECEIVED;
use crate::wire::demux::{Protocol, classify};
use crate::wire::framing::append;
use crate::wire::stun::{BindingRequest, claimed_ufrag};
use mio::{Interest, Token};
use std::io;
use std::net::SocketAddr;
use std::time::Instant;

/// TCP connections of a worker that have not proved yet whose they are.
const STRANGERS: usize = 512;

/// Whom a first check is for.
enum Claim {
    Adopted(Box<Connection>),
    /// A peer of another worker.
    Elsewhere(WorkerId),
    Unknown,
}

impl Worker {
    /// Takes datagrams from the socket. Returns whether there may be more.
    pub(super) fn receive_udp(&mut self, now: Instant) -> bool {
        let Some(mut receiver) = self.receiver.take() else {
            return false;
        };
        let mut more = true;
        for _ in 0..MAX_BATCHES {
            let count = match receiver.receive(&self.udp) {
                Ok(count) => count,
                Err(error) => {
                    if error.kind() != io::ErrorKind::WouldBlock {
                        tracing::debug!(%error, "receiving failed");
                    }
                    0
                }
            };
            if count > 0 {
                receiver.each(|from, datagram| {
                    add(&self.counters().datagrams_received, 1);
                    add(&self.counters().bytes_received, datagram.len() as u64);
                    self.datagram(now, Path::Udp(from), from, datagram);
                });
            }
            if count < RECEIVED {
                more = false;
                break;
            }
        }
        self.receiver = Some(receiver);
        more
    }

    /// The connection that a path belongs to, if any is known.
    fn connection_at(&self, via: Path) -> Option<usize> {
        match via {
            Path::Udp(from) => self.by_address.get(&from).copied(),
            Path::Tcp(TcpId(index)) => self.tcp.get(index)?.connection,
        }
    }

    pub(super) fn datagram(
        &mut self,
        now: Instant,
        via: Path,
        from: SocketAddr,
        datagram: &mut [u8],
    ) {
        let protocol = classify(datagram);
        if protocol == Protocol::Stun {
            self.stun(now, via, from, datagram);
            return;
        }
        let Some(key) = self.connection_at(via) else {
            self.stray(via, datagram);
            return;
        };
        let Some(connection) = self.connections.get_mut(key) else {
            return;
        };
        let outcome = match protocol {
            Protocol::Dtls => connection.handle_dtls(now, datagram, &mut self.out),
            Protocol::Rtp | Protocol::Rtcp => {
                let result = if protocol == Protocol::Rtp {
                    connection.handle_rtp(now, datagram, &mut self.buffers)
                } else {
                    connection.handle_rtcp(now, datagram)
                };
                match result {
                    Ok(outcome) => outcome,
                    Err(_rejected) => {
                        add(&self.counters().packets_rejected, 1);
                        None
                    }
                }
            }
            Protocol::Stun | Protocol::Unknown => None,
        };
        if let Some(outcome) = outcome {
            self.settle(now, key, outcome);
        }
        // A link that became narrower must not be flooded until the next look at everybody.
        if self
            .connections
            .get_mut(key)
            .is_some_and(|connection| connection.subscriber.estimate_moved())
        {
            self.rebind(now, key);
        }
        self.reschedule(now, key);
    }

    fn settle(&mut self, now: Instant, key: usize, outcome: Outcome) {
        match outcome {
            Outcome::Connected => {
                if let Some(connection) = self.connections.get(key) {
                    let peer = connection.admission.peer;
                    self.shared.event(MediaEvent::Connected { peer });
                    self.rebind(now, key);
                }
            }
            Outcome::Ended(reason) => self.remove(now, key, reason),
            Outcome::Media(track, packet) => self.published(now, key, track, packet),
            Outcome::Wishes(wishes) => self.grant(now, key, wishes),
        }
    }

    /// A STUN message: a check by somebody we know, the first one of somebody we wait for, or nothing.
    fn stun(&mut self, now: Instant, via: Path, from: SocketAddr, datagram: &[u8]) {
        let Some(ufrag) = claimed_ufrag(datagram) else {
            add(&self.counters().packets_rejected, 1);
            return;
        };
        // Before anything is read into memory: a flood from strangers costs none.
        if self.connection_at(via).is_none() && !self.shared.registry().ufrags.contains_key(ufrag) {
            add(&self.counters().packets_rejected, 1);
            return;
        }
        let Some(mut request) = BindingRequest::parse(datagram) else {
            return;
        };
        let known = self.connection_at(via).filter(|key| {
            self.connections.get(*key).is_some_and(|connection| {
                connection
                    .ice
                    .ufrags()
                    .any(|ufrag| ufrag == request.local_ufrag())
            })
        });
        let key = match known.or_else(|| self.local_by_ufrag(&request)) {
            Some(key) => key,
            None => match self.claim(now, &mut request, via, from) {
                Claim::Adopted(connection) => self.adopt(now, *connection),
                Claim::Elsewhere(worker) => {
                    self.strays.checked(now, from, worker);
                    self.hand_over(worker, via, from, datagram);
                    return;
                }
                Claim::Unknown => {
                    add(&self.counters().packets_rejected, 1);
                    return;
                }
            },
        };
        self.check(now, key, &mut request, via, from);
    }

    /// A peer of this worker that checks from an address we don't know yet.
    fn local_by_ufrag(&self, request: &BindingRequest) -> Option<usize> {
        let registry = self.shared.registry();
        let peer = registry.ufrags.get(request.local_ufrag())?;
        matches!(registry.peers.get(peer)?.owner, Owner::Worker(worker) if worker == self.id)
            .then(|| self.by_peer.get(peer).copied())
            .flatten()
    }

    fn claim(
        &mut self,
        now: Instant,
        request: &mut BindingRequest,
        via: Path,
        from: SocketAddr,
    ) -> Claim {
        let mut registry = self.shared.registry();
        let Some(&peer) = registry.ufrags.get(request.local_ufrag()) else {
            return Claim::Unknown;
        };
        let Some(entry) = registry.peers.get_mut(&peer) else {
            return Claim::Unknown;
        };
        match &mut entry.owner {
            Owner::Worker(worker) => Claim::Elsewhere(*worker),
            Owner::Waiting(connection) => {
                // Whoever cannot prove to have read our answer must not decide which worker serves the peer.
                let mut probe = crate::driver::outbox::Outbox::default();
                if connection
                    .check(now, request, via, from, &mut probe)
                    .is_none()
                {
                    return Claim::Unknown;
                }
                match std::mem::replace(&mut entry.owner, Owner::Worker(self.id)) {
                    Owner::Waiting(connection) => Claim::Adopted(connection),
                    Owner::Worker(worker) => Claim::Elsewhere(worker),
                }
            }
        }
    }

    fn check(
        &mut self,
        now: Instant,
        key: usize,
        request: &mut BindingRequest,
        via: Path,
        from: SocketAddr,
    ) {
        let Some(connection) = self.connections.get_mut(key) else {
            return;
        };
        let Some(check) = connection.check(now, request, via, from, &mut self.out) else {
            add(&self.counters().packets_rejected, 1);
            return;
        };
        match via {
            Path::Udp(address) => {
                if !connection.addresses.contains(&address) {
                    connection.addresses.push(address);
                }
                // An address that another connection had belongs to whoever proves itself there now.
                self.by_address.insert(address, key);
            }
            Path::Tcp(TcpId(index)) => {
                if let Some(tcp) = self.tcp.get_mut(index)
                    && tcp.connection.replace(key) != Some(key)
                {
                    connection.sockets.push(TcpId(index));
                }
            }
        }
        if check.moved {
            tracing::debug!(peer = %connection.admission.peer, ?via, "media path chosen");
        }
        if !check.retired.is_empty() {
            let peer = connection.admission.peer;
            let mut registry = self.shared.registry();
            for ufrag in &check.retired {
                registry.ufrags.remove(ufrag);
            }
            if let Some(entry) = registry.peers.get_mut(&peer) {
                entry.ufrags.retain(|ufrag| !check.retired.contains(ufrag));
            }
        }
        self.reschedule(now, key);
    }

    /// What came from where nobody of ours is: from a client of another worker that has moved there, or from a stranger.
    fn stray(&self, via: Path, datagram: &[u8]) {
        let Path::Udp(from) = via else {
            return;
        };
        let owner = self.strays.owner(from);
        match owner.and_then(|worker| self.shared.mailboxes.get(worker.0)) {
            Some(mailbox) => mailbox.tell(Control::Stray(from, datagram.to_vec())),
            None => add(&self.counters().packets_rejected, 1),
        }
    }

    /// Gives what came for a peer of another worker to that worker: a datagram, or the whole TCP connection.
    fn hand_over(&mut self, worker: WorkerId, via: Path, from: SocketAddr, datagram: &[u8]) {
        let Some(mailbox) = self.shared.mailboxes.get(worker.0) else {
            return;
        };
        match via {
            Path::Udp(_) => mailbox.tell(Control::Stray(from, datagram.to_vec())),
            Path::Tcp(TcpId(index)) => {
                let Some(mut tcp) = self.tcp.try_remove(index) else {
                    return;
                };
                let _ = self.poll.registry().deregister(&mut tcp.stream);
                let (stream, from, mut unread) = tcp.into_parts();
                // The frame that told whose it is comes first again.
                let mut read = Vec::new();
                if !append(datagram, &mut read) {
                    return;
                }
                read.append(&mut unread);
                mailbox.tell(Control::Tcp(stream.into(), from, read));
            }
        }
    }

    pub(super) fn accept(&mut self) {
        let Some(listener) = self.listener.take() else {
            return;
        };
        loop {
            match listener.accept() {
                Ok((stream, from)) => self.add_tcp(stream, from, &[]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    if error.kind() != io::ErrorKind::WouldBlock {
                        tracing::debug!(%error, "accepting failed");
                    }
                    break;
                }
            }
        }
        self.listener = Some(listener);
    }

    pub(super) fn add_tcp(
        &mut self,
        mut stream: mio::net::TcpStream,
        from: SocketAddr,
        read: &[u8],
    ) {
        self.make_room_for_a_stranger();
        let entry = self.tcp.vacant_entry();
        let token = Token(FIRST_TCP + entry.key());
        if self
            .poll
            .registry()
            .register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)
            .is_ok()
        {
            entry.insert(TcpPeer::new(stream, from, read));
        }
    }

    /// Whoever connects and never says whose it is must not take all places: the one that has waited longest goes.
    fn make_room_for_a_stranger(&mut self) {
        let strangers = || {
            self.tcp
                .iter()
                .filter(|(_, peer)| peer.connection.is_none())
        };
        if strangers().count() < STRANGERS {
            return;
        }
        let oldest = strangers().min_by_key(|(_, peer)| peer.since);
        if let Some(index) = oldest.map(|(index, _)| index) {
            self.drop_tcp(index);
        }
    }

    pub(super) fn tcp_ready(&mut self, now: Instant, index: usize, readable: bool, writable: bool) {
        let Some(peer) = self.tcp.get_mut(index) else {
            return;
        };
        let mut alive = !writable || peer.flush();
        if readable {
            alive &= peer.read();
        }
        self.tcp_frames(now, index);
        if !alive {
            self.drop_tcp(index);
        }
    }

    pub(super) fn tcp_frames(&mut self, now: Instant, index: usize) {
        while let Some(peer) = self.tcp.get_mut(index) {
            let from = peer.from;
            match peer.next_frame() {
                Ok(Some(mut frame)) => {
                    add(&self.counters().datagrams_received, 1);
                    add(&self.counters().bytes_received, frame.len() as u64);
                    self.datagram(now, Path::Tcp(TcpId(index)), from, &mut frame);
                }
                Ok(None) => return,
                Err(_not_framed) => self.drop_tcp(index),
            }
        }
    }

    /// Forgets a broken TCP connection; its peer may come back over another.
    pub(super) fn drop_tcp(&mut self, index: usize) {
        let Some(mut peer) = self.tcp.try_remove(index) else {
            return;
        };
        let _ = self.poll.registry().deregister(&mut peer.stream);
        if let Some(connection) = peer
            .connection
            .and_then(|key| self.connections.get_mut(key))
        {
            connection.ice.lose(Path::Tcp(TcpId(index)));
            connection.sockets.retain(|socket| *socket != TcpId(index));
        }
    }
}
