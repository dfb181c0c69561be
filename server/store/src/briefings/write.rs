//! Planning, editing, cancelling.

use chrono::{DateTime, Utc};

use super::{Briefings, parts};
use crate::StoreError;
use crate::db::Transaction;
use crate::model::briefing::{Briefing, BriefingPlan, BriefingState};
use crate::model::ids::{AccountId, BriefingId};

impl Briefings {
    /// Plans a briefing. [`StoreError::Taken`] when its occurrence of a series has been planned.
    pub async fn create(
        &self,
        id: BriefingId,
        plan: &BriefingPlan,
        created_by: AccountId,
        at: DateTime<Utc>,
    ) -> Result<Briefing, StoreError> {
        let mut transaction = self.db.begin().await?;
        let briefing = transaction
            .query(
                "INSERT INTO briefings (id, title, host_unit, parent_id, chair_id, secretary_id,
                    deputy_id, starts_at, ends_at, admission, floor_seconds, series_id, occurrence,
                    state, revision, created_by, created_at, updated_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1, $15, $16, $16)
                 RETURNING *",
            )
            .bind(id)
            .bind(&plan.title)
            .bind(&plan.host_unit)
            .bind(plan.parent)
            .bind(plan.chair)
            .bind(plan.secretary)
            .bind(plan.deputy)
            .bind(plan.starts_at)
            .bind(plan.ends_at)
            .bind(plan.admission)
            .bind(plan.floor_seconds)
            .bind(plan.occurrence.map(|occurrence| occurrence.series))
            .bind(plan.occurrence.map(|occurrence| occurrence.starts_at))
            .bind(BriefingState::Planned)
            .bind(created_by)
            .bind(at)
            .optional()
            .await?
            .ok_or(StoreError::NotFound("briefing"))?;
        refuse_circle(&mut transaction, id, plan.parent).await?;
        parts::insert(&mut transaction, id, plan).await?;
        transaction.commit().await?;
        Ok(briefing)
    }

    /// Replaces the plan, if nobody has changed the briefing since `revision`;
    /// [`StoreError::Stale`] otherwise.
    pub async fn update(
        &self,
        id: BriefingId,
        revision: u64,
        plan: &BriefingPlan,
        at: DateTime<Utc>,
    ) -> Result<Briefing, StoreError> {
        let mut transaction = self.db.begin().await?;
        let updated = transaction
            .query(
                "UPDATE briefings SET title = $3, host_unit = $4, parent_id = $5, chair_id = $6,
                    secretary_id = $7, deputy_id = $8, starts_at = $9, ends_at = $10,
                    admission = $11, floor_seconds = $12, series_id = $13, occurrence = $14,
                    revision = revision + 1, updated_at = $15
                 WHERE id = $1 AND revision = $2
                 RETURNING *",
            )
            .bind(id)
            .bind(revision)
            .bind(&plan.title)
            .bind(&plan.host_unit)
            .bind(plan.parent)
            .bind(plan.chair)
            .bind(plan.secretary)
            .bind(plan.deputy)
            .bind(plan.starts_at)
            .bind(plan.ends_at)
            .bind(plan.admission)
            .bind(plan.floor_seconds)
            .bind(plan.occurrence.map(|occurrence| occurrence.series))
            .bind(plan.occurrence.map(|occurrence| occurrence.starts_at))
            .bind(at)
            .optional()
            .await?;
        let briefing = changed(&mut transaction, id, updated).await?;
        refuse_circle(&mut transaction, id, plan.parent).await?;
        parts::clear(&mut transaction, id).await?;
        parts::insert(&mut transaction, id, plan).await?;
        transaction.commit().await?;
        Ok(briefing)
    }

    /// Cancels, if nobody has changed the briefing since `revision`; [`StoreError::Stale`] otherwise.
    pub async fn cancel(
        &self,
        id: BriefingId,
        revision: u64,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<Briefing, StoreError> {
        let mut transaction = self.db.begin().await?;
        let updated = transaction
            .query(
                "UPDATE briefings SET state = $3, cancelled_reason = $4, revision = revision + 1,
                    updated_at = $5
                 WHERE id = $1 AND revision = $2
                 RETURNING *",
            )
            .bind(id)
            .bind(revision)
            .bind(BriefingState::Cancelled)
            .bind(reason)
            .bind(at)
            .optional()
            .await?;
        let briefing = changed(&mut transaction, id, updated).await?;
        transaction.commit().await?;
        Ok(briefing)
    }

    /// Notes the state that the ledger says it is in. The same state again changes nothing, so that
    /// a replay may do it.
    pub async fn set_state(
        &self,
        id: BriefingId,
        state: BriefingState,
        at: DateTime<Utc>,
    ) -> Result<Briefing, StoreError> {
        let mut transaction = self.db.begin().await?;
        let updated: Option<Briefing> = transaction
            .query(
                "UPDATE briefings SET state = $2, revision = revision + 1, updated_at = $3
                 WHERE id = $1 AND state <> $2
                 RETURNING *",
            )
            .bind(id)
            .bind(state)
            .bind(at)
            .optional()
            .await?;
        let briefing = match updated {
            Some(briefing) => briefing,
            None => current(&mut transaction, id).await?,
        };
        transaction.commit().await?;
        Ok(briefing)
    }
}

async fn current(transaction: &mut Transaction, id: BriefingId) -> Result<Briefing, StoreError> {
    transaction
        .query("SELECT * FROM briefings WHERE id = $1")
        .bind(id)
        .optional()
        .await?
        .ok_or(StoreError::NotFound("briefing"))
}

/// What an update that names a revision has changed; if nothing, why.
async fn changed(
    transaction: &mut Transaction,
    id: BriefingId,
    updated: Option<Briefing>,
) -> Result<Briefing, StoreError> {
    if let Some(briefing) = updated {
        return Ok(briefing);
    }
    current(transaction, id).await?;
    Err(StoreError::Stale("briefing"))
}

/// A briefing can't be below itself.
async fn refuse_circle(
    transaction: &mut Transaction,
    id: BriefingId,
    parent: Option<BriefingId>,
) -> Result<(), StoreError> {
    let mut above = parent;
    while let Some(ancestor) = above {
        if ancestor == id {
            return Err(StoreError::Circular("briefing"));
        }
        above = transaction
            .query("SELECT parent_id FROM briefings WHERE id = $1")
            .bind(ancestor)
            .scalar::<Option<BriefingId>>()
            .await?
            .flatten();
    }
    Ok(())
}
