//! What the engine must know of a codec's payload to forward it.

pub(crate) mod h264;
pub(crate) mod vp8;
