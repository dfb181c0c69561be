//! What the server sees of the media engine: start it, connect peers, hand it plans, listen to its events.

mod config;
mod error;
mod event;
mod request;
mod stats;

pub use config::MediaConfig;
pub use error::{MediaError, StartError};
pub use event::{
    DisconnectReason, MediaEvent, MediaEvents, Quality, SlotBinding, SlotKind, SourceKind,
};
pub use request::{ConnectRequest, PeerKind, SdpAnswer};
pub use stats::EngineStats;
