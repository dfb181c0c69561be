//! The handle.

use crate::api::{
    ConnectRequest, EngineStats, MediaConfig, MediaError, MediaEvents, SdpAnswer, StartError,
};
use giaoban_signaling::ids::{BriefingId, PeerId};
use giaoban_signaling::plan::MediaPlan;
use std::net::SocketAddr;
use std::sync::Arc;

/// A cheap handle on the running engine. The workers stop when the last handle is dropped.
#[derive(Clone)]
pub struct MediaEngine {
    config: Arc<MediaConfig>,
}

impl MediaEngine {
    /// Binds the sockets and starts the workers.
    pub fn start(config: MediaConfig) -> Result<(Self, MediaEvents), StartError> {
        let (_events, receiver) = MediaEvents::channel();
        Ok((
            Self {
                config: Arc::new(config),
            },
            receiver,
        ))
    }

    /// Where the engine listens (UDP and TCP).
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.config.listen
    }

    /// Answers an offer; see [`ConnectRequest`]. The peer is connected when [`crate::MediaEvent::Connected`] says so.
    pub async fn connect(&self, request: ConnectRequest) -> Result<SdpAnswer, MediaError> {
        let _ = request;
        Err(MediaError::Stopping)
    }

    /// Candidates that a client found later (RFC 8840 fragment). We are a lite agent, which answers checks from wherever
    /// they come, so the fragment is only checked for its peer and its ice-ufrag.
    pub fn trickle(&self, peer: PeerId, fragment: &str) -> Result<(), MediaError> {
        let _ = (peer, fragment);
        Err(MediaError::UnknownPeer)
    }

    /// Ends a peer's media. Unknown peers are ignored.
    pub fn disconnect(&self, peer: PeerId) {
        let _ = peer;
    }

    /// Makes `plan` hold for a briefing unless a plan of a later revision already does.
    pub fn set_plan(&self, briefing: BriefingId, plan: Arc<MediaPlan>) {
        let _ = (briefing, plan);
    }

    /// Ends a briefing: its peers are disconnected and its plan is forgotten.
    pub fn close(&self, briefing: BriefingId) {
        let _ = briefing;
    }

    #[must_use]
    pub fn stats(&self) -> EngineStats {
        EngineStats::default()
    }
}
