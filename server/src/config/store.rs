use serde::{Deserialize, Serialize};

/// `[store]`: where everything is kept.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreConfig {
    /// `sqlite:///path/giaoban.db` or `postgres://…`. Unset: a SQLite file in the data directory.
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
