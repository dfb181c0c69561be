use crate::rooms::load::rows;
use giaoban_signaling::ids::BriefingId;
use giaoban_signaling::ledger::{self, ChainError, Head, Stored};
use giaoban_store::{FactRow, Store, StoreError};

/// A chain without a flaw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    pub facts: u64,
    pub head: giaoban_store::Hash,
}

/// Why a ledger can't be vouched for.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("there are no facts of this briefing")]
    Empty,
    #[error(transparent)]
    Broken(#[from] ChainError),
}

/// Reads the whole ledger of a briefing and walks its chain.
pub async fn verify(store: &Store, briefing: BriefingId) -> Result<Verified, VerifyError> {
    let rows = rows(store, briefing).await?;
    if rows.is_empty() {
        return Err(VerifyError::Empty);
    }
    let Head { seq, hash } = ledger::verify(briefing, rows.iter().map(stored))?;
    Ok(Verified {
        facts: seq,
        head: hash,
    })
}

/// The row as the chain sees it.
pub(crate) fn stored(row: &FactRow) -> Stored<'_> {
    Stored {
        seq: row.seq,
        at: row.at,
        actor: &row.actor,
        kind: &row.kind,
        payload: &row.payload,
        prev: row.prev_hash,
        hash: row.hash,
    }
}
