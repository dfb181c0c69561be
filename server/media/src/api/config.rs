use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

/// How the engine listens and how much of the machine it uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaConfig {
    /// UDP and TCP are both bound to this address. Port 0 lets the system choose one (tests); see [`crate::MediaEngine::local_addr`].
    pub listen: SocketAddr,
    /// Addresses written into the answers. Empty: `listen`'s own or, where that is unspecified, every address of this machine.
    pub advertise: Vec<IpAddr>,
    /// Worker threads; 0 means one for each core.
    pub workers: usize,
    /// Bits per second in thousands that a viewer is assumed to have until its feedback says otherwise, where its link is unknown.
    pub default_link_kbps: u32,
    /// A peer that has been silent this long is gone (RFC 7675 allows at most 30 s).
    pub consent_timeout: Duration,
    /// A peer that was answered and never completed its handshake is forgotten after this long.
    pub connect_timeout: Duration,
}

impl Default for MediaConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 7882)),
            advertise: Vec::new(),
            workers: 0,
            default_link_kbps: 3_000,
            consent_timeout: Duration::from_secs(15),
            connect_timeout: Duration::from_secs(30),
        }
    }
}
