//! From publishers' packets to a viewer's, over a link that loses and reorders, without sockets or keys.

mod encoder;
mod receiver;
mod scalable;
mod switches;
mod voice;

use crate::api::PeerKind;
use crate::codec::layers::Target;
use crate::egress::cache::PacketCache;
use crate::egress::slot::Offered;
use crate::egress::subscriber::{Subscriber, Wishes};
use crate::ingress::publisher::{Ingress, Publisher};
use crate::packet::{Feed, Packet, SourceId};
use crate::sdp::{Codec, Offer, Session};
use crate::wire::rtcp;
use bytes::Bytes;
use encoder::{DEPENDENCY, MID, REPAIRED_RID, RID, payload_types};
use receiver::Receiver;
use rtc_rtcp::transport_feedbacks::transport_layer_nack::TransportLayerNack;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

const HEAD: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 AA:BB\r\na=setup:actpass\r\n";
const PICTURE: Duration = Duration::from_millis(33);

fn session(section: &str, kind: PeerKind) -> Session {
    let mut ssrc = 1000;
    let offer = Offer::parse(&format!("{HEAD}{section}")).unwrap();
    Session::new(offer, kind, true, || {
        ssrc += 1;
        Some(ssrc)
    })
    .unwrap()
}

/// A section with one video codec and its repeats.
fn video(codec: Codec, more: &str) -> String {
    let (media, repeats) = payload_types(codec);
    let name = match codec {
        Codec::Opus => unreachable!("a picture"),
        Codec::Vp8 => "VP8",
        Codec::H264 => "H264",
        Codec::Vp9 => "VP9",
        Codec::Av1 => "AV1",
    };
    format!(
        "m=video 9 UDP/TLS/RTP/SAVPF {media} {repeats}\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=rtpmap:{media} {name}/90000\r\na=rtpmap:{repeats} rtx/90000\r\na=fmtp:{repeats} apt={media}\r\na=extmap:{MID} urn:ietf:params:rtp-hdrext:sdes:mid\r\na=extmap:{RID} urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\na=extmap:{REPAIRED_RID} urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\na=extmap:{DEPENDENCY} https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension\r\n{more}"
    )
}

/// Two layers of one camera as streams of their own.
const TWO_LAYERS: &str = "a=rid:l send\r\na=rid:h send\r\na=simulcast:send l;h\r\n";

/// Cameras and a viewer of one of them.
struct Room {
    now: Instant,
    publishers: Vec<Publisher>,
    subscriber: Subscriber,
    caches: HashMap<Feed, PacketCache>,
    receiver: Receiver,
    /// Every which packet to the viewer is lost; 0 for none.
    lose_down: u32,
    forwarded: u32,
}

impl Room {
    fn new(codec: Codec, cameras: u32, more: &str) -> Self {
        let now = Instant::now();
        let publish = session(
            &video(codec, &format!("a=sendonly\r\n{more}")),
            PeerKind::Whip,
        );
        let view = session(&video(codec, "a=recvonly\r\n"), PeerKind::Whep);
        let publishers = (1..=cameras)
            .map(|source| Publisher::new(&publish, 1, now, || SourceId(source)))
            .collect();
        Self {
            now,
            publishers,
            subscriber: Subscriber::new(&view, now, 3000, || 0xffff_fff0),
            caches: HashMap::new(),
            receiver: Receiver::new(codec),
            lose_down: 0,
            forwarded: 0,
        }
    }

    /// Shows a camera, numbered from 1, in a layer.
    fn aim(&mut self, camera: u32, layer: u8) {
        self.subscriber.slots[0].aim(Feed {
            source: SourceId(camera),
            layer,
        });
    }

    fn want(&mut self, spatial: u8, temporal: u8) {
        self.subscriber.slots[0].want_layers(Target { spatial, temporal });
    }

    /// A packet arrives from a camera and goes to the viewer, where every `lose_down`-th is lost.
    fn publish(&mut self, camera: u32, packet: &[u8]) {
        let publisher = &mut self.publishers[camera as usize - 1];
        let Ingress::Media { packet, .. } =
            publisher.receive(self.now, &Bytes::copy_from_slice(packet))
        else {
            return;
        };
        let packet = Arc::new(packet);
        self.caches.entry(packet.feed).or_default().insert(&packet);
        self.forward(&packet);
    }

    fn forward(&mut self, packet: &Arc<Packet>) {
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

    /// What a camera is asked to send again.
    fn asked(&mut self, camera: u32) -> Vec<u16> {
        let (packets, _) = self.publishers[camera as usize - 1].nacks(self.now);
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
