//! What the engine must know of a codec's payload to forward it.

pub(crate) mod av1;
pub(crate) mod dependency_descriptor;
pub(crate) mod h264;
pub(crate) mod layers;
pub(crate) mod red;
pub(crate) mod vp8;
pub(crate) mod vp9;
