//! The media engine: a selective forwarding unit over the sans-I/O protocol crates of webrtc-rs.
//!
//! Clients offer, the engine answers; every client receives a fixed set of slots, and the engine rewrites streams into
//! them, so that a change of speaker or layout renegotiates nothing.

mod api;
mod codec;
#[cfg(test)]
mod counting_test;
mod crypto;
mod driver;
mod egress;
mod engine;
#[doc(hidden)]
pub mod fuzzing;
mod ingress;
mod mix;
mod packet;
mod route;
mod sdp;
#[cfg(test)]
mod simulation;
mod wire;

pub use api::{
    ConnectRequest, DisconnectReason, EngineStats, MediaConfig, MediaError, MediaEvent,
    MediaEvents, PeerKind, Quality, SdpAnswer, SlotBinding, SlotKind, SourceKind, StartError,
};
pub use engine::MediaEngine;
