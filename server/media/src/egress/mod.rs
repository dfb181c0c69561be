//! What a viewer receives: fixed slots with rewritten streams, repair from a cache, an estimate of its down-link.

pub(crate) mod allocate;
mod arrivals;
pub(crate) mod cache;
mod drain;
pub(crate) mod estimate;
mod history;
mod link_loss;
mod omitted;
mod pacer;
pub(crate) mod picture;
mod probe;
mod rate;
mod redundancy;
pub(crate) mod rewrite;
pub(crate) mod slot;
pub(crate) mod subscriber;
mod trend;
pub(crate) mod write;

#[cfg(test)]
mod replay_test;
