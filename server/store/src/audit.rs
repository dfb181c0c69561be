//! The audit log: administrative acts in one append-only chain.

use chrono::{DateTime, Utc};

use crate::StoreError;
use crate::db::Db;
use crate::db::query::{FromRow, Row};
use crate::model::audit::{Act, AuditRow};
use crate::model::fact::{Hash, Head};

/// What an administrator looks for. What is left out is not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Acts before this position, for the next page.
    pub before: Option<u64>,
    /// Acts at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Acts before this time.
    pub until: Option<DateTime<Utc>>,
    /// Acts of this name.
    pub action: Option<String>,
    /// Acts of whoever is called so.
    pub actor: Option<String>,
}

/// The repository of administrative acts.
#[derive(Debug, Clone)]
pub struct Audit {
    db: Db,
}

impl Audit {
    pub(crate) fn new(db: Db) -> Self {
        Self { db }
    }

    /// Adds an act to the end of the chain; one at a time, whichever process asks.
    pub async fn append(&self, act: Act) -> Result<AuditRow, StoreError> {
        let mut transaction = self.db.begin().await?;
        transaction
            .query(
                "INSERT INTO locks (name) VALUES ('audit') ON CONFLICT (name) DO UPDATE SET name = excluded.name",
            )
            .execute()
            .await?;
        let head: Option<Head> = transaction
            .query("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
            .optional()
            .await?;
        let (seq, prev): (u64, Hash) = head.map_or((1, [0; 32]), |head| (head.seq + 1, head.hash));
        let row = AuditRow::link(seq, act, prev);
        transaction
            .query(
                "INSERT INTO audit (seq, at, account_id, actor, address, action, detail, prev_hash, hash)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            )
            .bind(row.seq)
            .bind(row.act.at)
            .bind(row.act.account)
            .bind(&row.act.actor)
            .bind(&row.act.address)
            .bind(&row.act.action)
            .bind(&row.act.detail)
            .bind(row.prev_hash)
            .bind(row.hash)
            .execute()
            .await?;
        transaction.commit().await?;
        Ok(row)
    }

    /// At most `limit` acts, the latest first.
    pub async fn latest(
        &self,
        query: &AuditQuery,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        self.db
            .read()
            .await?
            .query(
                "SELECT * FROM audit
                 WHERE ($1 IS NULL OR seq < $1) AND ($2 IS NULL OR at >= $2) AND ($3 IS NULL OR at < $3)
                 AND ($4 IS NULL OR action = $4) AND ($5 IS NULL OR actor = $5)
                 ORDER BY seq DESC LIMIT $6",
            )
            .bind(query.before)
            .bind(query.from)
            .bind(query.until)
            .bind(query.action.as_deref())
            .bind(query.actor.as_deref())
            .bind(limit)
            .all()
            .await
    }

    /// At most `limit` acts from position `from_seq` on, in order.
    pub async fn from(&self, from_seq: u64, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        self.db
            .read()
            .await?
            .query("SELECT * FROM audit WHERE seq >= $1 ORDER BY seq LIMIT $2")
            .bind(from_seq)
            .bind(limit)
            .all()
            .await
    }
}

impl FromRow for AuditRow {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            seq: row.get("seq")?,
            act: Act {
                at: row.get("at")?,
                account: row.get("account_id")?,
                actor: row.get("actor")?,
                address: row.get("address")?,
                action: row.get("action")?,
                detail: row.get("detail")?,
            },
            prev_hash: row.get("prev_hash")?,
            hash: row.get("hash")?,
        })
    }
}
