//! The UDP socket of a worker: many datagrams for one system call, both ways, and runs of equal datagrams for one peer
//! as one (UDP segmentation offload).

use super::outbox::{Outbox, Path, Queued};
use socket2::{Domain, Protocol, SockAddr, SockAddrStorage, Socket, Type};
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd as _;
use std::ptr;

/// Datagrams taken or sent with one system call.
pub(super) const BATCH: usize = 64;
/// No datagram on a path of ours is longer than an Ethernet frame.
const DATAGRAM: usize = 2048;
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
    socket.bind(&address.into())?;
    Ok(socket.into())
}

/// Memory for one batched receive.
pub(super) struct Receiver {
    buffers: Box<[[u8; DATAGRAM]]>,
    addresses: Box<[SockAddrStorage]>,
    /// Sender and length of each datagram of the last batch; `None` for those that were cut off.
    arrived: Vec<Option<(SocketAddr, usize)>>,
}

impl Receiver {
    pub(super) fn new() -> Self {
        Self {
            buffers: vec![[0; DATAGRAM]; BATCH].into_boxed_slice(),
            addresses: (0..BATCH).map(|_| SockAddrStorage::zeroed()).collect(),
            arrived: Vec::with_capacity(BATCH),
        }
    }

    /// A datagram of the last batch.
    pub(super) fn datagram(&self, index: usize) -> Option<(SocketAddr, &[u8])> {
        let (from, len) = (*self.arrived.get(index)?)?;
        Some((from, &self.buffers[index][..len]))
    }

    /// Takes what has arrived, at most one batch. Returns how many datagrams there were.
    pub(super) fn receive(&mut self, socket: &UdpSocket) -> io::Result<usize> {
        self.arrived.clear();
        let mut vectors = [libc::iovec {
            iov_base: ptr::null_mut(),
            iov_len: 0,
        }; BATCH];
        // SAFETY: all-zero bytes are a valid mmsghdr: null pointers with zero lengths.
        #[expect(unsafe_code, reason = "plain C structures")]
        let mut headers: [libc::mmsghdr; BATCH] = unsafe { std::mem::zeroed() };
        for index in 0..BATCH {
            vectors[index] = libc::iovec {
                iov_base: self.buffers[index].as_mut_ptr().cast(),
                iov_len: DATAGRAM,
            };
            let header = &mut headers[index].msg_hdr;
            header.msg_iov = &raw mut vectors[index];
            header.msg_iovlen = 1;
            header.msg_name = (&raw mut self.addresses[index]).cast();
            header.msg_namelen = self.addresses[index].size_of();
        }
        // SAFETY: every header points at one iovec of `vectors`, which points at one buffer of `self.buffers`, and at one
        // storage of `self.addresses`; all three outlive the call and none is referenced otherwise during it. The lengths
        // given are those of the memory. `headers` has BATCH elements.
        #[expect(unsafe_code, reason = "recvmmsg has no safe wrapper in std")]
        let received = unsafe {
            libc::recvmmsg(
                socket.as_raw_fd(),
                headers.as_mut_ptr(),
                libc::c_uint::try_from(BATCH).unwrap_or(0),
                libc::MSG_DONTWAIT,
                ptr::null_mut(),
            )
        };
        let received = usize::try_from(received).map_err(|_| io::Error::last_os_error())?;
        for (index, header) in headers.iter().enumerate().take(received) {
            let len = (header.msg_len as usize).min(DATAGRAM);
            let storage = std::mem::replace(&mut self.addresses[index], SockAddrStorage::zeroed());
            // SAFETY: the kernel wrote an address of this length into this storage.
            #[expect(
                unsafe_code,
                reason = "only the kernel's word says what is in the storage"
            )]
            let address = unsafe { SockAddr::new(storage, header.msg_hdr.msg_namelen) };
            let truncated = header.msg_hdr.msg_flags & libc::MSG_TRUNC != 0;
            self.arrived.push(
                address
                    .as_socket()
                    .filter(|_| !truncated)
                    .map(|from| (from, len)),
            );
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
        while arrived.len() < lengths.len() {
            let count = receiver.receive(&receiving).unwrap_or(0);
            let datagrams = (0..count).filter_map(|index| receiver.datagram(index));
            arrived.extend(datagrams.map(|(_, datagram)| (datagram[0], datagram.len())));
        }
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
