use serde::{Deserialize, Serialize};

/// `[bus]`: messages between the nodes of a site and between sites.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BusConfig {
    /// `nats://…`. Unset: within this process.
    pub url: Option<String>,
}
