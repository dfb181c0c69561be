//! Attempts to sign in, so that guessing can be slowed down.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::StoreError;
use crate::accounts::username_key;
use crate::db::Db;

/// The repository of attempts to sign in.
#[derive(Debug, Clone)]
pub struct LoginAttempts {
    db: Db,
}

impl LoginAttempts {
    pub(crate) fn new(db: Db) -> Self {
        Self { db }
    }

    /// Notes an attempt. The id is the caller's, as all ids are.
    pub async fn record(
        &self,
        id: Uuid,
        username: &str,
        at: DateTime<Utc>,
        ok: bool,
    ) -> Result<(), StoreError> {
        self.db
            .write()
            .await?
            .query("INSERT INTO login_attempts (id, username_key, at, ok) VALUES ($1, $2, $3, $4)")
            .bind(id)
            .bind(username_key(username))
            .bind(at)
            .bind(ok)
            .execute()
            .await?;
        Ok(())
    }

    /// How many attempts have failed at or after `since`, counted from the last that succeeded.
    pub async fn failures_since(
        &self,
        username: &str,
        since: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        self.db
            .read()
            .await?
            .query(
                "SELECT COUNT(*) FROM login_attempts f
                 WHERE f.username_key = $1 AND f.at >= $2 AND NOT f.ok
                 AND NOT EXISTS (SELECT 1 FROM login_attempts s
                    WHERE s.username_key = $1 AND s.ok AND s.at >= f.at)",
            )
            .bind(username_key(username))
            .bind(since)
            .count()
            .await
    }

    /// Forgets what is older; returns how many.
    pub async fn purge(&self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        self.db
            .write()
            .await?
            .query("DELETE FROM login_attempts WHERE at < $1")
            .bind(before)
            .execute()
            .await
    }
}
