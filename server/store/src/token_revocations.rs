//! Join tokens that are refused although their time is not over.

use chrono::{DateTime, Utc};

use crate::StoreError;
use crate::db::Db;
use crate::db::query::{FromRow, Row};
use crate::model::ids::AccountId;

/// All tokens of an account that were issued at this time or before are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenRevocation {
    /// Whose.
    pub account: AccountId,
    /// Up to when.
    pub at: DateTime<Utc>,
}

/// The repository of revocations.
#[derive(Debug, Clone)]
pub struct TokenRevocations {
    db: Db,
}

impl TokenRevocations {
    pub(crate) fn new(db: Db) -> Self {
        Self { db }
    }

    /// Refuses what was issued to the account until now.
    pub async fn revoke(&self, account: AccountId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.db
            .write()
            .await?
            .query(
                "INSERT INTO token_revocations (account_id, at) VALUES ($1, $2)
                 ON CONFLICT (account_id) DO UPDATE SET at = excluded.at",
            )
            .bind(account)
            .bind(at)
            .execute()
            .await?;
        Ok(())
    }

    /// Revocations at `since` or later: older tokens have ended by themselves.
    pub async fn since(&self, since: DateTime<Utc>) -> Result<Vec<TokenRevocation>, StoreError> {
        self.db
            .read()
            .await?
            .query("SELECT * FROM token_revocations WHERE at >= $1 ORDER BY at, account_id")
            .bind(since)
            .all()
            .await
    }
}

impl FromRow for TokenRevocation {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            account: row.get("account_id")?,
            at: row.get("at")?,
        })
    }
}
