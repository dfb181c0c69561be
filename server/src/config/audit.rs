use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[audit]`: where administrative acts are sent, beside the store that keeps them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(description = "Nơi gửi nhật ký quản trị, ngoài cơ sở dữ liệu")]
pub struct AuditConfig {
    /// A syslog that takes RFC 5424: `udp://HOST:PORT`, `tcp://HOST:PORT` or `unix:///dev/log`.
    #[schemars(
        description = "Máy chủ syslog (RFC 5424): `udp://MÁY:CỔNG`, `tcp://MÁY:CỔNG` hoặc `unix:///dev/log`. Bỏ trống: không gửi"
    )]
    pub syslog: Option<String>,
    /// `stdout`, or a file that gets one JSON object a line.
    #[schemars(
        description = "`stdout`, hoặc một tệp nhận mỗi dòng một đối tượng JSON. Bỏ trống: không ghi"
    )]
    pub json: Option<String>,
}
