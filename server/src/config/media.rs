use super::list::list;
use giaoban_media::MediaConfig;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};

/// `[media]`: the media engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MediaSection {
    /// UDP and TCP.
    pub listen: SocketAddr,
    /// Addresses told to browsers. Empty: every address of this machine.
    #[serde(deserialize_with = "list")]
    pub advertise: Vec<IpAddr>,
    /// Worker threads; 0 means one for each core.
    pub workers: usize,
    /// What a point's link is assumed to carry (kbit/s) where no contracted rate is known.
    pub default_link_kbps: u32,
}

impl Default for MediaSection {
    fn default() -> Self {
        let engine = MediaConfig::default();
        Self {
            listen: engine.listen,
            advertise: engine.advertise,
            workers: engine.workers,
            default_link_kbps: engine.default_link_kbps,
        }
    }
}

impl From<&MediaSection> for MediaConfig {
    fn from(section: &MediaSection) -> Self {
        Self {
            listen: section.listen,
            advertise: section.advertise.clone(),
            workers: section.workers,
            default_link_kbps: section.default_link_kbps,
            ..Self::default()
        }
    }
}
