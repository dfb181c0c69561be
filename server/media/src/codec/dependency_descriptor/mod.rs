//! The dependency descriptor (AV1 RTP specification, appendix A): a header extension that says which packets a receiver
//! needs for the resolution and frame rate it wants.
//!
//! Key frames carry the structure of the stream: templates, each of which says for every decode target whether its frames
//! are needed. Other frames name a template. A descriptor is forwarded bit by bit, but for the number of the frame and the
//! set of decode targets that the viewer still gets.

mod bits;
mod read;
mod write;

use super::layers::{Frame, Target};
use bytes::Bytes;
use std::sync::Arc;

const MAX_TARGETS: usize = 32;
const MAX_TEMPLATES: usize = 64;

/// One template: the layers of its frames, and for which decode targets they are needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Template {
    spatial: u8,
    temporal: u8,
    /// A bit for each decode target.
    needed: u32,
}

/// The structure of a stream, from one key frame to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Structure {
    first_template: u8,
    templates: Vec<Template>,
    targets: u8,
    chains: u8,
    /// The decode target that each choice of layers means, in the order of `Target::every`.
    meaning: [u8; 16],
}

/// One packet's descriptor.
#[derive(Clone, Debug)]
pub(crate) struct Descriptor {
    raw: Bytes,
    structure: Arc<Structure>,
    pub(crate) frame_number: u16,
    starts_frame: bool,
    /// Whether it brings the structure along, as key frames do.
    has_structure: bool,
    pub(crate) frame: Frame,
    /// The decode targets that the source still sends, if the packet says so.
    active: Option<u32>,
    /// Where in bits the set of active targets is or would be.
    active_at: u16,
    /// Bits that count; what follows is padding.
    end: u16,
}

impl Descriptor {
    /// Whether the packet begins a key frame.
    pub(crate) const fn starts_keyframe(&self) -> bool {
        self.has_structure && self.starts_frame
    }
}

impl Structure {
    /// The decode targets within a choice of layers; a bit for each.
    fn targets_within(&self, choice: Target) -> u32 {
        Target::every()
            .zip(self.meaning)
            .filter(|(target, _)| target.is_within(choice))
            .fold(0, |mask, (_, meaning)| mask | (1 << meaning))
    }

    const fn all_targets(&self) -> u32 {
        u32::MAX >> (MAX_TARGETS - self.targets as usize)
    }
}

#[cfg(test)]
pub(crate) mod tests;
