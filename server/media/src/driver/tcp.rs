//! ICE over TCP, passive (RFC 6544): frames of two length octets and a datagram (RFC 4571 section 2).

use crate::wire::framing::{Deframer, NotFramed, append};
use mio::net::TcpStream;
use socket2::{Domain, Protocol, Socket, Type};
use std::io::{self, Read as _, Write as _};
use std::net::SocketAddr;
use std::time::Instant;

/// A peer that takes its media slower than this much behind is better served by what is new.
const MAX_BACKLOG: usize = 256 * 1024;

/// Binds the listener.
pub(crate) fn bind(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    // A restart must not wait for the last connections' TIME_WAIT.
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(false)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(1024)?;
    Ok(socket.into())
}

pub(super) struct TcpPeer {
    pub(super) stream: TcpStream,
    pub(super) from: SocketAddr,
    /// When it was accepted.
    pub(super) since: Instant,
    /// The connection it belongs to, once a STUN check has told.
    pub(super) connection: Option<usize>,
    received: Deframer,
    unsent: Vec<u8>,
}

impl TcpPeer {
    pub(super) fn new(stream: TcpStream, from: SocketAddr, read: &[u8]) -> Self {
        // Media waits for no other segment.
        let _ = stream.set_nodelay(true);
        let mut received = Deframer::default();
        received.push(read);
        Self {
            stream,
            from,
            since: Instant::now(),
            connection: None,
            received,
            unsent: Vec::new(),
        }
    }

    /// Reads what has arrived. Returns false when the peer has closed or sent no frames of ours.
    pub(super) fn read(&mut self) -> bool {
        let mut chunk = [0_u8; 16 * 1024];
        loop {
            match self.stream.read(&mut chunk) {
                Ok(0) => return false,
                Ok(len) => self.received.push(&chunk[..len]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return true,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return false,
            }
            if self.received.unread().len() > MAX_BACKLOG {
                return false;
            }
        }
    }

    /// Takes the next whole frame off what was read. An error: this is no framed stream.
    pub(super) fn next_frame(&mut self) -> Result<Option<Vec<u8>>, NotFramed> {
        self.received.take()
    }

    /// Frames and sends a datagram, or keeps it until the socket takes more. Returns false if it was dropped.
    pub(super) fn send(&mut self, datagram: &[u8]) -> bool {
        self.unsent.len() <= MAX_BACKLOG && append(datagram, &mut self.unsent)
    }

    /// Sends what is waiting, as far as the socket takes it. Returns false when the connection is broken.
    pub(super) fn flush(&mut self) -> bool {
        let mut sent = 0;
        let alive = loop {
            match self.stream.write(&self.unsent[sent..]) {
                _ if sent == self.unsent.len() => break true,
                Ok(0) => break false,
                Ok(len) => sent += len,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break true,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => break false,
            }
        };
        self.unsent.drain(..sent);
        alive
    }

    /// The stream and what was read of it, for another worker.
    pub(super) fn into_parts(self) -> (TcpStream, SocketAddr, Vec<u8>) {
        (self.stream, self.from, self.received.unread().to_vec())
    }
}
