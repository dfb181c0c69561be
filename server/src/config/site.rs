use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[site]`: who runs this server, as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(description = "Đơn vị vận hành máy chủ, hiện ở trang đăng nhập")]
pub struct SiteConfig {
    /// Shown at sign-in, such as "Bộ Nội vụ".
    #[schemars(description = "Tên đơn vị, chẳng hạn `UBND tỉnh Lào Cai`")]
    pub unit_name: String,
    /// Telephone of the technician on duty.
    #[schemars(description = "Số điện thoại kỹ thuật trực")]
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
