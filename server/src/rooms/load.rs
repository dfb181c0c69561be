//! Reading a ledger back.

use super::ids::same;
use crate::ledger::stored;
use crate::personal::{Opener, UnsealError};
use giaoban_signaling::ids::BriefingId;
use giaoban_signaling::ledger::{self, ChainError, Entry, Fact, Head, ParseError, genesis};
use giaoban_store::{FactRow, Store, StoreError};

const PAGE: u32 = 2_000;

/// Why a ledger could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Broken(#[from] ChainError),
    #[error("fact {seq} cannot be read: {source}")]
    Fact {
        seq: u64,
        #[source]
        source: ParseError,
    },
    #[error("fact {seq} cannot be opened: {source}")]
    Sealed {
        seq: u64,
        #[source]
        source: UnsealError,
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

/// All facts of a ledger. What they say about people whose keys are destroyed says so.
pub async fn entries(store: &Store, briefing: BriefingId) -> Result<Vec<Entry>, ReadError> {
    opened(store, briefing, &rows(store, briefing).await?).await
}

/// A ledger as its room goes on with it.
pub(super) struct Begun {
    /// Chained over what they say, as the machine chains them.
    pub(super) entries: Vec<Entry>,
    /// The end of the chain over what is written, which is whole.
    pub(super) head: Head,
}

/// The ledger of a briefing that goes on.
pub(super) async fn begun(store: &Store, briefing: BriefingId) -> Result<Begun, ReadError> {
    let rows = rows(store, briefing).await?;
    let head = ledger::verify(briefing, rows.iter().map(stored))?;
    let mut prev = genesis(briefing);
    let mut entries = opened(store, briefing, &rows).await?;
    for entry in &mut entries {
        *entry = Entry::link(briefing, entry.fact.clone(), prev);
        prev = entry.hash;
    }
    Ok(Begun { entries, head })
}

async fn opened(
    store: &Store,
    briefing: BriefingId,
    rows: &[FactRow],
) -> Result<Vec<Entry>, ReadError> {
    // After the facts, so that no fact is newer than its key.
    let opener = opener(store, briefing).await?;
    rows.iter().map(|row| entry(&opener, row)).collect()
}

/// What reads the payloads of a ledger, with all its keys.
pub async fn opener(store: &Store, briefing: BriefingId) -> Result<Opener, ReadError> {
    let keys = store.person_keys().of_briefing(same(briefing)).await?;
    Opener::new(briefing, keys).map_err(|source| ReadError::Sealed { seq: 0, source })
}

fn entry(opener: &Opener, row: &FactRow) -> Result<Entry, ReadError> {
    let seq = row.seq;
    let payload = opener
        .open(seq, &row.payload)
        .map_err(|source| ReadError::Sealed { seq, source })?;
    let fact = Fact::parse(seq, row.at, &row.actor, &row.kind, &payload)
        .map_err(|source| ReadError::Fact { seq, source })?;
    Ok(Entry {
        fact,
        prev: row.prev_hash,
        hash: row.hash,
    })
}
