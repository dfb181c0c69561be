use serde::{Deserialize, Serialize};

/// `[site]`: who runs this server, as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SiteConfig {
    /// Shown at sign-in, such as "Bộ Nội vụ".
    pub unit_name: String,
    /// Telephone of the technician on duty.
    pub support_phone: Option<String>,
}

impl Default for SiteConfig {
    fn default() -> Self {
        Self {
            unit_name: "giaoban".to_owned(),
            support_phone: None,
        }
    }
}
