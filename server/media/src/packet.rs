//! One media packet from a publisher: decrypted once, classified once, never changed, shared by all who forward it.

use crate::codec::dependency_descriptor::Descriptor;
use crate::codec::h264::Profile;
use crate::codec::layers::Frame;
use crate::codec::red::Voice;
use crate::codec::vp8::Vp8Descriptor;
use crate::codec::vp9::Vp9Descriptor;
use crate::sdp::Codec;
use bytes::Bytes;
use std::time::Instant;

/// One publisher's microphone, camera or content, numbered by the engine since its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SourceId(pub(crate) u32);

/// One simulcast layer of a source, 0 the lowest. What subscribers are bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Feed {
    pub(crate) source: SourceId,
    pub(crate) layer: u8,
}

/// What a payload is, and what its codec says of it.
#[derive(Clone, Debug)]
pub(crate) enum Format {
    Opus(Voice),
    Vp8(Vp8Descriptor),
    H264(Profile),
    /// With where it stands among the layers.
    Vp9(Vp9Descriptor, Frame),
    /// Without a descriptor where the publisher sends none.
    Av1(Option<Descriptor>),
    /// Nothing, under a number that viewers would miss.
    Filler(Codec),
}

#[derive(Clone, Debug)]
pub(crate) struct Packet {
    pub(crate) feed: Feed,
    /// Grows when the publisher goes on with another stream for the feed: its numbers have nothing to do with those
    /// before.
    pub(crate) generation: u8,
    pub(crate) format: Format,
    /// Extended, and without the holes that padding leaves: consecutive packets of the feed differ by one.
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    pub(crate) arrival: Instant,
    pub(crate) marker: bool,
    /// Whether a decoder can start here.
    pub(crate) starts_keyframe: bool,
    /// The audio-level octet of RFC 6464: voice activity in the top bit, then -dBov.
    pub(crate) audio_level: Option<u8>,
    pub(crate) payload: Bytes,
}

impl Packet {
    pub(crate) const fn codec(&self) -> Codec {
        match self.format {
            Format::Opus(_) => Codec::Opus,
            Format::Vp8(_) => Codec::Vp8,
            Format::H264(_) => Codec::H264,
            Format::Vp9(..) => Codec::Vp9,
            Format::Av1(_) => Codec::Av1,
            Format::Filler(codec) => codec,
        }
    }

    pub(crate) const fn is_audio(&self) -> bool {
        matches!(self.codec(), Codec::Opus)
    }

    /// Where it stands among the layers of a scalable stream.
    pub(crate) const fn layers(&self) -> Option<&Frame> {
        match &self.format {
            Format::Vp8(descriptor) => descriptor.frame.as_ref(),
            Format::Vp9(_, frame) => Some(frame),
            Format::Av1(Some(descriptor)) => Some(&descriptor.frame),
            _ => None,
        }
    }

    /// By how many ticks the oldest voice that it repeats is older than its own.
    pub(crate) fn redundancy_reach(&self) -> u32 {
        match &self.format {
            Format::Opus(voice) => voice.reach(),
            _ => 0,
        }
    }

    /// Takes the repeated voices out of it.
    pub(crate) fn forget_redundancy(&mut self) {
        if let Format::Opus(voice) = &mut self.format {
            if let Voice::Redundant(blocks) = voice {
                let primary = blocks.primary().min(self.payload.len());
                self.payload = self.payload.slice(primary..);
            }
            *voice = Voice::Plain(None);
        }
    }
}
