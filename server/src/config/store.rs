use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[store]`: where everything is kept.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(description = "Nơi lưu mọi dữ liệu")]
pub struct StoreConfig {
    /// `sqlite:///path/giaoban.db` or `postgres://…`. Unset: a SQLite file in the data directory.
    #[schemars(
        description = "`sqlite:///đường/dẫn/giaoban.db` hoặc `postgres://người:mậtkhẩu@máy/csdl`. Bỏ trống: tệp SQLite trong thư mục dữ liệu"
    )]
    pub url: Option<String>,
}

/// The address may hold a password: never print it.
impl std::fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreConfig")
            .field("url", &self.url.as_ref().map(|_| "…"))
            .finish()
    }
}
