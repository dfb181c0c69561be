//! The yardstick: what any server must do at least. Receive a publisher's packet, decrypt it once, and for each viewer
//! of its stream encrypt it with AES-128-GCM and hand it to the kernel, runs of equal length in one `UDP_SEGMENT`
//! message.

use crate::load::socket::{self, Drain};
use crate::peer::rtp::View;
use anyhow::{Context as _, Result, anyhow};
use nix::sys::socket::{ControlMessage, MsgFlags, MultiHeaders, SockaddrIn, sendmmsg};
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::IoSlice;
use std::net::{SocketAddr, SocketAddrV4};
use std::os::fd::AsRawFd as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const TAG: usize = 16;
/// The kernel's limit of segments in one message is 64 (128 in newer ones).
const RUN: usize = 60;
const BATCH: usize = 128;

/// The key between the floor process and watcher `number`; the publisher's is that of `u64::MAX`.
pub struct Key(LessSafeKey);

impl Key {
    pub fn of(number: u64) -> Result<Self> {
        let digest = Sha256::digest(number.to_be_bytes());
        let key = UnboundKey::new(&AES_128_GCM, &digest[..16]).map_err(|_| anyhow!("a bad key"))?;
        Ok(Self(LessSafeKey::new(key)))
    }

    pub fn publisher() -> Result<Self> {
        Self::of(u64::MAX)
    }

    /// Sequence number, time stamp and SSRC: enough to be unique within a bench.
    fn nonce(packet: &[u8]) -> Nonce {
        let mut nonce = [0_u8; 12];
        nonce[2..].copy_from_slice(&packet[2..12]);
        Nonce::assume_unique_for_key(nonce)
    }

    /// Appends the protected form of an RTP packet to `out`.
    pub fn seal(&self, packet: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let view = View::parse(packet).context("not RTP")?;
        let header = packet.len() - view.payload().len();
        let start = out.len();
        out.extend_from_slice(packet);
        let (associated, payload) = out[start..].split_at_mut(header);
        let tag = self
            .0
            .seal_in_place_separate_tag(Self::nonce(packet), Aad::from(associated), payload)
            .map_err(|_| anyhow!("cannot encrypt"))?;
        out.extend_from_slice(tag.as_ref());
        Ok(())
    }

    /// Reads a protected packet into `out`, which is cleared first.
    pub fn open(&self, datagram: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let view = View::parse(datagram).context("not RTP")?;
        let header = datagram.len() - view.payload().len();
        out.clear();
        out.extend_from_slice(datagram);
        let (associated, payload) = out.split_at_mut(header);
        self.0
            .open_in_place(Self::nonce(datagram), Aad::from(associated), payload)
            .map_err(|_| anyhow!("cannot decrypt"))?;
        out.truncate(datagram.len() - TAG);
        Ok(())
    }
}

/// Who gets what.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Routes {
    pub sinks: Vec<SocketAddr>,
    /// For each forwarded stream, by SSRC, the places of its viewers in `sinks`. Empty: all get everything.
    pub streams: HashMap<u32, Vec<usize>>,
}

struct Sink {
    key: Key,
    address: SockaddrIn,
    /// The protected run, packets one after another.
    run: Vec<u8>,
}

/// Fans out what arrives at `ingress` until `stop` is set.
pub fn serve(ingress: &std::net::UdpSocket, routes: &Routes, stop: &AtomicBool) -> Result<()> {
    let publisher = Key::publisher()?;
    let mut sinks = routes
        .sinks
        .iter()
        .zip(0_u64..)
        .map(|(address, number)| {
            let SocketAddr::V4(address) = address else {
                return Err(anyhow!("IPv4 sinks only"));
            };
            Ok(Sink {
                key: Key::of(number)?,
                address: SockaddrIn::from(SocketAddrV4::new(*address.ip(), address.port())),
                run: Vec::with_capacity(RUN * 1_500),
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let everybody: Vec<usize> = (0..sinks.len()).collect();
    let egress = socket::unconnected()?;
    egress.set_nonblocking(false)?;
    ingress.set_nonblocking(false)?;
    ingress.set_read_timeout(Some(Duration::from_millis(200)))?;
    let mut drain = Drain::default();
    let mut headers = MultiHeaders::preallocate(BATCH, Some(nix::cmsg_space!(u16)));
    let mut packets: Vec<Vec<u8>> = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let mut peek = [0_u8; 1];
        if ingress.peek(&mut peek).is_err() {
            continue;
        }
        packets.clear();
        drain.all(ingress, |datagram, _| {
            let mut plain = Vec::with_capacity(datagram.len());
            if publisher.open(datagram, &mut plain).is_ok() {
                packets.push(plain);
            }
        })?;
        let stream = |packet: &[u8]| View::parse(packet).map(|view| view.ssrc());
        for run in packets.chunk_by(|a, b| a.len() == b.len() && stream(a) == stream(b)) {
            let viewers = if routes.streams.is_empty() {
                Some(&everybody)
            } else {
                stream(&run[0]).and_then(|ssrc| routes.streams.get(&ssrc))
            };
            for run in run.chunks(RUN) {
                for viewers in viewers.into_iter().flat_map(|all| all.chunks(BATCH)) {
                    send_run(&egress, &mut headers, &mut sinks, viewers, run)?;
                }
            }
        }
    }
    Ok(())
}

fn send_run(
    egress: &std::net::UdpSocket,
    headers: &mut MultiHeaders<SockaddrIn>,
    sinks: &mut [Sink],
    viewers: &[usize],
    run: &[Vec<u8>],
) -> Result<()> {
    let segment = u16::try_from(run[0].len() + TAG).context("a packet too long")?;
    for viewer in viewers {
        let sink = &mut sinks[*viewer];
        sink.run.clear();
        for packet in run {
            sink.key.seal(packet, &mut sink.run)?;
        }
    }
    let slices: Vec<[IoSlice<'_>; 1]> = viewers
        .iter()
        .map(|viewer| [IoSlice::new(&sinks[*viewer].run)])
        .collect();
    let addresses: Vec<Option<SockaddrIn>> = viewers
        .iter()
        .map(|viewer| Some(sinks[*viewer].address))
        .collect();
    let sent = sendmmsg(
        egress.as_raw_fd(),
        headers,
        slices.iter(),
        &addresses,
        [ControlMessage::UdpGsoSegments(&segment)],
        MsgFlags::empty(),
    )
    .context("sending")?
    .count();
    if sent != viewers.len() {
        return Err(anyhow!("only {sent} of {} sent", viewers.len()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peer::publisher::{Pace, Publisher, Sending};
    use std::time::Instant;

    #[test]
    fn each_sink_gets_every_packet_of_its_streams_under_its_own_key() {
        let ingress = socket::unconnected().unwrap();
        let publisher = socket::connected(ingress.local_addr().unwrap()).unwrap();
        let sinks: Vec<_> = (0..3).map(|_| socket::unconnected().unwrap()).collect();
        let routes = Routes {
            sinks: sinks.iter().map(|s| s.local_addr().unwrap()).collect(),
            streams: HashMap::from([(1, vec![0, 1, 2]), (2, vec![0, 2])]),
        };
        let stop = AtomicBool::new(false);
        let mut packets = Vec::new();
        let now = Instant::now();
        Publisher::new(&Sending::single(1, 2, Pace::FULL), now).poll(
            now,
            &mut packets,
            &mut Vec::new(),
        );
        std::thread::scope(|scope| {
            let serving = scope.spawn(|| serve(&ingress, &routes, &stop));
            let key = Key::publisher().unwrap();
            for packet in &packets {
                let mut sealed = Vec::new();
                key.seal(packet, &mut sealed).unwrap();
                publisher.send(&sealed).unwrap();
            }
            for (sink, number) in sinks.iter().zip(0..) {
                sink.set_nonblocking(false).unwrap();
                let key = Key::of(number).unwrap();
                let mut plain = Vec::new();
                let ssrc = |packet: &[u8]| View::parse(packet).unwrap().ssrc();
                for packet in packets.iter().filter(|p| ssrc(p) == 1 || number != 1) {
                    let mut datagram = [0_u8; 2_048];
                    let length = sink.recv(&mut datagram).unwrap();
                    key.open(&datagram[..length], &mut plain).unwrap();
                    assert_eq!(&plain, packet);
                }
            }
            stop.store(true, Ordering::Relaxed);
            serving.join().unwrap().unwrap();
        });
    }
}
