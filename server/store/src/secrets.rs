//! The server's own keys, made at its first start.

use crate::StoreError;
use crate::db::Db;

/// The repository of keys.
#[derive(Debug, Clone)]
pub struct Secrets {
    db: Db,
}

impl Secrets {
    pub(crate) fn new(db: Db) -> Self {
        Self { db }
    }

    /// The key of that name. The first time it's `candidate`, which the caller drew at random; ever
    /// after, and for whoever came second at the same moment, it is what was kept first.
    pub async fn get_or_keep(&self, name: &str, candidate: &[u8]) -> Result<Vec<u8>, StoreError> {
        let mut session = self.db.write().await?;
        session
            .query(
                "INSERT INTO secrets (name, bytes) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
            )
            .bind(name)
            .bind(candidate)
            .execute()
            .await?;
        session
            .query("SELECT bytes FROM secrets WHERE name = $1")
            .bind(name)
            .scalar()
            .await?
            .ok_or(StoreError::NotFound("secret"))
    }
}
