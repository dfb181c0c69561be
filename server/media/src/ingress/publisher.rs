//! A publisher's side of one connection: which stream is which track and layer, repair, reports.

use super::layer::{Arrived, Layer};
use super::stream::Arrival;
use super::track::{Binding, Track};
use super::transport_feedback::TransportFeedback;
use crate::api::SourceKind;
use crate::packet::{Feed, Format, Packet, SourceId};
use crate::sdp::Session;
use crate::wire::rtcp;
use crate::wire::rtp::{ExtensionIds, RtpView};
use bytes::Bytes;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How long a stream may pause before its layer counts as off.
const LAYER_TIMEOUT: Duration = Duration::from_millis(1500);
/// One key frame request brings a key frame on all layers of a camera; more within this time are one request.
const KEYFRAME_INTERVAL: Duration = Duration::from_millis(400);
const MAX_STREAMS: usize = 32;

/// What a packet turned out to be.
#[derive(Debug)]
pub(crate) enum Ingress {
    Media {
        track: usize,
        packet: Packet,
    },
    /// Counted and needed no further.
    Absorbed,
    /// Of no track of this publisher.
    Unknown,
}

#[derive(Debug)]
pub(crate) struct Publisher {
    pub(crate) tracks: Vec<Track>,
    bindings: HashMap<u32, Binding>,
    ids: ExtensionIds,
    feedback: TransportFeedback,
    /// Our SSRC as a reporter.
    reporter: u32,
}

impl Publisher {
    /// `sources` gives each track of the session its number.
    pub(crate) fn new(
        session: &Session,
        reporter: u32,
        now: Instant,
        mut source: impl FnMut() -> SourceId,
    ) -> Self {
        let mut ids = ExtensionIds::default();
        let mut bindings = HashMap::new();
        let mut tracks = Vec::new();
        for offered in session.tracks() {
            merge(&mut ids, offered.extensions);
            if offered.rids.is_empty()
                && let Some(&(media, rtx)) = offered.ssrcs.first()
            {
                bindings.insert(
                    media,
                    Binding {
                        track: tracks.len(),
                        layer: 0,
                        repeats: false,
                        retired: false,
                    },
                );
                if let Some(rtx) = rtx {
                    bindings.insert(
                        rtx,
                        Binding {
                            track: tracks.len(),
                            layer: 0,
                            repeats: true,
                            retired: false,
                        },
                    );
                }
            }
            tracks.push(Track {
                kind: offered.kind,
                source: source(),
                offered: offered.clone(),
                layers: [None, None, None],
                codec: None,
                keyframe_asked: None,
                keyframe_wanted: false,
            });
        }
        Self {
            tracks,
            bindings,
            ids,
            feedback: TransportFeedback::new(now),
            reporter,
        }
    }

    /// Takes a decrypted packet.
    pub(crate) fn receive(&mut self, now: Instant, packet: &Bytes) -> Ingress {
        let Some(view) = RtpView::parse(packet, false) else {
            return Ingress::Unknown;
        };
        if let Some(&[high, low]) = view.extension(self.ids.transport_cc) {
            self.feedback.record(now, u16::from_be_bytes([high, low]));
        }
        let Some(binding) = self
            .bindings
            .get(&view.ssrc)
            .copied()
            .or_else(|| self.bind(&view))
        else {
            return Ingress::Unknown;
        };
        if binding.retired {
            return Ingress::Absorbed;
        }
        let Some(track) = self.tracks.get_mut(binding.track) else {
            return Ingress::Unknown;
        };
        let mut payload = packet.slice(view.header_len..packet.len() - view.padding_len);
        let Some((identity, sequence)) = track.identify(&view, binding, &mut payload) else {
            return Ingress::Absorbed;
        };
        let slot = &mut track.layers[usize::from(binding.layer)];
        if binding.repeats && slot.is_none() {
            // Repeats ahead of the first original: bandwidth probes.
            return Ingress::Absorbed;
        }
        if slot.as_ref().is_some_and(|layer| layer.ssrc != view.ssrc) && !binding.repeats {
            *slot = slot
                .as_ref()
                .map(|before| before.succeeded_by(view.ssrc, identity.codec, now));
            track.keyframe_wanted = true;
        }
        let layer = slot.get_or_insert_with(|| Layer::new(view.ssrc, identity.codec, now));
        let generation = layer.generation;
        let (number, filler) = match layer.stream.receive(
            now,
            sequence,
            view.timestamp,
            packet.len(),
            payload.is_empty(),
            binding.repeats,
        ) {
            Arrival::Media(number) => (number, false),
            Arrival::Filler(number) => (number, true),
            Arrival::Padding | Arrival::Duplicate => return Ingress::Absorbed,
        };
        let number = layer.first_number + number;
        let (format, starts_keyframe) = if filler {
            (Format::Filler(identity.codec), false)
        } else {
            let arrived = Arrived {
                now,
                number,
                view: &view,
                packet,
                dependency: self.ids.dependency,
            };
            match layer.read(identity, &arrived, &mut payload) {
                Some(read) => read,
                None => return Ingress::Absorbed,
            }
        };
        track.codec = Some(identity.codec);
        let packet = Packet {
            feed: Feed {
                source: track.source,
                layer: binding.layer,
            },
            generation,
            format,
            sequence: number,
            timestamp: view.timestamp,
            arrival: now,
            marker: view.marker,
            starts_keyframe,
            audio_level: view
                .extension(self.ids.audio_level)
                .and_then(|value| value.first().copied()),
            payload,
        };
        Ingress::Media {
            track: binding.track,
            packet,
        }
    }

    /// Finds the track of a stream seen for the first time: by MID and layer name, else by its payload type.
    fn bind(&mut self, view: &RtpView) -> Option<Binding> {
        if self.bindings.len() >= MAX_STREAMS {
            return None;
        }
        let repaired = view.extension(self.ids.repaired_rid);
        let rid = view.extension(self.ids.rid).or(repaired);
        let by_mid = view.extension(self.ids.mid).and_then(|mid| {
            self.tracks
                .iter()
                .position(|track| track.offered.mid.as_bytes() == mid)
        });
        let carries = |track: &Track| {
            track.offered.codecs.iter().any(|codec| {
                codec.payload_type == view.payload_type
                    || codec.rtx == Some(view.payload_type)
                    || codec.is_red(view.payload_type)
            })
        };
        let track = by_mid.or_else(|| {
            let mut candidates =
                (0..self.tracks.len()).filter(|&index| carries(&self.tracks[index]));
            let only = candidates.next()?;
            candidates.next().is_none().then_some(only)
        })?;
        let offered = &self.tracks[track].offered;
        let layer = if offered.rids.is_empty() {
            0
        } else {
            let rid = rid?;
            u8::try_from(
                offered
                    .rids
                    .iter()
                    .position(|name| name.as_bytes() == rid)?,
            )
            .ok()?
        };
        let repeats = repaired.is_some()
            || offered
                .codecs
                .iter()
                .any(|codec| codec.rtx == Some(view.payload_type));
        let replaces = self.tracks[track].layers[usize::from(layer)]
            .as_ref()
            .is_some_and(|known| known.ssrc != view.ssrc);
        if !repeats && replaces {
            // Streams announced beside the first are layers of a kind we don't know, which would interleave with it.
            let beside = offered.ssrcs.iter().any(|(ssrc, _)| *ssrc == view.ssrc);
            if beside || !carries(&self.tracks[track]) {
                return None;
            }
            self.retire(track, layer);
        }
        let binding = Binding {
            track,
            layer,
            repeats,
            retired: false,
        };
        self.bindings.insert(view.ssrc, binding);
        Some(binding)
    }

    /// Another stream takes a layer over. Only the streams before the last are forgotten, for none of them returns late.
    fn retire(&mut self, track: usize, layer: u8) {
        let is_of = |binding: &Binding| binding.track == track && binding.layer == layer;
        self.bindings
            .retain(|_, binding| !(is_of(binding) && binding.retired));
        for binding in self.bindings.values_mut().filter(|binding| is_of(binding)) {
            binding.retired = true;
        }
    }

    pub(crate) fn sender_report(&mut self, now: Instant, ssrc: u32, ntp: u64) {
        if let Some(layer) = self.layer_of(ssrc) {
            layer.stream.sender_report(now, ntp);
        }
    }

    fn layer_of(&mut self, ssrc: u32) -> Option<&mut Layer> {
        self.tracks
            .iter_mut()
            .flat_map(|track| track.layers.iter_mut().flatten())
            .find(|layer| layer.ssrc == ssrc)
    }

    /// Transport feedback that is due, as RTCP packets.
    pub(crate) fn transport_feedback(&mut self) -> Vec<Vec<u8>> {
        let media = self
            .tracks
            .iter()
            .flat_map(|track| track.layers.iter().flatten())
            .map(|layer| layer.ssrc)
            .next();
        let mut packets = Vec::new();
        while let Some(packet) = self
            .feedback
            .build(self.reporter, media.unwrap_or_default())
        {
            packets.push(packet);
        }
        packets
    }

    pub(crate) fn has_feedback(&self) -> bool {
        !self.feedback.is_empty()
    }

    pub(crate) fn has_losses(&self) -> bool {
        self.tracks.iter().any(|track| {
            track
                .layers
                .iter()
                .flatten()
                .any(|layer| layer.stream.has_losses())
        })
    }

    /// Requests for missing video packets that are due, with the number of packets asked for. Voices are not repeated:
    /// by the time a repeat came, the jitter buffer would have concealed the loss.
    pub(crate) fn nacks(&mut self, now: Instant) -> (Vec<Vec<u8>>, u64) {
        let (mut packets, mut count) = (Vec::new(), 0);
        for track in self
            .tracks
            .iter_mut()
            .filter(|track| track.kind != SourceKind::Mic)
        {
            for layer in track.layers.iter_mut().flatten() {
                let missing = layer.stream.nacks(now);
                count += missing.len() as u64;
                packets.extend(rtcp::nack(self.reporter, layer.ssrc, &missing));
            }
        }
        (packets, count)
    }

    pub(crate) fn sources(&self) -> impl Iterator<Item = SourceId> {
        self.tracks.iter().map(|track| track.source)
    }

    /// Notes that somebody needs a key frame of a source.
    pub(crate) fn want_keyframe(&mut self, source: SourceId) {
        if let Some(track) = self.tracks.iter_mut().find(|track| track.source == source) {
            track.keyframe_wanted = true;
        }
    }

    /// Key frame requests that are due. One goes to each camera, addressed to its highest layer that has media.
    pub(crate) fn keyframe_requests(&mut self, now: Instant) -> Vec<Vec<u8>> {
        let mut packets = Vec::new();
        for track in &mut self.tracks {
            let too_soon = track
                .keyframe_asked
                .is_some_and(|asked| now.saturating_duration_since(asked) < KEYFRAME_INTERVAL);
            if !track.keyframe_wanted || too_soon {
                continue;
            }
            let live = |layer: &&Layer| {
                now.saturating_duration_since(layer.stream.last_arrival) < LAYER_TIMEOUT
            };
            let mut layers = track.layers.iter().flatten();
            if let Some(layer) = layers
                .clone()
                .rev()
                .find(live)
                .or_else(|| layers.next_back())
            {
                packets.extend(rtcp::picture_loss(self.reporter, layer.ssrc));
                track.keyframe_asked = Some(now);
                track.keyframe_wanted = false;
            }
        }
        packets
    }

    /// When a key frame request that waits for its interval may go out.
    pub(crate) fn next_keyframe_request(&self, now: Instant) -> Option<Instant> {
        self.tracks
            .iter()
            .filter(|track| track.keyframe_wanted && track.layers.iter().any(Option::is_some))
            .map(|track| {
                track
                    .keyframe_asked
                    .map_or(now, |asked| asked + KEYFRAME_INTERVAL)
            })
            .min()
    }

    /// The receiver report on all streams; `None` before the first packet. With it the share of packets lost since the
    /// last, and the jitter in milliseconds of the worst stream.
    pub(crate) fn receiver_report(&mut self, now: Instant) -> Option<(Vec<u8>, f32, f32)> {
        let mut reports = Vec::new();
        let (mut loss, mut jitter) = (0.0_f32, 0.0_f32);
        for layer in self
            .tracks
            .iter_mut()
            .flat_map(|track| track.layers.iter_mut().flatten())
        {
            if now.saturating_duration_since(layer.stream.last_arrival) < Duration::from_secs(5)
                && let Some(report) = layer.stream.report(now)
            {
                loss = loss.max(f32::from(report.fraction_lost) / 256.0);
                jitter = jitter.max(layer.stream.jitter_ms());
                reports.push((layer.ssrc, report));
            }
        }
        let packet = rtcp::receiver_report(self.reporter, &reports)?;
        Some((packet, loss, jitter))
    }
}

fn merge(ids: &mut ExtensionIds, more: ExtensionIds) {
    // Within a bundle an id means the same in every section (RFC 9143 section 9.1), so the first one serves.
    for (id, other) in [
        (&mut ids.mid, more.mid),
        (&mut ids.rid, more.rid),
        (&mut ids.repaired_rid, more.repaired_rid),
        (&mut ids.transport_cc, more.transport_cc),
        (&mut ids.audio_level, more.audio_level),
        (&mut ids.dependency, more.dependency),
    ] {
        if *id == 0 {
            *id = other;
        }
    }
}
