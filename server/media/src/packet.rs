//! One media packet from a publisher: decrypted once, classified once, never changed, shared by all who forward it.

use crate::codec::vp8::Vp8Descriptor;
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

#[derive(Clone, Debug)]
pub(crate) struct Packet {
    pub(crate) feed: Feed,
    pub(crate) codec: Codec,
    /// Extended, and without the holes that padding leaves: consecutive packets of the feed differ by one.
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    pub(crate) arrival: Instant,
    pub(crate) marker: bool,
    /// Whether a decoder can start here.
    pub(crate) starts_keyframe: bool,
    pub(crate) vp8: Option<Vp8Descriptor>,
    /// The audio-level octet of RFC 6464: voice activity in the top bit, then -dBov.
    pub(crate) audio_level: Option<u8>,
    pub(crate) payload: Bytes,
}
