//! A non-blocking UDP socket with a large buffer, drained many datagrams at a time, each with the kernel's time of
//! arrival.

use crate::peer::stamp::wall_nanoseconds;
use anyhow::{Context as _, Result};
use nix::errno::Errno;
use nix::sys::socket::sockopt::{RcvBuf, RcvBufForce, ReceiveTimestampns};
use nix::sys::socket::{ControlMessageOwned, MsgFlags, MultiHeaders, recvmmsg, setsockopt};
use nix::sys::time::TimeSpec;
use std::io::IoSliceMut;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::os::fd::AsRawFd as _;

const BATCH: usize = 32;
const LARGEST: usize = 2_048;
/// Two seconds of one watcher's stream: a busy machine must not look like a lossy server.
const BUFFER: usize = 1 << 20;

/// A socket connected to `to`, wherever that is.
pub fn connected(to: SocketAddr) -> Result<UdpSocket> {
    let from: IpAddr = match to.ip() {
        IpAddr::V4(address) if address.is_loopback() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = bound(from)?;
    socket.connect(to).context("connecting UDP")?;
    Ok(socket)
}

/// A socket on this machine that receives from anybody.
pub fn unconnected() -> Result<UdpSocket> {
    bound(Ipv4Addr::LOCALHOST.into())
}

fn bound(address: IpAddr) -> Result<UdpSocket> {
    let socket = UdpSocket::bind((address, 0)).context("binding UDP")?;
    socket.set_nonblocking(true).context("non-blocking UDP")?;
    // The forced size needs CAP_NET_ADMIN; without it the system's limit applies.
    if setsockopt(&socket, RcvBufForce, &BUFFER).is_err() {
        setsockopt(&socket, RcvBuf, &BUFFER).context("receive buffer")?;
    }
    setsockopt(&socket, ReceiveTimestampns, &true).context("receive time stamps")?;
    Ok(socket)
}

/// Buffers for draining sockets; one for each thread.
pub struct Drain {
    buffers: Vec<[u8; LARGEST]>,
    headers: MultiHeaders<()>,
}

impl Default for Drain {
    fn default() -> Self {
        Self {
            buffers: vec![[0; LARGEST]; BATCH],
            headers: MultiHeaders::preallocate(BATCH, Some(nix::cmsg_space!(TimeSpec))),
        }
    }
}

impl Drain {
    /// Hands everything that waits in `socket` to `take`, with the time it arrived, nanoseconds since 1970.
    pub fn all(&mut self, socket: &UdpSocket, mut take: impl FnMut(&[u8], u64)) -> Result<()> {
        loop {
            let mut arrived = [(0_usize, 0_u64); BATCH];
            let mut count = 0;
            {
                let mut buffers = self.buffers.iter_mut();
                let mut slices: [[IoSliceMut<'_>; 1]; BATCH] = std::array::from_fn(|_| {
                    [IoSliceMut::new(
                        buffers.next().map_or(&mut [], |buffer| &mut buffer[..]),
                    )]
                });
                let received = recvmmsg(
                    socket.as_raw_fd(),
                    &mut self.headers,
                    slices.iter_mut(),
                    MsgFlags::MSG_DONTWAIT,
                    None,
                );
                match received {
                    Ok(messages) => {
                        for message in messages {
                            let at = message.cmsgs().ok().and_then(|mut all| {
                                all.find_map(|one| match one {
                                    ControlMessageOwned::ScmTimestampns(at) => nanoseconds(at),
                                    _ => None,
                                })
                            });
                            arrived[count] = (message.bytes, at.unwrap_or_else(wall_nanoseconds));
                            count += 1;
                        }
                    }
                    Err(Errno::EAGAIN | Errno::EINTR) => return Ok(()),
                    // The server's port was closed for a moment (restart): datagrams are lost, nothing else.
                    Err(Errno::ECONNREFUSED) => continue,
                    Err(error) => return Err(error).context("receiving"),
                }
            }
            for (buffer, (length, at)) in self.buffers.iter().zip(&arrived[..count]) {
                take(&buffer[..*length], *at);
            }
            if count < BATCH {
                return Ok(());
            }
        }
    }
}

fn nanoseconds(at: TimeSpec) -> Option<u64> {
    let seconds = u64::try_from(at.tv_sec()).ok()?;
    Some(seconds * 1_000_000_000 + u64::try_from(at.tv_nsec()).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_waits_is_drained_with_its_time() {
        let sink = unconnected().unwrap();
        let source = connected(sink.local_addr().unwrap()).unwrap();
        let mut drain = Drain::default();
        for _ in 0..3 {
            for length in 1..=50_usize {
                source.send(&vec![7; length]).unwrap();
            }
            let now = wall_nanoseconds();
            let mut lengths = Vec::new();
            drain
                .all(&sink, |datagram, at| {
                    assert!(now.abs_diff(at) < 1_000_000_000);
                    lengths.push(datagram.len());
                })
                .unwrap();
            assert_eq!(lengths, (1..=50).collect::<Vec<_>>());
        }
    }
}
