use super::Pieces;
use crate::api::PeerKind;
use crate::egress::slot::Offered;
use crate::egress::subscriber::Subscriber;
use crate::ingress::publisher::{Ingress, Publisher};
use crate::packet::{Feed, SourceId};
use crate::sdp::{Offer, Session};
use crate::wire::rtcp;
use crate::wire::rtp::RtpView;
use bytes::Bytes;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What the server takes of an offer.
pub(super) const OFFER_LIMIT: usize = 64 * 1024;

const HEAD: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 AA:BB\r\na=setup:actpass\r\n";
const EXTENSIONS: &str = "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\na=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\na=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n";
const DEPENDENCY: &str = "a=extmap:12 https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension\r\n";
const AUDIO: &str = "a=rtpmap:111 opus/48000/2\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n";
const VIDEO: &str = "a=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=rtpmap:102 H264/90000\r\na=fmtp:102 packetization-mode=1\r\na=rtpmap:103 rtx/90000\r\na=fmtp:103 apt=102\r\na=rtpmap:98 VP9/90000\r\na=rtpmap:45 AV1/90000\r\n";

/// A session with a voice and a picture in one direction. `None` cannot be: the offer is a good one.
pub(super) fn session(direction: &str, more: &str, kind: PeerKind) -> Option<Session> {
    let sdp = format!(
        "{HEAD}m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na={direction}\r\n{AUDIO}{EXTENSIONS}m=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103 98 45\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na={direction}\r\n{VIDEO}{EXTENSIONS}{DEPENDENCY}{more}"
    );
    let mut ssrc = 1000;
    let offer = Offer::parse(&sdp).ok()?;
    Session::new(offer, kind, true, || {
        ssrc += 1;
        Some(ssrc)
    })
    .ok()
}

/// A publisher's packets through to a viewer: what leaves reads as RTP, is no longer than what came and what we add, and
/// no number is used twice for different packets (the nonce of AES-GCM is made of it).
pub fn ingress(input: &[u8]) {
    let now = Instant::now();
    let layers = "a=rid:l send\r\na=rid:m send\r\na=rid:h send\r\na=simulcast:send l;m;h\r\n";
    let (Some(sent), Some(watched)) = (
        session("sendonly", layers, PeerKind::Whip),
        session("recvonly", "", PeerKind::Whep),
    ) else {
        return;
    };
    let mut sources = 0;
    let mut publisher = Publisher::new(&sent, 1, now, || {
        sources += 1;
        SourceId(sources)
    });
    let mut viewer = Viewer {
        subscriber: Subscriber::new(&watched, now, 3000, || 0xffff_fff0),
        used: BTreeSet::new(),
        out: Vec::new(),
    };
    let mut now = now;
    for piece in Pieces(input) {
        let Some((&control, rest)) = piece.split_first() else {
            continue;
        };
        now += Duration::from_millis(u64::from(control >> 4) * 7);
        if control & 1 == 1 {
            let (source, layer) = (SourceId(u32::from(control >> 1 & 1) + 1), control >> 2 & 3);
            viewer.aim(Feed {
                source,
                layer: layer.min(2),
            });
        }
        let packet = packet(rest);
        if let Ingress::Media { track, packet } = publisher.receive(now, &packet) {
            assert!(track < publisher.tracks.len());
            viewer.watch(now, &packet);
        }
        if control & 2 == 2 {
            account(now, &mut publisher);
        }
    }
    account(now, &mut publisher);
}

/// A packet of one of the streams that the session has: kind, number and time from the first octets, the rest is payload.
fn packet(piece: &[u8]) -> Bytes {
    let Some((head, payload)) = piece.split_first_chunk::<6>() else {
        return Bytes::copy_from_slice(piece);
    };
    let (payload_type, mid) = match head[0] & 7 {
        0 => (111, b'0'),
        1 => (63, b'0'),
        2 => (96, b'1'),
        3 => (98, b'1'),
        4 => (97, b'1'),
        5 => (45, b'1'),
        6 => (102, b'1'),
        _ => (103, b'1'),
    };
    let layer = head[0] >> 3 & 3;
    let padding = u8::from(head[0] & 0x80 != 0) << 5;
    let mut packet = vec![0x90 | padding, payload_type | head[0] & 0x40 << 1];
    packet.extend([head[1], head[2], 0, head[3], head[4], 0, 0, 0]);
    packet.extend([payload_type, layer]);
    let rid_id = if matches!(payload_type, 97 | 103) {
        11
    } else {
        10
    };
    let rid = [b'l', b'm', b'h', b'x'][usize::from(layer)];
    let mut extensions = vec![1, 1, head[5], 3, 2, head[5], head[2]];
    extensions.extend([4, 1, mid, rid_id, 1, rid]);
    let mut payload = payload;
    if payload_type == 45
        && let Some((&len, rest)) = payload.split_first()
        && let Some((descriptor, rest)) = rest.split_at_checked(usize::from(len))
    {
        extensions.extend([12, len]);
        extensions.extend_from_slice(descriptor);
        payload = rest;
    }
    extensions.resize(extensions.len().next_multiple_of(4), 0);
    let words = u16::try_from(extensions.len() / 4).unwrap_or_default();
    packet.extend([0x10, 0]);
    packet.extend(words.to_be_bytes());
    packet.extend(extensions);
    packet.extend(payload);
    packet.into()
}

/// Everything that is asked of a publisher from time to time, as it goes on the wire.
fn account(now: Instant, publisher: &mut Publisher) {
    let (nacks, count) = publisher.nacks(now);
    assert!(count <= 4096, "asks for {count} packets at once");
    for source in [1, 2] {
        publisher.want_keyframe(SourceId(source));
    }
    let mut packets = publisher.transport_feedback();
    packets.extend(nacks);
    packets.extend(publisher.keyframe_requests(now));
    packets.extend(publisher.receiver_report(now).map(|(report, ..)| report));
    for packet in packets {
        assert!(packet.len() <= 1400, "{} octets of RTCP", packet.len());
        assert!(!rtcp::read(&packet).is_empty(), "unreadable: {packet:02x?}");
    }
}

struct Viewer {
    subscriber: Subscriber,
    used: BTreeSet<(u32, u64)>,
    out: Vec<u8>,
}

impl Viewer {
    fn aim(&mut self, feed: Feed) {
        let slot = usize::from(feed.source == SourceId(2));
        self.subscriber.slots[slot].aim(Feed {
            layer: if slot == 0 { 0 } else { feed.layer },
            ..feed
        });
    }

    fn watch(&mut self, now: Instant, packet: &crate::packet::Packet) {
        let slot = usize::from(packet.feed.source == SourceId(2));
        self.out.clear();
        let (offered, written) =
            self.subscriber
                .forward(now, slot, &Arc::new(packet.clone()), &mut self.out);
        assert_eq!(matches!(offered, Offered::Send { .. }), written.is_some());
        let Some(written) = written else { return };
        assert!(
            self.used.insert((written.ssrc, written.sequence)),
            "a number is used twice"
        );
        let view = RtpView::parse(&self.out, false);
        assert!(view.is_some());
        let Some(view) = view else { return };
        assert_eq!(view.header_len, written.header_len);
        assert_eq!(u64::from(view.sequence), written.sequence & 0xffff);
        // A voice may carry the one before it along.
        let more = if packet.is_audio() { 1024 + 5 } else { 4 };
        assert!(self.out.len() <= view.header_len + packet.payload.len() + more);
    }
}
