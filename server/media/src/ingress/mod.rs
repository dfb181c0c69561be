//! What a publisher sends: telling its streams apart, repairing and measuring them, asking for what is missing.

pub(crate) mod layer;
mod loss;
pub(crate) mod publisher;
pub(crate) mod stream;
mod track;
pub(crate) mod transport_feedback;
