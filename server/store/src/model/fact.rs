//! Facts of the ledger (sổ phiên).

use chrono::{DateTime, Utc};

use super::ids::BriefingId;

/// Length of a link of the chain: SHA-256.
pub type Hash = [u8; 32];

/// One fact of a briefing's ledger. The caller computes the hashes over what it wrote; the store
/// gives every field back exactly as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactRow {
    /// The briefing.
    pub briefing: BriefingId,
    /// Position in the ledger: 1, 2, 3, … without a gap.
    pub seq: u64,
    /// When it happened; whole microseconds, so that it comes back as it was hashed.
    pub at: DateTime<Utc>,
    /// Who did it, in the caller's own notation.
    pub actor: String,
    /// What happened, in the caller's own notation.
    pub kind: String,
    /// The details as JSON text, kept byte by byte.
    pub payload: String,
    /// Hash of the fact before it; of the first, what the caller starts the chain with.
    pub prev_hash: Hash,
    /// Hash of this fact.
    pub hash: Hash,
}

/// The end of a briefing's ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Position of the last fact.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
}
