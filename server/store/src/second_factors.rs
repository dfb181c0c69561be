//! Second factors: the secret that an authenticator shares with the server, and codes for when it is lost.

use chrono::{DateTime, Utc};

use crate::StoreError;
use crate::db::Db;
use crate::db::query::{FromRow, Row};
use crate::model::ids::AccountId;

/// An account's second factor.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// Shared with the authenticator.
    pub secret: Vec<u8>,
    /// Since when it is asked for; none while it is being set up.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// The last time step whose code was used: none is good twice.
    pub last_step: u64,
}

impl std::fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecondFactor")
            .field("confirmed_at", &self.confirmed_at)
            .finish_non_exhaustive()
    }
}

/// The repository of second factors.
#[derive(Debug, Clone)]
pub struct SecondFactors {
    db: Db,
}

impl SecondFactors {
    pub(crate) fn new(db: Db) -> Self {
        Self { db }
    }

    /// The account's, set up or not yet.
    pub async fn get(&self, account: AccountId) -> Result<Option<SecondFactor>, StoreError> {
        self.db
            .read()
            .await?
            .query("SELECT * FROM totp WHERE account_id = $1")
            .bind(account)
            .optional()
            .await
    }

    /// Begins to set one up, in the place of another that was never confirmed. False: there is a confirmed one, which stays.
    pub async fn begin(&self, account: AccountId, secret: &[u8]) -> Result<bool, StoreError> {
        let written = self
            .db
            .write()
            .await?
            .query(
                "INSERT INTO totp (account_id, secret, confirmed_at, last_step) VALUES ($1, $2, NULL, 0)
                 ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, last_step = 0
                 WHERE totp.confirmed_at IS NULL",
            )
            .bind(account)
            .bind(secret)
            .execute()
            .await?;
        Ok(written == 1)
    }

    /// Asks for it from now on. The codes replace those there were.
    pub async fn confirm(
        &self,
        account: AccountId,
        step: u64,
        code_hashes: &[Vec<u8>],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.db.begin().await?;
        transaction
            .query("UPDATE totp SET confirmed_at = $2, last_step = $3 WHERE account_id = $1")
            .bind(account)
            .bind(now)
            .bind(step)
            .execute()
            .await?;
        transaction
            .query("DELETE FROM recovery_codes WHERE account_id = $1")
            .bind(account)
            .execute()
            .await?;
        for hash in code_hashes {
            transaction
                .query("INSERT INTO recovery_codes (account_id, code_hash) VALUES ($1, $2)")
                .bind(account)
                .bind(hash.as_slice())
                .execute()
                .await?;
        }
        transaction.commit().await
    }

    /// Uses the code of a time step. False: that step, or a later one, was used before.
    pub async fn use_step(&self, account: AccountId, step: u64) -> Result<bool, StoreError> {
        let used = self
            .db
            .write()
            .await?
            .query("UPDATE totp SET last_step = $2 WHERE account_id = $1 AND last_step < $2")
            .bind(account)
            .bind(step)
            .execute()
            .await?;
        Ok(used == 1)
    }

    /// Uses a recovery code up. False: it is none.
    pub async fn use_recovery_code(
        &self,
        account: AccountId,
        code_hash: &[u8],
    ) -> Result<bool, StoreError> {
        let used = self
            .db
            .write()
            .await?
            .query("DELETE FROM recovery_codes WHERE account_id = $1 AND code_hash = $2")
            .bind(account)
            .bind(code_hash)
            .execute()
            .await?;
        Ok(used == 1)
    }

    /// Asks for it no more.
    pub async fn remove(&self, account: AccountId) -> Result<(), StoreError> {
        let mut transaction = self.db.begin().await?;
        for sql in [
            "DELETE FROM recovery_codes WHERE account_id = $1",
            "DELETE FROM totp WHERE account_id = $1",
        ] {
            transaction.query(sql).bind(account).execute().await?;
        }
        transaction.commit().await
    }
}

impl FromRow for SecondFactor {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            secret: row.get("secret")?,
            confirmed_at: row.get("confirmed_at")?,
            last_step: row.get("last_step")?,
        })
    }
}
