//! Reading a ledger back.

use giaoban_signaling::ids::BriefingId;
use giaoban_signaling::ledger::{Entry, Fact, ParseError};
use giaoban_store::{FactRow, Store, StoreError};

const PAGE: u32 = 2_000;

/// Why a ledger could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("fact {seq} cannot be read: {source}")]
    Fact {
        seq: u64,
        #[source]
        source: ParseError,
    },
}

/// All rows of a ledger, as they are stored.
pub async fn rows(store: &Store, briefing: BriefingId) -> Result<Vec<FactRow>, StoreError> {
    let id = giaoban_store::BriefingId::from(briefing.0);
    let mut rows: Vec<FactRow> = Vec::new();
    loop {
        let from = rows.last().map_or(1, |row| row.seq + 1);
        let page = store.ledger().facts(id, from, PAGE).await?;
        let ended = page.len() < PAGE as usize;
        rows.extend(page);
        if ended {
            return Ok(rows);
        }
    }
}

/// All facts of a ledger.
pub async fn entries(store: &Store, briefing: BriefingId) -> Result<Vec<Entry>, ReadError> {
    rows(store, briefing).await?.iter().map(entry).collect()
}

fn entry(row: &FactRow) -> Result<Entry, ReadError> {
    let fact =
        Fact::parse(row.seq, row.at, &row.actor, &row.kind, &row.payload).map_err(|source| {
            ReadError::Fact {
                seq: row.seq,
                source,
            }
        })?;
    Ok(Entry {
        fact,
        prev: row.prev_hash,
        hash: row.hash,
    })
}
