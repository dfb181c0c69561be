//! What every handler may use.

use crate::audit::AuditLog;
use crate::auth::pace::Pace;
use crate::auth::throttle::Addresses;
use crate::clock::Clock;
use crate::config::Config;
use crate::rooms::Rooms;
use crate::signing::SigningKey;
use crate::telemetry::Metrics;
use giaoban_media::MediaEngine;
use giaoban_store::Store;
use std::ops::Deref;
use std::sync::Arc;

/// The running server's parts. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

pub struct Parts {
    pub config: Config,
    pub store: Store,
    pub clock: Clock,
    pub audit: AuditLog,
    pub key: SigningKey,
    pub rooms: Rooms,
    pub media: MediaEngine,
    pub metrics: Metrics,
    /// Failed sign-ins of each address.
    pub addresses: Addresses,
    /// Requests that each account has left.
    pub pace: Pace,
    /// True under `giaoban demo`: the sign-in page then offers the demonstration accounts.
    pub demo: bool,
}

impl App {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
