//! Sign-ins in force.

use chrono::{DateTime, Utc};

use crate::StoreError;
use crate::db::Db;
use crate::db::query::{FromRow, Row};
use crate::model::ids::{AccountId, SessionId};
use crate::model::session::Session;

/// The repository of sign-ins. A revoked one is gone.
#[derive(Debug, Clone)]
pub struct Sessions {
    db: Db,
}

impl Sessions {
    pub(crate) fn new(db: Db) -> Self {
        Self { db }
    }

    /// Adds a sign-in.
    pub async fn create(&self, session: &Session) -> Result<(), StoreError> {
        self.db
            .write()
            .await?
            .query(
                "INSERT INTO sessions (id, account_id, token_hash, created_at, last_seen_at,
                    expires_at, user_agent)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(session.id)
            .bind(session.account)
            .bind(session.token_hash.as_slice())
            .bind(session.created_at)
            .bind(session.last_seen_at)
            .bind(session.expires_at)
            .bind(&session.user_agent)
            .execute()
            .await?;
        Ok(())
    }

    /// The sign-in of that token, unless it has expired by `now`.
    pub async fn find(
        &self,
        token_hash: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<Session>, StoreError> {
        self.db
            .read()
            .await?
            .query("SELECT * FROM sessions WHERE token_hash = $1 AND expires_at > $2")
            .bind(token_hash)
            .bind(now)
            .optional()
            .await
    }

    /// An account's sign-ins that haven't expired by `now`, last used first.
    pub async fn of_account(
        &self,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Session>, StoreError> {
        self.db
            .read()
            .await?
            .query(
                "SELECT * FROM sessions WHERE account_id = $1 AND expires_at > $2
                 ORDER BY last_seen_at DESC, id",
            )
            .bind(account)
            .bind(now)
            .all()
            .await
    }

    /// Notes that it was used, and until when it holds now.
    pub async fn touch(
        &self,
        id: SessionId,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.db
            .write()
            .await?
            .query("UPDATE sessions SET last_seen_at = $2, expires_at = $3 WHERE id = $1")
            .bind(id)
            .bind(now)
            .bind(expires_at)
            .execute()
            .await?;
        Ok(())
    }

    /// Ends a sign-in; one that has ended is nothing.
    pub async fn revoke(&self, id: SessionId) -> Result<(), StoreError> {
        self.db
            .write()
            .await?
            .query("DELETE FROM sessions WHERE id = $1")
            .bind(id)
            .execute()
            .await?;
        Ok(())
    }

    /// Ends all sign-ins of an account, or all but one; returns how many.
    pub async fn revoke_all(
        &self,
        account: AccountId,
        except: Option<SessionId>,
    ) -> Result<u64, StoreError> {
        self.db
            .write()
            .await?
            .query("DELETE FROM sessions WHERE account_id = $1 AND ($2 IS NULL OR id <> $2)")
            .bind(account)
            .bind(except)
            .execute()
            .await
    }

    /// Removes what has expired by `now`; returns how many.
    pub async fn purge_expired(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.db
            .write()
            .await?
            .query("DELETE FROM sessions WHERE expires_at <= $1")
            .bind(now)
            .execute()
            .await
    }
}

impl FromRow for Session {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            account: row.get("account_id")?,
            token_hash: row.get("token_hash")?,
            created_at: row.get("created_at")?,
            last_seen_at: row.get("last_seen_at")?,
            expires_at: row.get("expires_at")?,
            user_agent: row.get("user_agent")?,
        })
    }
}
