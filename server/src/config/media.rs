use super::list::list;
use super::turn::TurnConfig;
use giaoban_media::MediaConfig;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};

/// `[media]`: the media engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(description = "Hình và tiếng")]
pub struct MediaSection {
    /// UDP and TCP.
    #[schemars(description = "Địa chỉ và cổng nghe, UDP và TCP cùng số cổng")]
    pub listen: SocketAddr,
    /// Addresses told to browsers. Empty: every address of this machine.
    #[serde(deserialize_with = "list")]
    #[schemars(
        with = "Vec<IpAddr>",
        description = "Địa chỉ IP báo cho trình duyệt; sau NAT thì ghi địa chỉ bên ngoài. Bỏ trống: mọi địa chỉ của máy"
    )]
    pub advertise: Vec<IpAddr>,
    /// Worker threads; 0 means one for each core.
    #[schemars(description = "Số luồng xử lý hình tiếng; 0: mỗi lõi một luồng")]
    pub workers: usize,
    /// What a point's link is assumed to carry (kbit/s) where no contracted rate is known.
    #[schemars(description = "Băng thông giả định của điểm cầu chưa khai đường truyền (kbit/s)")]
    pub default_link_kbps: u32,
    pub turn: TurnConfig,
}

impl Default for MediaSection {
    fn default() -> Self {
        let engine = MediaConfig::default();
        Self {
            listen: engine.listen,
            advertise: engine.advertise,
            workers: engine.workers,
            default_link_kbps: engine.default_link_kbps,
            turn: TurnConfig::default(),
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
