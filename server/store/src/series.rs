//! Repetitions of briefings.

use chrono::{DateTime, Utc};

use crate::StoreError;
use crate::db::Db;
use crate::db::query::{FromRow, Row};
use crate::model::ids::SeriesId;
use crate::model::series::Series;

/// The repository of repetitions.
#[derive(Debug, Clone)]
pub struct SeriesRepository {
    db: Db,
}

impl SeriesRepository {
    pub(crate) fn new(db: Db) -> Self {
        Self { db }
    }

    /// Adds a repetition.
    pub async fn create(&self, series: &Series) -> Result<(), StoreError> {
        self.db
            .write()
            .await?
            .query(
                "INSERT INTO series (id, title, host_unit, rrule, timezone, first_starts_at, minutes,
                    expanded_to, created_by, created_at, ended_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            )
            .bind(series.id)
            .bind(&series.title)
            .bind(&series.host_unit)
            .bind(&series.rrule)
            .bind(&series.timezone)
            .bind(series.first_starts_at)
            .bind(series.minutes)
            .bind(series.expanded_to)
            .bind(series.created_by)
            .bind(series.created_at)
            .bind(series.ended_at)
            .execute()
            .await?;
        Ok(())
    }

    /// The repetition.
    pub async fn get(&self, id: SeriesId) -> Result<Option<Series>, StoreError> {
        self.db
            .read()
            .await?
            .query("SELECT * FROM series WHERE id = $1")
            .bind(id)
            .optional()
            .await
    }

    /// Repetitions that go on and whose briefings haven't been made up to `until`.
    pub async fn to_expand(&self, until: DateTime<Utc>) -> Result<Vec<Series>, StoreError> {
        self.db
            .read()
            .await?
            .query(
                "SELECT * FROM series
                 WHERE ended_at IS NULL AND (expanded_to IS NULL OR expanded_to < $1)
                 ORDER BY id",
            )
            .bind(until)
            .all()
            .await
    }

    /// Notes up to when briefings have been made; never goes back.
    pub async fn set_expanded_to(
        &self,
        id: SeriesId,
        expanded_to: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.db
            .write()
            .await?
            .query(
                "UPDATE series SET expanded_to = $2
                 WHERE id = $1 AND (expanded_to IS NULL OR expanded_to < $2)",
            )
            .bind(id)
            .bind(expanded_to)
            .execute()
            .await?;
        Ok(())
    }

    /// Ends a repetition; the first end stands. Briefings already made stay.
    pub async fn end(&self, id: SeriesId, at: DateTime<Utc>) -> Result<(), StoreError> {
        let changed = self
            .db
            .write()
            .await?
            .query("UPDATE series SET ended_at = COALESCE(ended_at, $2) WHERE id = $1")
            .bind(id)
            .bind(at)
            .execute()
            .await?;
        if changed == 0 {
            return Err(StoreError::NotFound("series"));
        }
        Ok(())
    }
}

impl FromRow for Series {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            title: row.get("title")?,
            host_unit: row.get("host_unit")?,
            rrule: row.get("rrule")?,
            timezone: row.get("timezone")?,
            first_starts_at: row.get("first_starts_at")?,
            minutes: row.get("minutes")?,
            expanded_to: row.get("expanded_to")?,
            created_by: row.get("created_by")?,
            created_at: row.get("created_at")?,
            ended_at: row.get("ended_at")?,
        })
    }
}
