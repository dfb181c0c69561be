//! Which process owns which briefing.

use chrono::{DateTime, TimeDelta, Utc};

use crate::StoreError;
use crate::db::Db;
use crate::db::query::{FromRow, Row};
use crate::model::ids::BriefingId;
use crate::model::lease::{Fence, Lease};

/// The repository of leases.
#[derive(Debug, Clone)]
pub struct Leases {
    db: Db,
}

impl Leases {
    pub(crate) fn new(db: Db) -> Self {
        Self { db }
    }

    /// Takes or renews the lease of a briefing for `length` from `now`. `None` while another owner
    /// holds it. The owner that holds it already keeps its fence, even if the lease has run out
    /// without anybody taking it; a new owner gets a higher one.
    pub async fn acquire(
        &self,
        briefing: BriefingId,
        owner: &str,
        now: DateTime<Utc>,
        length: TimeDelta,
    ) -> Result<Option<Lease>, StoreError> {
        self.db
            .write()
            .await?
            .query(
                "INSERT INTO leases (briefing_id, owner, fence, expires_at) VALUES ($1, $2, 1, $4)
                 ON CONFLICT (briefing_id) DO UPDATE SET
                    fence = CASE WHEN leases.owner = excluded.owner
                        THEN leases.fence ELSE leases.fence + 1 END,
                    owner = excluded.owner, expires_at = excluded.expires_at
                 WHERE leases.owner = excluded.owner OR leases.expires_at <= $3
                 RETURNING briefing_id, owner, fence, expires_at",
            )
            .bind(briefing)
            .bind(owner)
            .bind(now)
            .bind(now + length)
            .optional()
            .await
    }

    /// Gives the lease back at `now`, so that another may take it at once. Nothing when the lease is
    /// another's by now.
    pub async fn release(&self, lease: &Lease, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.db
            .write()
            .await?
            .query("UPDATE leases SET expires_at = $3 WHERE briefing_id = $1 AND fence = $2")
            .bind(lease.briefing)
            .bind(lease.fence)
            .bind(now)
            .execute()
            .await?;
        Ok(())
    }

    /// The last lease of a briefing, run out or not.
    pub async fn of_briefing(&self, briefing: BriefingId) -> Result<Option<Lease>, StoreError> {
        self.db
            .read()
            .await?
            .query("SELECT * FROM leases WHERE briefing_id = $1")
            .bind(briefing)
            .optional()
            .await
    }
}

impl FromRow for Lease {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            briefing: row.get("briefing_id")?,
            owner: row.get("owner")?,
            fence: Fence(row.get("fence")?),
            expires_at: row.get("expires_at")?,
        })
    }
}
