use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// `[data]`: files of this server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(description = "Tệp của máy chủ")]
pub struct DataConfig {
    /// Holds the database file (unless another store is set) and the signing key.
    #[schemars(description = "Thư mục dữ liệu; chứa tệp cơ sở dữ liệu khi không khai `store.url`")]
    pub dir: PathBuf,
}

impl Default for DataConfig {
    fn default() -> Self {
        Self {
            dir: PathBuf::from("data"),
        }
    }
}
