use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[bus]`: messages between the nodes of a site and between sites.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(description = "Thông điệp giữa các nút và giữa các máy chủ khu vực")]
pub struct BusConfig {
    /// `nats://…`. Unset: within this process.
    #[schemars(description = "`nats://…`. Bỏ trống: trong chính tiến trình này")]
    pub url: Option<String>,
}
