//! Datagrams that wait to be sent together, in one buffer that is used again and again.

use std::net::SocketAddr;

/// One TCP connection of a worker (RFC 6544), numbered since its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TcpId(pub(crate) usize);

/// Where a peer is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Path {
    Udp(SocketAddr),
    Tcp(TcpId),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Queued {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) to: Path,
}

/// A frame of a main picture to some dozens of subscribers.
const FULL: usize = 192 * 1024;

#[derive(Debug, Default)]
pub(crate) struct Outbox {
    /// Write a datagram at its end, then `commit` it.
    pub(crate) buffer: Vec<u8>,
    queued: Vec<Queued>,
}

impl Outbox {
    /// What was written since `start` is a datagram for `to`.
    pub(crate) fn commit(&mut self, start: usize, to: Path) {
        if self.buffer.len() > start {
            self.queued.push(Queued {
                start,
                end: self.buffer.len(),
                to,
            });
        }
    }

    pub(crate) fn push(&mut self, datagram: &[u8], to: Path) {
        let start = self.buffer.len();
        self.buffer.extend_from_slice(datagram);
        self.commit(start, to);
    }

    pub(crate) fn queued(&self) -> &[Queued] {
        &self.queued
    }

    /// Whether it holds enough to be sent: the first subscribers need not wait until the last one's packets are sealed, and
    /// what was sealed is still in the processor's cache when the kernel copies it.
    pub(crate) const fn is_full(&self) -> bool {
        self.buffer.len() >= FULL
    }

    pub(crate) const fn len(&self) -> usize {
        self.buffer.len()
    }

    pub(crate) fn clear(&mut self) {
        self.buffer.clear();
        self.queued.clear();
    }
}
