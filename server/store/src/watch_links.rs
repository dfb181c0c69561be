//! Links for view-only watchers.

use chrono::{DateTime, Utc};

use crate::StoreError;
use crate::db::Db;
use crate::db::query::{FromRow, Row};
use crate::model::ids::{BriefingId, WatchLinkId};
use crate::model::watch_link::WatchLink;

/// The repository of watch links.
#[derive(Debug, Clone)]
pub struct WatchLinks {
    db: Db,
}

impl WatchLinks {
    pub(crate) fn new(db: Db) -> Self {
        Self { db }
    }

    /// Adds a link.
    pub async fn create(&self, link: &WatchLink) -> Result<(), StoreError> {
        self.db
            .write()
            .await?
            .query(
                "INSERT INTO watch_links (id, briefing_id, token_hash, max_watchers, created_by,
                    created_at, revoked_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(link.id)
            .bind(link.briefing)
            .bind(link.token_hash.as_slice())
            .bind(link.max_watchers)
            .bind(link.created_by)
            .bind(link.created_at)
            .bind(link.revoked_at)
            .execute()
            .await?;
        Ok(())
    }

    /// The link of that token, revoked or not.
    pub async fn find(&self, token_hash: &[u8]) -> Result<Option<WatchLink>, StoreError> {
        self.db
            .read()
            .await?
            .query("SELECT * FROM watch_links WHERE token_hash = $1")
            .bind(token_hash)
            .optional()
            .await
    }

    /// All links of a briefing, in the order they were made.
    pub async fn of_briefing(&self, briefing: BriefingId) -> Result<Vec<WatchLink>, StoreError> {
        self.db
            .read()
            .await?
            .query("SELECT * FROM watch_links WHERE briefing_id = $1 ORDER BY created_at, id")
            .bind(briefing)
            .all()
            .await
    }

    /// Revokes a link; the first revocation stands.
    pub async fn revoke(&self, id: WatchLinkId, at: DateTime<Utc>) -> Result<(), StoreError> {
        let changed = self
            .db
            .write()
            .await?
            .query("UPDATE watch_links SET revoked_at = COALESCE(revoked_at, $2) WHERE id = $1")
            .bind(id)
            .bind(at)
            .execute()
            .await?;
        if changed == 0 {
            return Err(StoreError::NotFound("watch link"));
        }
        Ok(())
    }
}

impl FromRow for WatchLink {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            briefing: row.get("briefing_id")?,
            token_hash: row.get("token_hash")?,
            max_watchers: row.get("max_watchers")?,
            created_by: row.get("created_by")?,
            created_at: row.get("created_at")?,
            revoked_at: row.get("revoked_at")?,
        })
    }
}
