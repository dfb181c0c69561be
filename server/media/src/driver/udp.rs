//! The UDP socket of a worker: many datagrams for one system call, both ways, and runs of equal datagrams of or for one
//! peer as one (UDP generic receive offload and segmentation offload).

use super::outbox::{Outbox, Path, Queued};
use socket2::{Domain, Protocol, SockAddr, SockAddrStorage, Socket, Type};
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd as _;
use std::ptr;

/// Messages sent with one system call; each is a datagram or a run of them.
pub(super) const BATCH: usize = 64;
/// Messages taken with one system call.
pub(super) const RECEIVED: usize = 32;
/// The longest run of datagrams that the kernel joins.
const JOINED: usize = 1 << 16;
/// What the kernel allows for one segmented send.
const MAX_SEGMENTS: usize = 64;
const MAX_RUN_BYTES: usize = 65_000;
const SOCKET_BUFFER: usize = 8 << 20;

/// Binds a socket that shares its port with those of the other workers.
pub(crate) fn bind(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::DGRAM,
        Some(Protocol::UDP),
    )?;
    socket.set_reuse_port(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(false)?;
    }
    socket.set_nonblocking(true)?;
    // The kernel grants what its limits allow.
    let _ = socket.set_recv_buffer_size(SOCKET_BUFFER);
    let _ = socket.set_send_buffer_size(SOCKET_BUFFER);
    join_received(&socket);
    socket.bind(&address.into())?;
    Ok(socket.into())
}

/// Asks the kernel to join runs of datagrams that one peer sent (Linux 5.0 and later); others leave them as they came.
fn join_received(socket: &Socket) {
    let on: libc::c_int = 1;
    // SAFETY: the option's value is one int, as the length says, and lives through the call.
    #[expect(unsafe_code, reason = "socket2 has no wrapper for UDP_GRO")]
    let result = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_UDP,
            libc::UDP_GRO,
            (&raw const on).cast(),
            libc::socklen_t::try_from(size_of::<libc::c_int>()).unwrap_or(0),
        )
    };
    if result != 0 {
        tracing::debug!("no UDP receive offload");
    }
}

/// What the last batch brought in one place of it.
#[derive(Clone, Copy, Debug)]
struct Arrived {
    from: SocketAddr,
    len: usize,
    /// Length of each of its datagrams but the last.
    segment: usize,
}

/// Memory for one batched receive.
pub(super) struct Receiver {
    /// Places for `RECEIVED` messages, `JOINED` bytes each; pages that nothing was ever written to cost nothing.
    buffer: Box<[u8]>,
    addresses: Box<[SockAddrStorage]>,
    controls: Box<[Control]>,
    /// `None` for those that were cut off.
    arrived: Vec<Option<Arrived>>,
}

impl Receiver {
    pub(super) fn new() -> Self {
        Self {
            buffer: vec![0; JOINED * RECEIVED].into_boxed_slice(),
            addresses: (0..RECEIVED).map(|_| SockAddrStorage::zeroed()).collect(),
            controls: vec![Control([0; 24]); RECEIVED].into_boxed_slice(),
            arrived: Vec::with_capacity(RECEIVED),
        }
    }

    /// Hands over each datagram of the last batch, in order, with its sender. It may be changed where it lies.
    pub(super) fn each(&mut self, mut take: impl FnMut(SocketAddr, &mut [u8])) {
        for (place, arrived) in self.buffer.chunks_exact_mut(JOINED).zip(&self.arrived) {
            let Some(arrived) = arrived else { continue };
            for datagram in place[..arrived.len].chunks_mut(arrived.segment) {
                take(arrived.from, datagram);
            }
        }
    }

    /// Takes what has arrived, at most one batch. Returns how many messages there were.
    pub(super) fn receive(&mut self, socket: &UdpSocket) -> io::Result<usize> {
        self.arrived.clear();
        let mut vectors = [libc::iovec {
            iov_base: ptr::null_mut(),
            iov_len: 0,
        }; RECEIVED];
        // SAFETY: all-zero bytes are a valid mmsghdr: null pointers with zero lengths.
        #[expect(unsafe_code, reason = "plain C structures")]
        let mut headers: [libc::mmsghdr; RECEIVED] = unsafe { std::mem::zeroed() };
        for (index, place) in self.buffer.chunks_exact_mut(JOINED).enumerate() {
            vectors[index] = libc::iovec {
                iov_base: place.as_mut_ptr().cast(),
                iov_len: JOINED,
            };
            let header = &mut headers[index].msg_hdr;
            header.msg_iov = &raw mut vectors[index];
            header.msg_iovlen = 1;
            header.msg_name = (&raw mut self.addresses[index]).cast();
            header.msg_namelen = self.addresses[index].size_of();
            header.msg_control = (&raw mut self.controls[index]).cast();
            header.msg_controllen = size_of::<Control>();
        }
        // SAFETY: every header points at one iovec of `vectors`, which points at one place of `self.buffer`, at one storage
        // of `self.addresses` and at one of `self.controls`; all outlive the call and none is referenced otherwise during
        // it. The lengths given are those of the memory. `headers` has RECEIVED elements.
        #[expect(unsafe_code, reason = "recvmmsg has no safe wrapper in std")]
        let received = unsafe {
            libc::recvmmsg(
                socket.as_raw_fd(),
                headers.as_mut_ptr(),
                libc::c_uint::try_from(RECEIVED).unwrap_or(0),
                libc::MSG_DONTWAIT,
                ptr::null_mut(),
            )
        };
        let received = usize::try_from(received).map_err(|_| io::Error::last_os_error())?;
        for (index, header) in headers.iter().enumerate().take(received) {
            let len = (header.msg_len as usize).min(JOINED);
            let storage = std::mem::replace(&mut self.addresses[index], SockAddrStorage::zeroed());
            // SAFETY: the kernel wrote an address of this length into this storage.
            #[expect(
                unsafe_code,
                reason = "only the kernel's word says what is in the storage"
            )]
            let address = unsafe { SockAddr::new(storage, header.msg_hdr.msg_namelen) };
            let truncated = header.msg_hdr.msg_flags & libc::MSG_TRUNC != 0;
            let segment = self.controls[index].joined(header.msg_hdr.msg_controllen);
            let arrived = address
                .as_socket()
                .filter(|_| !truncated)
                .map(|from| Arrived {
                    from,
                    len,
                    segment: segment.unwrap_or(len).max(1),
                });
            self.arrived.push(arrived);
        }
        Ok(received)
    }
}

/// A run of datagrams for one peer, all but the last of the same length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    start: usize,
    end: usize,
    segment: usize,
    to: SocketAddr,
}

impl Run {
    fn new(datagram: &Queued, to: SocketAddr) -> Self {
        Self {
            start: datagram.start,
            end: datagram.end,
            segment: datagram.end - datagram.start,
            to,
        }
    }

    /// Takes the next datagram in, if it lies behind and may be sent with the same call.
    fn extend(&mut self, datagram: &Queued, to: SocketAddr) -> bool {
        let len = datagram.end - datagram.start;
        let whole = (self.end - self.start).is_multiple_of(self.segment);
        let fits = to == self.to
            && datagram.start == self.end
            && whole
            && len <= self.segment
            && (self.end - self.start) / self.segment < MAX_SEGMENTS
            && datagram.end - self.start <= MAX_RUN_BYTES;
        if fits {
            self.end = datagram.end;
        }
        fits
    }

    const fn is_segmented(&self) -> bool {
        self.end - self.start > self.segment
    }
}

fn runs(queued: &[Queued], segment: bool, runs: &mut Vec<Run>) {
    runs.clear();
    for datagram in queued {
        let Path::Udp(to) = datagram.to else { continue };
        if !(segment && runs.last_mut().is_some_and(|run| run.extend(datagram, to))) {
            runs.push(Run::new(datagram, to));
        }
    }
}

/// Room for one control message with a u16, aligned as a control header must be.
#[repr(C, align(8))]
#[derive(Clone, Copy)]
struct Control([u8; 24]);

impl Control {
    /// The segment length that the kernel told with a run it joined (`UDP_GRO`: an int); `None` with a single datagram.
    fn joined(&self, len: usize) -> Option<usize> {
        const LEN: usize = size_of::<libc::cmsghdr>() + size_of::<libc::c_int>();
        let int = |at: usize| Some(i32::from_ne_bytes(*self.0.get(at..)?.first_chunk()?));
        (len >= LEN && int(8) == Some(libc::SOL_UDP) && int(12) == Some(libc::UDP_GRO))
            .then(|| int(16))
            .flatten()
            .and_then(|segment| usize::try_from(segment).ok())
            .filter(|segment| *segment > 0)
    }
}

pub(super) struct Sender {
    segmentation: bool,
    runs: Vec<Run>,
    addresses: Vec<SockAddr>,
    controls: Vec<Control>,
    vectors: Vec<libc::iovec>,
    headers: Vec<libc::mmsghdr>,
}

// SAFETY: the raw pointers inside `vectors` and `headers` are only valid, and only used, within `send_batch`, which builds
// them anew on every call from data it borrows; between calls the vectors are empty.
#[expect(
    unsafe_code,
    reason = "C structures with pointers that are dead between calls"
)]
unsafe impl Send for Sender {}

impl Sender {
    pub(super) fn new() -> Self {
        Self {
            segmentation: true,
            runs: Vec::new(),
            addresses: Vec::new(),
            controls: Vec::new(),
            vectors: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// Sends all UDP datagrams of the outbox. Returns how many the socket would not take.
    pub(super) fn send(&mut self, socket: &UdpSocket, outbox: &Outbox) -> u64 {
        let mut all = std::mem::take(&mut self.runs);
        runs(outbox.queued(), self.segmentation, &mut all);
        let mut dropped = 0;
        let mut rest = &all[..];
        while !rest.is_empty() {
            let batch = &rest[..rest.len().min(BATCH)];
            match self.send_batch(socket, &outbox.buffer, batch) {
                Ok(sent) => rest = &rest[sent.max(1)..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if !wait_writable(socket) {
                        dropped += rest.len() as u64;
                        break;
                    }
                }
                Err(error) => {
                    let first = batch[0];
                    if first.is_segmented() && self.segmentation {
                        // This kernel or interface cannot segment: one by one from now on.
                        tracing::debug!(%error, "no UDP segmentation");
                        self.segmentation = false;
                        let singles: Vec<Queued> = outbox
                            .queued()
                            .iter()
                            .filter(|datagram| datagram.start >= first.start)
                            .copied()
                            .collect();
                        runs(&singles, false, &mut all);
                        return dropped + self.send_singles(socket, &outbox.buffer, &all);
                    }
                    // Unreachable and the like concern one peer only; its consent will expire.
                    dropped += 1;
                    rest = &rest[1..];
                }
            }
        }
        self.runs = all;
        dropped
    }

    fn send_singles(&mut self, socket: &UdpSocket, buffer: &[u8], singles: &[Run]) -> u64 {
        let mut dropped = 0;
        for batch in singles.chunks(BATCH) {
            let sent = self.send_batch(socket, buffer, batch).unwrap_or(0);
            dropped += (batch.len() - sent) as u64;
        }
        dropped
    }

    fn send_batch(
        &mut self,
        socket: &UdpSocket,
        buffer: &[u8],
        batch: &[Run],
    ) -> io::Result<usize> {
        self.addresses.clear();
        self.controls.clear();
        self.vectors.clear();
        self.headers.clear();
        for run in batch {
            self.addresses.push(SockAddr::from(run.to));
            self.controls.push(segment_control(run.segment));
            let bytes = &buffer[run.start..run.end];
            self.vectors.push(libc::iovec {
                iov_base: bytes.as_ptr().cast_mut().cast(),
                iov_len: bytes.len(),
            });
        }
        for (index, run) in batch.iter().enumerate() {
            // SAFETY: all-zero bytes are a valid mmsghdr.
            #[expect(unsafe_code, reason = "plain C structures")]
            let mut header: libc::mmsghdr = unsafe { std::mem::zeroed() };
            let address = &self.addresses[index];
            header.msg_hdr.msg_name = address.as_ptr().cast_mut().cast();
            header.msg_hdr.msg_namelen = address.len();
            header.msg_hdr.msg_iov = &raw mut self.vectors[index];
            header.msg_hdr.msg_iovlen = 1;
            if run.is_segmented() {
                header.msg_hdr.msg_control = (&raw mut self.controls[index]).cast();
                header.msg_hdr.msg_controllen = size_of::<Control>();
            }
            self.headers.push(header);
        }
        // SAFETY: each header points at one address, one iovec and at most one control message of this call's vectors,
        // which no longer grow; each iovec points into `buffer`, which outlives the call and which the kernel only reads.
        #[expect(unsafe_code, reason = "sendmmsg has no safe wrapper in std")]
        let sent = unsafe {
            libc::sendmmsg(
                socket.as_raw_fd(),
                self.headers.as_mut_ptr(),
                libc::c_uint::try_from(self.headers.len()).unwrap_or(0),
                libc::MSG_DONTWAIT,
            )
        };
        self.headers.clear();
        self.vectors.clear();
        usize::try_from(sent).map_err(|_| io::Error::last_os_error())
    }
}

/// A `UDP_SEGMENT` control message: header of length, level and type, then the segment length.
fn segment_control(segment: usize) -> Control {
    const LEN: usize = size_of::<libc::cmsghdr>() + size_of::<u16>();
    let mut control = Control([0; 24]);
    control.0[..8].copy_from_slice(&LEN.to_ne_bytes());
    control.0[8..12].copy_from_slice(&libc::SOL_UDP.to_ne_bytes());
    control.0[12..16].copy_from_slice(&libc::UDP_SEGMENT.to_ne_bytes());
    control.0[16..18].copy_from_slice(&u16::try_from(segment).unwrap_or(u16::MAX).to_ne_bytes());
    control
}

/// Waits a moment for room in the socket's buffer. Returns whether there is.
fn wait_writable(socket: &UdpSocket) -> bool {
    let mut poll = libc::pollfd {
        fd: socket.as_raw_fd(),
        events: libc::POLLOUT,
        revents: 0,
    };
    // SAFETY: one pollfd, as the count says, that lives through the call.
    #[expect(unsafe_code, reason = "poll has no safe wrapper in std")]
    let ready = unsafe { libc::poll(&raw mut poll, 1, 2) };
    ready > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> (UdpSocket, UdpSocket, SocketAddr) {
        let local: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let (a, b) = (bind(local).unwrap(), bind(local).unwrap());
        let to = b.local_addr().unwrap();
        (a, b, to)
    }

    #[test]
    fn runs_of_equal_datagrams_go_together_and_arrive_one_by_one() {
        let (sending, receiving, to) = pair();
        let mut outbox = Outbox::default();
        let lengths = [1000, 1000, 1000, 400, 1000, 50];
        for (index, len) in lengths.into_iter().enumerate() {
            outbox.push(&vec![u8::try_from(index).unwrap(); len], Path::Udp(to));
        }
        let mut built = Vec::new();
        runs(outbox.queued(), true, &mut built);
        assert_eq!(built.len(), 2, "a shorter datagram ends its run");
        assert_eq!(Sender::new().send(&sending, &outbox), 0);
        let mut arrived = Vec::new();
        let mut receiver = Receiver::new();
        let mut messages = 0;
        while arrived.len() < lengths.len() {
            messages += receiver.receive(&receiving).unwrap_or(0);
            receiver.each(|_, datagram| arrived.push((datagram[0], datagram.len())));
        }
        assert_eq!(messages, 2, "each run is received as one");
        let expected: Vec<_> = (0_u8..).zip(lengths).collect();
        assert_eq!(arrived, expected);
    }

    #[test]
    fn datagrams_of_different_peers_stay_apart() {
        let mut outbox = Outbox::default();
        let (one, two): (SocketAddr, SocketAddr) = (
            "127.0.0.1:1".parse().unwrap(),
            "127.0.0.1:2".parse().unwrap(),
        );
        for to in [one, one, two, one] {
            outbox.push(&[0; 100], Path::Udp(to));
        }
        let mut built = Vec::new();
        runs(outbox.queued(), true, &mut built);
        assert_eq!(
            built
                .iter()
                .map(|run| (run.to, run.end - run.start))
                .collect::<Vec<_>>(),
            [(one, 200), (two, 100), (one, 100)]
        );
    }
}
