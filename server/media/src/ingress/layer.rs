//! One layer of a track: the stream that carries it now, and what must be remembered of it to read its packets.

use super::stream::{Meter, Stream};
use crate::codec::dependency_descriptor::{Descriptor, Structure};
use crate::codec::h264::Profile;
use crate::codec::red::{Blocks, Previous, Voice};
use crate::codec::vp8::Vp8Descriptor;
use crate::codec::vp9::Vp9Descriptor;
use crate::codec::{av1, h264};
use crate::packet::Format;
use crate::sdp::Codec;
use crate::wire::rtp::RtpView;
use bytes::Bytes;
use std::sync::Arc;
use std::time::Instant;

/// More packets than any stream of ours will have.
const NUMBERS_OF_A_STREAM: u64 = 1 << 40;

/// A packet of media that is new.
pub(super) struct Arrived<'a> {
    pub(super) now: Instant,
    pub(super) number: u64,
    pub(super) view: &'a RtpView<'a>,
    pub(super) packet: &'a Bytes,
    /// Identifier of the dependency descriptor extension.
    pub(super) dependency: u8,
}

/// What a payload type stands for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Identity {
    pub(super) codec: Codec,
    /// In its redundant form.
    pub(super) red: bool,
    /// Of H.264.
    pub(super) profile: Profile,
}

#[derive(Debug)]
pub(super) struct Layer {
    pub(super) ssrc: u32,
    pub(super) stream: Stream,
    /// Added to the stream's numbers: those of an earlier stream lie below.
    pub(super) first_number: u64,
    pub(super) generation: u8,
    /// Numbers pictures for encoders that don't: picture id and timestamp of the newest.
    pictures: Option<(u16, u32)>,
    /// The highest resolution of a scalable stream.
    top: u8,
    /// Of the newest key frame with a dependency descriptor.
    structure: Option<Arc<Structure>>,
    /// Octets of each resolution.
    pub(super) resolutions: [Meter; 3],
    /// The newest voice: number, timestamp, Opus.
    voice: Option<(u64, u32, Bytes)>,
}

impl Layer {
    pub(super) fn new(ssrc: u32, codec: Codec, now: Instant) -> Self {
        Self {
            ssrc,
            stream: Stream::new(codec.clock_rate(), now),
            first_number: 0,
            generation: 0,
            pictures: None,
            top: 0,
            structure: None,
            resolutions: [Meter::new(now); 3],
            voice: None,
        }
    }

    /// The layer with another stream of the same publisher, as when its encoder was made anew.
    pub(super) fn succeeded_by(&self, ssrc: u32, codec: Codec, now: Instant) -> Self {
        let mut next = Self::new(ssrc, codec, now);
        next.first_number = self.first_number + NUMBERS_OF_A_STREAM;
        next.generation = self.generation.wrapping_add(1);
        // It will be much like the one before, and a layer without a rate counts as off.
        next.stream.rate = self.stream.rate;
        next.resolutions = self.resolutions;
        next
    }

    /// What a payload is, and whether a decoder can start with it; `None` if it is malformed.
    pub(super) fn read(
        &mut self,
        identity: Identity,
        arrived: &Arrived,
        payload: &mut Bytes,
    ) -> Option<(Format, bool)> {
        match identity.codec {
            Codec::Opus => {
                let voice = self.read_voice(identity.red, arrived, payload)?;
                Some((Format::Opus(voice), true))
            }
            Codec::H264 => {
                let starts_keyframe = h264::starts_keyframe(payload);
                Some((Format::H264(identity.profile), starts_keyframe))
            }
            Codec::Vp8 => {
                let mut descriptor = Vp8Descriptor::parse(payload)?;
                let timestamp = arrived.view.timestamp;
                descriptor
                    .picture_id
                    .get_or_insert_with(|| number_picture(&mut self.pictures, timestamp));
                let starts_keyframe = descriptor.starts_keyframe(payload);
                Some((Format::Vp8(descriptor), starts_keyframe))
            }
            Codec::Vp9 => self.read_vp9(arrived, payload),
            Codec::Av1 => Some(self.read_av1(arrived, payload)),
        }
    }

    /// Leaves Opus alone or a chain of blocks in `payload`.
    fn read_voice(&mut self, red: bool, arrived: &Arrived, payload: &mut Bytes) -> Option<Voice> {
        let mut chain = None;
        if red {
            let blocks = Blocks::parse(payload)?;
            if blocks.has_redundancy() {
                chain = Some(blocks);
            } else {
                *payload = payload.slice(blocks.primary()..);
            }
        }
        let opus = payload.slice(chain.map_or(0, Blocks::primary)..);
        let before = self.voice_before(arrived.number, arrived.view.timestamp, opus);
        Some(chain.map_or(Voice::Plain(before), Voice::Redundant))
    }

    fn read_vp9(&mut self, arrived: &Arrived, payload: &[u8]) -> Option<(Format, bool)> {
        let mut descriptor = Vp9Descriptor::parse(payload)?;
        let timestamp = arrived.view.timestamp;
        descriptor
            .picture_id
            .get_or_insert_with(|| number_picture(&mut self.pictures, timestamp));
        self.top = descriptor.top.unwrap_or(self.top);
        let frame = descriptor.frame(self.top);
        if arrived.view.marker {
            self.top = frame.spatial;
        }
        self.count_resolution(arrived, frame.spatial);
        let starts_keyframe = descriptor.starts_keyframe();
        Some((Format::Vp9(descriptor, frame), starts_keyframe))
    }

    fn read_av1(&mut self, arrived: &Arrived, payload: &[u8]) -> (Format, bool) {
        let descriptor = arrived
            .view
            .extension(arrived.dependency)
            .map(|raw| arrived.packet.slice_ref(raw))
            .and_then(|raw| Descriptor::read(&raw, &mut self.structure));
        let starts_keyframe = if let Some(descriptor) = &descriptor {
            self.count_resolution(arrived, descriptor.frame.spatial);
            descriptor.starts_keyframe()
        } else {
            av1::starts_keyframe(payload)
        };
        (Format::Av1(descriptor), starts_keyframe)
    }

    fn count_resolution(&mut self, arrived: &Arrived, spatial: u8) {
        if let Some(meter) = self.resolutions.get_mut(usize::from(spatial)) {
            meter.count(arrived.now, arrived.packet.len());
        }
    }

    /// What to send along with a voice so that the loss of one packet is not heard.
    fn voice_before(&mut self, number: u64, timestamp: u32, opus: Bytes) -> Option<Previous> {
        let (before, at, voice) = match &self.voice {
            Some((before, ..)) if *before >= number => return None,
            _ => self.voice.replace((number, timestamp, opus))?,
        };
        (before + 1 == number)
            .then(|| Previous::new(&voice, timestamp.wrapping_sub(at)))
            .flatten()
    }
}

/// The number of the picture that a packet with this timestamp belongs to.
fn number_picture(newest: &mut Option<(u16, u32)>, timestamp: u32) -> u16 {
    let (id, newest_timestamp) = *newest.get_or_insert((0, timestamp));
    let ahead = timestamp.wrapping_sub(newest_timestamp);
    match ahead {
        0 => id,
        1..0x8000_0000 => {
            let id = (id + 1) & 0x7fff;
            *newest = Some((id, timestamp));
            id
        }
        // A packet of an earlier picture that came late; nearly always of the one before.
        _ => id.wrapping_sub(1) & 0x7fff,
    }
}
