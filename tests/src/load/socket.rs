//! A non-blocking UDP socket with a large buffer, drained many datagrams at a time, or one by one with the kernel's time
//! of arrival.

use anyhow::{Context as _, Result};
use nix::errno::Errno;
use nix::sys::socket::sockopt::{RcvBuf, RcvBufForce, ReceiveTimestampns};
use nix::sys::socket::{
    ControlMessageOwned, MsgFlags, MultiHeaders, recvmmsg, recvmsg, setsockopt,
};
use nix::sys::time::TimeSpec;
use std::io::IoSliceMut;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::os::fd::AsRawFd as _;

const BATCH: usize = 32;
const LARGEST: usize = 2_048;
/// Two seconds of one watcher's stream: a busy machine must not look like a lossy server.
const BUFFER: usize = 1 << 20;

/// A socket connected to `to`.
pub fn connected(to: SocketAddr, stamped: bool) -> Result<UdpSocket> {
    let socket = unconnected(stamped)?;
    socket.connect(to).context("connecting UDP")?;
    Ok(socket)
}

/// A socket that receives from anybody.
pub fn unconnected(stamped: bool) -> Result<UdpSocket> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).context("binding UDP")?;
    socket.set_nonblocking(true).context("non-blocking UDP")?;
    // The forced size needs CAP_NET_ADMIN; without it the system's limit applies.
    if setsockopt(&socket, RcvBufForce, &BUFFER).is_err() {
        setsockopt(&socket, RcvBuf, &BUFFER).context("receive buffer")?;
    }
    if stamped {
        setsockopt(&socket, ReceiveTimestampns, &true).context("receive time stamps")?;
    }
    Ok(socket)
}

/// Buffers for draining sockets; one for each thread.
pub struct Drain {
    buffers: Vec<[u8; LARGEST]>,
    headers: MultiHeaders<()>,
    control: Vec<u8>,
}

impl Default for Drain {
    fn default() -> Self {
        Self {
            buffers: vec![[0; LARGEST]; BATCH],
            headers: MultiHeaders::preallocate(BATCH, None),
            control: nix::cmsg_space!(TimeSpec),
        }
    }
}

impl Drain {
    /// Hands everything that waits in `socket` to `take`.
    pub fn all(&mut self, socket: &UdpSocket, mut take: impl FnMut(&[u8])) -> Result<()> {
        loop {
            let mut lengths = [0_usize; BATCH];
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
                            lengths[count] = message.bytes;
                            count += 1;
                        }
                    }
                    Err(Errno::EAGAIN | Errno::EINTR) => return Ok(()),
                    // The server's port was closed for a moment (restart): datagrams are lost, nothing else.
                    Err(Errno::ECONNREFUSED) => continue,
                    Err(error) => return Err(error).context("receiving"),
                }
            }
            for (buffer, length) in self.buffers.iter().zip(&lengths[..count]) {
                take(&buffer[..*length]);
            }
            if count < BATCH {
                return Ok(());
            }
        }
    }

    /// The same, one system call for each datagram; `take` also gets when it arrived, nanoseconds since 1970.
    pub fn all_stamped(
        &mut self,
        socket: &UdpSocket,
        mut take: impl FnMut(&[u8], u64),
    ) -> Result<()> {
        loop {
            let buffer = &mut self.buffers[0];
            let (length, at) = {
                let mut slices = [IoSliceMut::new(buffer)];
                let received = recvmsg::<()>(
                    socket.as_raw_fd(),
                    &mut slices,
                    Some(&mut self.control),
                    MsgFlags::MSG_DONTWAIT,
                );
                let message = match received {
                    Ok(message) => message,
                    Err(Errno::EAGAIN | Errno::EINTR) => return Ok(()),
                    Err(Errno::ECONNREFUSED) => continue,
                    Err(error) => return Err(error).context("receiving"),
                };
                let at = message.cmsgs().ok().and_then(|mut all| {
                    all.find_map(|one| match one {
                        ControlMessageOwned::ScmTimestampns(at) => nanoseconds(at),
                        _ => None,
                    })
                });
                (message.bytes, at)
            };
            take(
                &self.buffers[0][..length],
                at.unwrap_or_else(crate::peer::stamp::wall_nanoseconds),
            );
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
    use crate::peer::stamp::wall_nanoseconds;

    #[test]
    fn everything_that_waits_is_drained_with_and_without_times() {
        let sink = unconnected(true).unwrap();
        let source = connected(sink.local_addr().unwrap(), false).unwrap();
        let mut drain = Drain::default();
        for round in 0..3_u64 {
            for length in 1..=50_usize {
                source.send(&vec![7; length]).unwrap();
            }
            let mut lengths = Vec::new();
            if round == 1 {
                let now = wall_nanoseconds();
                drain
                    .all_stamped(&sink, |datagram, at| {
                        assert!(now.abs_diff(at) < 1_000_000_000);
                        lengths.push(datagram.len());
                    })
                    .unwrap();
            } else {
                drain
                    .all(&sink, |datagram| lengths.push(datagram.len()))
                    .unwrap();
            }
            assert_eq!(lengths, (1..=50).collect::<Vec<_>>());
        }
    }
}
