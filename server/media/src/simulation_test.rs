//! From a publisher's packets to a viewer's, over a link that loses and reorders, without sockets or keys.

use crate::api::{PeerKind, SourceKind};
use crate::egress::cache::PacketCache;
use crate::egress::slot::Offered;
use crate::egress::subscriber::{Subscriber, Wishes};
use crate::ingress::publisher::{Ingress, Publisher};
use crate::packet::{Feed, Packet, SourceId};
use crate::sdp::{Offer, Session};
use crate::wire::rtcp;
use crate::wire::rtp::RtpView;
use bytes::Bytes;
use rtc_rtcp::transport_feedbacks::transport_layer_nack::TransportLayerNack;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

const HEAD: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 AA:BB\r\na=setup:actpass\r\n";
const VIDEO: &str = "a=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\na=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n";

fn session(direction: &str, more: &str, kind: PeerKind) -> Session {
    let sdp = format!(
        "{HEAD}m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na={direction}\r\n{VIDEO}{more}"
    );
    let mut ssrc = 1000;
    Session::new(Offer::parse(&sdp).unwrap(), kind, true, || {
        ssrc += 1;
        Some(ssrc)
    })
    .unwrap()
}

/// A camera with its own numbers.
struct Camera {
    ssrc: u32,
    rid: &'static str,
    sequence: u16,
    repeat_sequence: u16,
    timestamp: u32,
    picture: u16,
    tl0: u8,
    sent: HashMap<u16, Vec<u8>>,
}

impl Camera {
    fn new(ssrc: u32, rid: &'static str, sequence: u16, timestamp: u32, picture: u16) -> Self {
        Self {
            ssrc,
            rid,
            sequence,
            repeat_sequence: 7,
            timestamp,
            picture,
            tl0: 250,
            sent: HashMap::new(),
        }
    }

    fn header(
        &self,
        payload_type: u8,
        sequence: u16,
        ssrc: u32,
        rid_id: u8,
        padding: bool,
    ) -> Vec<u8> {
        let mut packet = vec![if padding { 0xb0 } else { 0x90 }, payload_type];
        packet.extend(sequence.to_be_bytes());
        packet.extend(self.timestamp.to_be_bytes());
        packet.extend(ssrc.to_be_bytes());
        let mut extensions = vec![0x40, b'0'];
        if !self.rid.is_empty() {
            extensions.push(rid_id << 4 | u8::try_from(self.rid.len() - 1).unwrap());
            extensions.extend(self.rid.as_bytes());
        }
        extensions.resize(extensions.len().next_multiple_of(4), 0);
        packet.extend([0xbe, 0xde, 0, u8::try_from(extensions.len() / 4).unwrap()]);
        packet.extend(extensions);
        packet
    }

    /// A picture of three packets.
    fn picture(&mut self, key: bool) -> Vec<Vec<u8>> {
        self.timestamp = self.timestamp.wrapping_add(3000);
        self.picture = (self.picture + 1) & 0x7fff;
        self.tl0 = self.tl0.wrapping_add(1);
        (0..3_u8)
            .map(|part| {
                let mut packet = self.header(96, self.sequence, self.ssrc, 10, false);
                let [high, low] = (self.picture | 0x8000).to_be_bytes();
                let start = if part == 0 { 0x90 } else { 0x80 };
                packet.extend([start, 0xe0, high, low, self.tl0, 0, u8::from(!key), part]);
                self.sent.insert(self.sequence, packet.clone());
                self.sequence = self.sequence.wrapping_add(1);
                packet
            })
            .collect()
    }

    fn padding(&mut self) -> Vec<u8> {
        let mut packet = self.header(96, self.sequence, self.ssrc, 10, true);
        packet.extend([0, 0, 0, 4]);
        self.sent.insert(self.sequence, packet.clone());
        self.sequence = self.sequence.wrapping_add(1);
        packet
    }

    /// Sends a packet again on the retransmission stream.
    fn repeat(&mut self, sequence: u16) -> Vec<u8> {
        let original = &self.sent[&sequence];
        let view = RtpView::parse(original, false).unwrap();
        let mut packet = self.header(97, self.repeat_sequence, self.ssrc + 1, 11, false);
        packet[4..8].copy_from_slice(&view.timestamp.to_be_bytes());
        packet.extend(sequence.to_be_bytes());
        packet.extend(&original[view.header_len..original.len() - view.padding_len]);
        self.repeat_sequence = self.repeat_sequence.wrapping_add(1);
        packet
    }
}

/// What a viewer received on one slot, by extended sequence number: timestamp, picture id, first octet of the frame.
#[derive(Default)]
struct Receiver {
    packets: BTreeMap<u64, (u32, u16, u8)>,
}

impl Receiver {
    fn receive(&mut self, packet: &[u8]) {
        let view = RtpView::parse(packet, false).unwrap();
        assert_eq!(
            view.extension(4),
            Some(&b"0"[..]),
            "every packet names its section"
        );
        let payload = &packet[view.header_len..];
        let (sequence, payload) = match view.payload_type {
            97 => (u16::from_be_bytes([payload[0], payload[1]]), &payload[2..]),
            _ => (view.sequence, payload),
        };
        let highest = self
            .packets
            .last_key_value()
            .map_or(u64::from(sequence) + (1 << 16), |(highest, _)| *highest);
        let distance = sequence
            .wrapping_sub((highest & 0xffff) as u16)
            .cast_signed();
        let extended = highest.checked_add_signed(i64::from(distance)).unwrap();
        let picture = u16::from_be_bytes([payload[2], payload[3]]) & 0x7fff;
        assert_eq!(
            self.packets
                .insert(extended, (view.timestamp, picture, payload[6])),
            None,
            "a packet came twice"
        );
    }

    fn missing(&self) -> Vec<u16> {
        let (Some((first, _)), Some((last, _))) = (
            self.packets.first_key_value(),
            self.packets.last_key_value(),
        ) else {
            return Vec::new();
        };
        (*first..=*last)
            .filter(|sequence| !self.packets.contains_key(sequence))
            .map(|sequence| (sequence & 0xffff) as u16)
            .collect()
    }

    /// All there, in order of time, pictures numbered one by one.
    fn assert_continuous(&self) {
        assert_eq!(self.missing(), [0_u16; 0]);
        let packets: Vec<_> = self.packets.values().collect();
        for pair in packets.windows(2) {
            let step = pair[1].0.wrapping_sub(pair[0].0);
            assert!(step < 1 << 20, "time runs backwards: {step}");
            let pictures = pair[1].1.wrapping_sub(pair[0].1) & 0x7fff;
            assert_eq!(
                pictures,
                u16::from(step > 0),
                "pictures are numbered one by one"
            );
        }
    }
}

struct Room {
    now: Instant,
    publisher: Publisher,
    subscriber: Subscriber,
    caches: HashMap<Feed, PacketCache>,
    receiver: Receiver,
    lose_down: u32,
    forwarded: u32,
}

impl Room {
    fn new(publish: &str) -> Self {
        let now = Instant::now();
        let mut source = 0;
        let publisher = Publisher::new(
            &session("sendonly", publish, PeerKind::Whip),
            1,
            now,
            || {
                source += 1;
                SourceId(source)
            },
        );
        let subscriber =
            Subscriber::new(&session("recvonly", "", PeerKind::Whep), now, 3000, || {
                0xffff_fff0
            });
        Self {
            now,
            publisher,
            subscriber,
            caches: HashMap::new(),
            receiver: Receiver::default(),
            lose_down: 0,
            forwarded: 0,
        }
    }

    fn aim(&mut self, layer: u8) {
        self.subscriber.slots[0].aim(Feed {
            source: SourceId(1),
            layer,
        });
    }

    /// A packet arrives from the publisher and goes to the viewer, where every `lose_down`-th is lost.
    fn publish(&mut self, packet: &[u8]) {
        let Ingress::Media { packet, .. } = self
            .publisher
            .receive(self.now, &Bytes::copy_from_slice(packet))
        else {
            return;
        };
        let packet = Arc::new(packet);
        self.caches.entry(packet.feed).or_default().insert(&packet);
        self.forward(&packet);
    }

    fn forward(&mut self, packet: &Packet) {
        let mut out = Vec::new();
        if let (Offered::Send { .. }, Some(_)) =
            self.subscriber.forward(self.now, 0, packet, &mut out)
        {
            self.forwarded += 1;
            if self.lose_down == 0 || !self.forwarded.is_multiple_of(self.lose_down) {
                self.receiver.receive(&out);
            }
        }
    }

    /// What the publisher is asked to send again.
    fn asked(&mut self) -> Vec<u16> {
        let (packets, _) = self.publisher.nacks(self.now);
        packets
            .iter()
            .flat_map(|packet| rtcp::read(packet))
            .filter_map(|packet| {
                packet
                    .as_any()
                    .downcast_ref::<TransportLayerNack>()
                    .cloned()
            })
            .flat_map(|nack| {
                nack.nacks
                    .into_iter()
                    .flat_map(|pair| pair.packet_list())
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    /// The viewer asks for what it misses.
    fn repair_down(&mut self) {
        let ssrc = self.subscriber.slots[0].offered.ssrcs.media;
        for report in rtcp::nack(9, ssrc, &self.receiver.missing())
            .iter()
            .flat_map(|packet| rtcp::read(packet))
        {
            let mut wishes = Wishes::default();
            self.subscriber
                .report(self.now, report.as_ref(), &mut wishes);
            for (slot, repeat) in wishes.repeats {
                let packet = Arc::clone(
                    self.caches[&repeat.feed]
                        .get(repeat.source_sequence)
                        .unwrap(),
                );
                let mut out = Vec::new();
                self.subscriber
                    .repeat(self.now, slot, &repeat, &packet, &mut out)
                    .unwrap();
                self.receiver.receive(&out);
            }
        }
    }
}

#[test]
fn losses_on_both_sides_and_padding_are_mended_across_all_rollovers() {
    let mut room = Room::new("");
    let mut camera = Camera::new(50, "", 65_400, 0xffff_0000, 32_700);
    room.aim(0);
    room.lose_down = 11;
    let mut count = 0;
    for picture in 0..300 {
        room.now += Duration::from_millis(33);
        for packet in camera.picture(picture == 0) {
            count += 1;
            // The first is spared, because a slot begins with the key frame it saw, and the last, which nothing follows.
            if count == 1 || count == 900 || count % 9 != 0 {
                room.publish(&packet);
            }
        }
        if picture % 7 == 3 {
            let padding = camera.padding();
            room.publish(&padding);
        }
        for sequence in room.asked() {
            let repeat = camera.repeat(sequence);
            room.publish(&repeat);
        }
        if picture % 20 == 19 {
            room.repair_down();
        }
    }
    room.now += Duration::from_millis(100);
    for sequence in room.asked() {
        let repeat = camera.repeat(sequence);
        room.publish(&repeat);
    }
    room.repair_down();
    room.receiver.assert_continuous();
    assert_eq!(room.receiver.packets.len(), 900);
}

#[test]
fn a_layer_switch_waits_for_a_key_frame_and_leaves_no_seam() {
    let layers = "a=rid:l send\r\na=rid:h send\r\na=simulcast:send l;h\r\n";
    let mut room = Room::new(layers);
    let mut low = Camera::new(50, "l", 100, 500, 10);
    let mut high = Camera::new(60, "h", 40_000, 0x8000_0000, 20_000);
    room.aim(0);
    for picture in 0..60 {
        room.now += Duration::from_millis(33);
        if picture == 20 {
            room.aim(1);
        }
        // The key frame comes five pictures after it was asked for.
        let key = picture == 0 || picture == 25;
        for packet in low.picture(key).into_iter().chain(high.picture(key)) {
            room.publish(&packet);
        }
        let bound = room.subscriber.slots[0].bound().unwrap();
        assert_eq!(bound.layer, u8::from(picture >= 25), "picture {picture}");
    }
    room.receiver.assert_continuous();
    // The low picture that left just before the high key frame stays.
    assert_eq!(room.receiver.packets.len(), 183);
    assert_eq!(room.publisher.tracks[0].kind, SourceKind::Camera);
}

#[test]
fn a_packet_from_before_a_switch_can_still_be_repeated() {
    let layers = "a=rid:l send\r\na=rid:h send\r\na=simulcast:send l;h\r\n";
    let mut room = Room::new(layers);
    let mut low = Camera::new(50, "l", 100, 500, 10);
    let mut high = Camera::new(60, "h", 40_000, 7, 20_000);
    room.aim(0);
    room.lose_down = 4;
    for picture in 0..12 {
        room.now += Duration::from_millis(33);
        if picture == 6 {
            room.aim(1);
        }
        for packet in low
            .picture(picture == 0)
            .into_iter()
            .chain(high.picture(picture == 6))
        {
            room.publish(&packet);
        }
    }
    assert!(!room.receiver.missing().is_empty());
    room.repair_down();
    room.receiver.assert_continuous();
}
