//! Briefings.

mod list;
mod overview;
mod parts;
mod write;

use crate::StoreError;
use crate::db::Db;
use crate::db::query::{FromRow, Row};
use crate::model::briefing::{Briefing, BriefingDetail, Occurrence};
use crate::model::ids::{AccountId, BriefingId, SeriesId};
use chrono::{DateTime, Utc};

/// The repository of briefings.
#[derive(Debug, Clone)]
pub struct Briefings {
    db: Db,
}

impl Briefings {
    pub(crate) fn new(db: Db) -> Self {
        Self { db }
    }

    /// The briefing with everything planned for it.
    pub async fn get(&self, id: BriefingId) -> Result<Option<BriefingDetail>, StoreError> {
        let mut snapshot = self.db.snapshot().await?;
        let briefing: Option<Briefing> = snapshot
            .query("SELECT * FROM briefings WHERE id = $1")
            .bind(id)
            .optional()
            .await?;
        let Some(briefing) = briefing else {
            return Ok(None);
        };
        Ok(Some(BriefingDetail {
            briefing,
            agenda: parts::agenda(&mut snapshot, id).await?,
            invitations: parts::invitations(&mut snapshot, id).await?,
            participants: parts::participants(&mut snapshot, id).await?,
        }))
    }

    /// The briefing without its lists.
    pub async fn head(&self, id: BriefingId) -> Result<Option<Briefing>, StoreError> {
        self.db
            .read()
            .await?
            .query("SELECT * FROM briefings WHERE id = $1")
            .bind(id)
            .optional()
            .await
    }

    /// How many briefings and repetitions an account has planned since then.
    pub async fn planned_since(
        &self,
        by: AccountId,
        since: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        self.db
            .read()
            .await?
            .query(
                "SELECT COUNT(*) FROM (
                    SELECT id FROM briefings WHERE created_by = $1 AND created_at >= $2 AND series_id IS NULL
                    UNION ALL SELECT id FROM series WHERE created_by = $1 AND created_at >= $2) AS planned",
            )
            .bind(by)
            .bind(since)
            .count()
            .await
    }

    /// The briefings planned under this one, earliest first.
    pub async fn children(&self, parent: BriefingId) -> Result<Vec<Briefing>, StoreError> {
        self.db
            .read()
            .await?
            .query("SELECT * FROM briefings WHERE parent_id = $1 ORDER BY starts_at, id")
            .bind(parent)
            .all()
            .await
    }

    /// The briefings of a series, cancelled ones too, in the order of the rule.
    pub async fn of_series(&self, series: SeriesId) -> Result<Vec<Briefing>, StoreError> {
        self.db
            .read()
            .await?
            .query("SELECT * FROM briefings WHERE series_id = $1 ORDER BY occurrence, id")
            .bind(series)
            .all()
            .await
    }
}

impl FromRow for Briefing {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        let series: Option<SeriesId> = row.get("series_id")?;
        let starts_at = row.get("occurrence")?;
        Ok(Self {
            id: row.get("id")?,
            title: row.get("title")?,
            host_unit: row.get("host_unit")?,
            parent: row.get("parent_id")?,
            chair: row.get("chair_id")?,
            secretary: row.get("secretary_id")?,
            deputy: row.get("deputy_id")?,
            starts_at: row.get("starts_at")?,
            ends_at: row.get("ends_at")?,
            admission: row.get("admission")?,
            floor_seconds: row.get("floor_seconds")?,
            occurrence: series
                .zip(starts_at)
                .map(|(series, starts_at)| Occurrence { series, starts_at }),
            state: row.get("state")?,
            cancelled_reason: row.get("cancelled_reason")?,
            revision: row.get("revision")?,
            created_by: row.get("created_by")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}
