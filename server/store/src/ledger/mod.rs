//! The ledger (sổ phiên): append-only facts of every briefing.

mod append;
mod group;

use crate::StoreError;
use crate::db::Db;
use crate::db::query::{FromRow, Row};
use crate::model::fact::{FactRow, Head};
use crate::model::ids::BriefingId;
use crate::model::lease::Fence;

pub use append::AppendError;
use group::Committer;

/// Facts that are appended together to one briefing's ledger, all or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The briefing.
    pub briefing: BriefingId,
    /// The facts, in order, following its last.
    pub facts: Vec<FactRow>,
    /// The fence of the lease under which it's appended; `None` where there is but one process.
    pub fence: Option<Fence>,
}

/// The repository of facts.
#[derive(Debug, Clone)]
pub struct Ledger {
    db: Db,
    committer: Committer,
}

impl Ledger {
    pub(crate) fn new(db: Db) -> Self {
        let committer = Committer::start(db.clone());
        Self { db, committer }
    }

    /// Appends facts and returns once they are durable. Calls that wait at the same time share one
    /// commit, so that a storm of them costs few. Dropping the future doesn't undo the append.
    pub async fn append(&self, batch: Batch) -> Result<(), AppendError> {
        if batch.facts.is_empty() {
            return Ok(());
        }
        self.committer.append(batch).await
    }

    /// Appends to several ledgers in one commit. Each batch succeeds or fails for itself; the
    /// results are in the order of the batches.
    pub async fn append_many(&self, batches: &[Batch]) -> Vec<Result<(), AppendError>> {
        append::append_many(&self.db, batches).await
    }

    /// At most `limit` facts of a briefing from position `from_seq` on, in order. Fewer than `limit`
    /// are the end.
    pub async fn facts(
        &self,
        briefing: BriefingId,
        from_seq: u64,
        limit: u32,
    ) -> Result<Vec<FactRow>, StoreError> {
        self.db
            .read()
            .await?
            .query("SELECT * FROM facts WHERE briefing_id = $1 AND seq >= $2 ORDER BY seq LIMIT $3")
            .bind(briefing)
            .bind(from_seq)
            .bind(limit)
            .all()
            .await
    }

    /// The last fact's position and hash; `None` when there is none.
    pub async fn high_water(&self, briefing: BriefingId) -> Result<Option<Head>, StoreError> {
        self.db
            .read()
            .await?
            .query(append::HEAD)
            .bind(briefing)
            .optional()
            .await
    }
}

impl FromRow for FactRow {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            briefing: row.get("briefing_id")?,
            seq: row.get("seq")?,
            at: row.get("at")?,
            actor: row.get("actor")?,
            kind: row.get("kind")?,
            payload: row.get("payload")?,
            prev_hash: row.get("prev_hash")?,
            hash: row.get("hash")?,
        })
    }
}

impl FromRow for Head {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            seq: row.get("seq")?,
            hash: row.get("hash")?,
        })
    }
}
