//! Appending in one transaction.

use std::collections::HashMap;

use super::Batch;
use crate::StoreError;
use crate::db::bulk::Insert;
use crate::db::value::whole_micros;
use crate::db::{Db, Transaction};
use crate::model::fact::{FactRow, Head};
use crate::model::ids::BriefingId;

pub(super) const HEAD: &str =
    "SELECT seq, hash FROM facts WHERE briefing_id = $1 ORDER BY seq DESC LIMIT 1";

const INSERT: Insert = Insert {
    head: "INSERT INTO facts (briefing_id, seq, at, actor, kind, payload, prev_hash, hash)",
    columns: 8,
    tail: "",
};

/// Why facts were not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// They don't follow the last fact: somebody else has appended. Read from the ledger what it
    /// holds now.
    #[error("the facts don't follow the end of the ledger")]
    Conflict,
    /// The lease under which they were appended is another's by now.
    #[error("the briefing is owned by another process by now")]
    Fenced,
    /// They can't be kept as they are: not one chain of positions and hashes, a time with a fraction
    /// of a microsecond, a text with a NUL character. A mistake of the caller.
    #[error("the facts are malformed: {0}")]
    Malformed(&'static str),
    /// The database can't write now, and has kept none of them.
    #[error("the ledger can't be written now: {0}")]
    Unavailable(String),
    /// The connection broke while they were committed: whether they were kept is unknown. Compare
    /// [`super::Ledger::high_water`] before trying again.
    #[error("whether the ledger was written is unknown: {0}")]
    Unknown(String),
}

impl AppendError {
    /// Stable `snake_case` code of this kind of error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Conflict => "ledger_conflict",
            Self::Fenced => "ledger_fenced",
            Self::Malformed(_) => "ledger_malformed",
            Self::Unavailable(_) => "ledger_unavailable",
            Self::Unknown(_) => "ledger_unknown",
        }
    }
}

/// Appends all in one commit. If another process was faster on one of the ledgers, the commit fails
/// as a whole: then each goes for itself, so that one doesn't take the others with it.
pub(super) async fn append_many(db: &Db, batches: &[Batch]) -> Vec<Result<(), AppendError>> {
    match append_together(db, batches).await {
        Ok(results) => results,
        Err(Failed::Before(StoreError::Taken(_))) if batches.len() > 1 => {
            let mut results = Vec::with_capacity(batches.len());
            for batch in batches {
                let one = append_together(db, std::slice::from_ref(batch)).await;
                results.push(match one {
                    Ok(mut one) => one.pop().unwrap_or(Ok(())),
                    Err(error) => Err(whole_commit_failed(&error)),
                });
            }
            results
        }
        Err(error) => batches
            .iter()
            .map(|_| Err(whole_commit_failed(&error)))
            .collect(),
    }
}

/// Why nothing was acknowledged.
enum Failed {
    /// Nothing was kept.
    Before(StoreError),
    /// The answer to the commit is missing.
    Committing(StoreError),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Before(error)
    }
}

fn whole_commit_failed(failed: &Failed) -> AppendError {
    match failed {
        Failed::Before(StoreError::Taken(_)) => AppendError::Conflict,
        Failed::Before(other) => AppendError::Unavailable(other.to_string()),
        Failed::Committing(error) => AppendError::Unknown(error.to_string()),
    }
}

/// Results per batch once committed.
async fn append_together(
    db: &Db,
    batches: &[Batch],
) -> Result<Vec<Result<(), AppendError>>, Failed> {
    let mut results = Vec::with_capacity(batches.len());
    let mut accepted: Vec<&FactRow> = Vec::new();
    // Where each ledger ends once what has been accepted so far is in.
    let mut heads: HashMap<BriefingId, Option<Head>> = HashMap::new();
    let mut transaction = db.begin().await?;
    for batch in batches {
        let result = admit(&mut transaction, batch, &mut heads).await?;
        if result.is_ok() {
            accepted.extend(&batch.facts);
        }
        results.push(result);
    }
    INSERT
        .run(
            &mut transaction,
            &accepted,
            |query, fact| {
                query
                    .bind(fact.briefing)
                    .bind(fact.seq)
                    .bind(fact.at)
                    .bind(&fact.actor)
                    .bind(&fact.kind)
                    .bind(&fact.payload)
                    .bind(fact.prev_hash)
                    .bind(fact.hash)
            },
            |_| (),
        )
        .await?;
    // What a file refuses it hasn't kept; a connection that breaks leaves open what became of it.
    let in_process = transaction.is_in_process();
    match transaction.commit().await {
        Ok(()) => Ok(results),
        Err(error) if in_process => Err(Failed::Before(error)),
        Err(error) => Err(Failed::Committing(error)),
    }
}

/// Whether the batch may follow what is there, and if so moves the end of its ledger.
async fn admit(
    transaction: &mut Transaction,
    batch: &Batch,
    heads: &mut HashMap<BriefingId, Option<Head>>,
) -> Result<Result<(), AppendError>, StoreError> {
    let (Some(first), Some(last)) = (batch.facts.first(), batch.facts.last()) else {
        return Ok(Ok(()));
    };
    if let Err(error) = well_formed(batch) {
        return Ok(Err(error));
    }
    if let Some(fence) = batch.fence {
        // An update and not a question, so that the lease can't change hands before the commit.
        let held = transaction
            .query("UPDATE leases SET fence = fence WHERE briefing_id = $1 AND fence = $2")
            .bind(batch.briefing)
            .bind(fence)
            .execute()
            .await?;
        if held == 0 {
            return Ok(Err(AppendError::Fenced));
        }
    }
    let head = match heads.get(&batch.briefing) {
        Some(&head) => head,
        None => {
            transaction
                .query(HEAD)
                .bind(batch.briefing)
                .optional()
                .await?
        }
    };
    let follows = match head {
        None => first.seq == 1,
        Some(head) => first.seq == head.seq + 1 && first.prev_hash == head.hash,
    };
    if !follows {
        heads.insert(batch.briefing, head);
        return Ok(Err(AppendError::Conflict));
    }
    heads.insert(
        batch.briefing,
        Some(Head {
            seq: last.seq,
            hash: last.hash,
        }),
    );
    Ok(Ok(()))
}

fn well_formed(batch: &Batch) -> Result<(), AppendError> {
    for fact in &batch.facts {
        if fact.briefing != batch.briefing {
            return Err(AppendError::Malformed("a fact of another briefing"));
        }
        if whole_micros(fact.at) != fact.at {
            return Err(AppendError::Malformed("a fraction of a microsecond"));
        }
        if [&fact.actor, &fact.kind, &fact.payload]
            .iter()
            .any(|text| text.contains('\0'))
        {
            return Err(AppendError::Malformed("a text holds a NUL character"));
        }
    }
    for pair in batch.facts.windows(2) {
        if let [one, next] = pair
            && (next.seq != one.seq + 1 || next.prev_hash != one.hash)
        {
            return Err(AppendError::Malformed("the facts are not one chain"));
        }
    }
    Ok(())
}
