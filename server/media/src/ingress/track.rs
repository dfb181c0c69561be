//! One microphone, camera or content of a publisher: its layers, and what a packet of it is.

use super::layer::{Identity, Layer};
use crate::api::SourceKind;
use crate::packet::SourceId;
use crate::sdp::{Codec, ReceiveTrack};
use crate::wire::rtp::RtpView;
use bytes::Bytes;
use std::time::Instant;

/// Where a stream belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Binding {
    pub(super) track: usize,
    pub(super) layer: u8,
    /// Its packets repeat those of the layer's media stream (RFC 4588).
    pub(super) repeats: bool,
    /// Another stream has taken its place; what still comes of it is late.
    pub(super) retired: bool,
}

/// One microphone, camera or content.
#[derive(Debug)]
pub(crate) struct Track {
    pub(crate) kind: SourceKind,
    pub(crate) source: SourceId,
    pub(super) offered: ReceiveTrack,
    pub(super) layers: [Option<Layer>; 3],
    /// The codec of the newest packet; `None` before the first.
    pub(crate) codec: Option<Codec>,
    pub(super) keyframe_asked: Option<Instant>,
    pub(super) keyframe_wanted: bool,
}

impl Track {
    /// Whether its layers are resolutions of one scalable stream, and not streams of their own.
    pub(crate) fn is_scalable(&self) -> bool {
        let mut layers = self.layers.iter().flatten();
        layers
            .next()
            .is_some_and(|layer| layer.resolutions[1].is_used() || layer.resolutions[2].is_used())
            && layers.next().is_none()
    }

    /// Bits per second of each layer with those below that it leans on, 0 for those that are off.
    pub(crate) fn bitrates(&self, now: Instant) -> [u32; 3] {
        if let Some(layer) = self
            .layers
            .iter()
            .flatten()
            .next()
            .filter(|_| self.is_scalable())
        {
            let mut below = 0;
            return layer.resolutions.map(|resolution| {
                let own = resolution.current(now);
                below += own;
                if own == 0 { 0 } else { below }
            });
        }
        self.layers.each_ref().map(|layer| {
            layer
                .as_ref()
                .map_or(0, |layer| layer.stream.rate.current(now))
        })
    }

    /// When its newest packet of any layer came.
    pub(crate) fn last_arrival(&self) -> Option<Instant> {
        self.layers
            .iter()
            .flatten()
            .map(|layer| layer.stream.last_arrival)
            .max()
    }

    /// The codec and the original sequence number of a packet. For a repeat the original number is taken off the front
    /// of the payload; `None` if there is none (a probe) or the payload type is none of ours.
    pub(super) fn identify(
        &self,
        view: &RtpView,
        binding: Binding,
        payload: &mut Bytes,
    ) -> Option<(Identity, u16)> {
        if !binding.repeats {
            let identity = self.offered.codecs.iter().find_map(|offered| {
                let red = offered.is_red(view.payload_type);
                (red || offered.payload_type == view.payload_type).then_some(Identity {
                    codec: offered.codec,
                    red,
                    profile: offered.profile,
                })
            })?;
            return Some((identity, view.sequence));
        }
        let offered = self
            .offered
            .codecs
            .iter()
            .find(|codec| codec.rtx == Some(view.payload_type))?;
        if payload.len() < 2 {
            return None;
        }
        let original = payload.split_to(2);
        let identity = Identity {
            codec: offered.codec,
            red: false,
            profile: offered.profile,
        };
        Some((identity, u16::from_be_bytes([original[0], original[1]])))
    }
}
