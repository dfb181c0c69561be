//! What a packet costs once everything is under way: a worker with real sockets and keys, and the clock in our hands.

use super::Worker;
use crate::api::{MediaConfig, MediaEvents, PeerKind};
use crate::counting_test::allocations;
use crate::crypto::certificate::Identity;
use crate::crypto::dtls::DtlsConfigs;
use crate::crypto::srtp::{SrtpKeys, SrtpProfile, SrtpWriter};
use crate::driver::connection::{Admission, Connection};
use crate::driver::ice::Credentials;
use crate::driver::outbox::Path;
use crate::driver::shared::{Counters, Mailbox, Shared, WorkerId};
use crate::sdp::{Offer, Session};
use giaoban_signaling::ids::{BriefingId, PeerId, SeatId};
use giaoban_signaling::plan::MediaPlan;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use uuid::Uuid;

const HEAD: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 AA:BB\r\na=setup:actpass\r\n";
const VIEWERS: u16 = 40;
const VOICE: u32 = 7;
const PICTURE: u32 = 8;
const MARKER: u8 = 0x80;

fn offer(direction: &str) -> Offer {
    let extensions = "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\na=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n";
    let ssrc = |ssrc: u32| match direction {
        "sendonly" => format!("a=ssrc:{ssrc} cname:c\r\n"),
        _ => String::new(),
    };
    let (voice, picture) = (ssrc(VOICE), ssrc(PICTURE));
    let sdp = format!(
        "{HEAD}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na={direction}\r\na=rtpmap:111 opus/48000/2\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n{extensions}{voice}m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na={direction}\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n{extensions}{picture}"
    );
    Offer::parse(&sdp).unwrap()
}

struct Scene {
    worker: Worker,
    briefing: BriefingId,
    seat: SeatId,
    now: Instant,
    /// Sockets of the peers, so that nothing comes back as unreachable.
    sockets: Vec<UdpSocket>,
    writer: SrtpWriter,
    pictures: u16,
    _events: MediaEvents,
}

impl Scene {
    fn new() -> Self {
        let provider = crate::crypto::provider().unwrap();
        let identity = Identity::generate(provider.crypto()).unwrap();
        let dtls = Arc::new(DtlsConfigs::new(&identity, &provider).unwrap());
        let udp = crate::driver::bind_udp("127.0.0.1:0".parse().unwrap()).unwrap();
        let local = udp.local_addr().unwrap();
        let poll = mio::Poll::new().unwrap();
        let waker = mio::Waker::new(poll.registry(), crate::driver::WAKER).unwrap();
        let (mailbox, inbox) = Mailbox::new(waker);
        let (events, receiver) = MediaEvents::channel();
        let shared = Arc::new(Shared::new(
            MediaConfig::default(),
            Arc::clone(&provider),
            identity,
            dtls,
            local,
            vec![local],
            vec![mailbox],
            events,
        ));
        let worker = Worker::new(WorkerId(0), shared, poll, udp, None, inbox).unwrap();
        let keys = keys(0);
        let mut scene = Self {
            worker,
            briefing: BriefingId(Uuid::from_u128(1)),
            seat: SeatId(Uuid::from_u128(2)),
            now: Instant::now(),
            sockets: Vec::new(),
            writer: SrtpWriter::new(&keys.of_the_peer(), provider.crypto()).unwrap(),
            pictures: 0,
            _events: receiver,
        };
        scene.join(PeerKind::Whip, 0);
        for number in 1..=VIEWERS {
            scene.join(PeerKind::Whep, number);
        }
        let mut plan = MediaPlan {
            revision: 1,
            main: Some(scene.seat),
            ..MediaPlan::default()
        };
        plan.floor.insert(scene.seat);
        scene
            .worker
            .router
            .set_plan(scene.briefing, &Arc::new(plan));
        scene.worker.dirty.insert(scene.briefing);
        scene
    }

    /// A peer that has its keys and its path.
    fn join(&mut self, kind: PeerKind, number: u16) {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address: SocketAddr = socket.local_addr().unwrap();
        self.sockets.push(socket);
        let publishes = (kind == PeerKind::Whip).then_some(self.seat);
        let direction = publishes.map_or("recvonly", |_| "sendonly");
        let mut random = 1000 * u32::from(number);
        let mut random = || {
            random += 1;
            random
        };
        let session = Session::new(offer(direction), kind, publishes.is_some(), || {
            Some(random())
        })
        .unwrap();
        let shared = Arc::clone(&self.worker.shared);
        let mut connection = Connection::new(
            Admission {
                peer: PeerId(Uuid::from_u128(u128::from(number))),
                briefing: self.briefing,
                publishes,
                views: None,
                link_kbps: 10_000,
            },
            &session,
            Credentials {
                ufrag: number.to_string(),
                pwd: String::new(),
            },
            Arc::clone(&shared.dtls),
            Arc::clone(&shared.provider),
            self.now,
            random,
            || shared.next_source(),
        );
        connection.connect_at_once(&keys(number), Path::Udp(address));
        let key = self.worker.adopt(self.now, connection);
        self.worker.by_address.insert(address, key);
    }

    /// The publisher sends a picture of three packets, and a voice.
    fn publish(&mut self) {
        let to = self.worker.shared.local;
        let starts = self.pictures < 10;
        for part in 0..4_u8 {
            let voice = part == 3;
            let (payload_type, ssrc, number) = if voice {
                (MARKER + 111, VOICE, self.pictures)
            } else {
                let last = u8::from(part == 2) * MARKER;
                (last + 96, PICTURE, 3 * self.pictures + u16::from(part))
            };
            let mut packet = vec![0x90, payload_type];
            packet.extend(number.to_be_bytes());
            packet.extend((u32::from(self.pictures) * 960).to_be_bytes());
            packet.extend(ssrc.to_be_bytes());
            packet.extend([0xbe, 0xde, 0, 1, 0x31]);
            packet.extend((4 * self.pictures + u16::from(part)).to_be_bytes());
            packet.push(0);
            let header_len = packet.len();
            packet.extend([if part == 0 { 0x10 } else { 0 }, u8::from(!starts)]);
            packet.resize(1000, part);
            let sequence = u64::from(number);
            assert!(
                self.writer
                    .seal_rtp(&mut packet, 0, header_len, ssrc, sequence)
            );
            self.sockets[0].send_to(&packet, to).unwrap();
        }
        self.pictures += 1;
    }

    fn counters(&self) -> &Counters {
        &self.worker.shared.counters[0]
    }

    /// The worker does what it does between two sleeps, until it has taken what was published. Returns how often it asked
    /// for memory.
    fn work(&mut self) -> u64 {
        let before = allocations();
        let published = 4 * u64::from(self.pictures);
        while self.counters().packets_received.load(Ordering::Relaxed) < published {
            self.worker.receive_udp(self.now);
        }
        self.worker.take_control(self.now);
        self.worker.finish_round(self.now);
        allocations() - before
    }

    /// Many pictures while no time passes, so that no timer is due. Returns how often the worker asked for memory.
    fn stretch(&mut self) -> u64 {
        (0..300)
            .map(|_| {
                self.publish();
                self.work()
            })
            .sum()
    }
}

#[test]
fn neither_a_received_nor_a_forwarded_packet_needs_new_memory() {
    let mut scene = Scene::new();
    for _ in 0..30 {
        scene.now += Duration::from_millis(20);
        scene.publish();
        scene.work();
    }
    scene.stretch();
    // Less than a silence, after which everything would begin anew.
    scene.now += Duration::from_secs(1);
    scene.work();
    let before = scene.counters().packets_forwarded.load(Ordering::Relaxed);
    let asked = scene.stretch();
    let forwarded = scene.counters().packets_forwarded.load(Ordering::Relaxed);
    assert_eq!(forwarded - before, 300 * 4 * u64::from(VIEWERS));
    assert_eq!(asked, 0);
}

fn keys(number: u16) -> SrtpKeys {
    SrtpKeys::for_test(SrtpProfile::Aes128Gcm, number)
}
