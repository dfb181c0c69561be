use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[log]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(description = "Nhật ký, ghi ra stderr")]
pub struct LogConfig {
    /// A filter such as `info` or `info,giaoban_server=debug`.
    #[schemars(
        description = "Mức ghi, chẳng hạn `info` hoặc `info,giaoban_server=debug`; xem [giam-sat.md](giam-sat.md)"
    )]
    pub filter: String,
    #[schemars(description = "`text` cho người đọc, `json` cho máy thu thập")]
    pub format: LogFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for collectors.
    Json,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            filter: "info".to_owned(),
            format: LogFormat::Text,
        }
    }
}
