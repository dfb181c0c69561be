//! What a viewer receives: fixed slots with rewritten streams, repair from a cache, an estimate of its down-link.

pub(crate) mod allocate;
pub(crate) mod cache;
pub(crate) mod estimate;
mod link_loss;
mod omitted;
pub(crate) mod rewrite;
pub(crate) mod slot;
pub(crate) mod subscriber;
mod trend;
