use std::io;
use std::net::SocketAddr;

/// Why the engine could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot listen for media on {address}: {source}")]
    Listen {
        address: SocketAddr,
        #[source]
        source: io::Error,
    },
    #[error("cannot start a media worker: {0}")]
    Worker(#[source] io::Error),
    #[error("cannot make the media certificate: {0}")]
    Certificate(String),
    #[error("no address to advertise for media: set one in the configuration")]
    NoAddress,
}

/// Why a peer was not connected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    #[error("the offer is not a valid session description: {0}")]
    InvalidOffer(String),
    #[error("the offer cannot be accepted: {0}")]
    UnacceptableOffer(&'static str),
    #[error("no such media session")]
    UnknownPeer,
    #[error("the media engine is stopping")]
    Stopping,
}

impl MediaError {
    /// Stable name for problem details and clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidOffer(_) => "media_offer_invalid",
            Self::UnacceptableOffer(_) => "media_offer_unacceptable",
            Self::UnknownPeer => "media_peer_unknown",
            Self::Stopping => "media_stopping",
        }
    }
}
