//! Which process owns a briefing.

use chrono::{DateTime, Utc};

use super::ids::BriefingId;

/// The right of one process to write a briefing's ledger until `expires_at`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The briefing.
    pub briefing: BriefingId,
    /// Name of the owning process.
    pub owner: String,
    /// Grows with every change of owner: what an append is fenced with.
    pub fence: Fence,
    /// Until when no other process may take it.
    pub expires_at: DateTime<Utc>,
}

/// Proof of ownership that the ledger checks: an append under an outdated fence is refused, so a
/// process that slept through the end of its lease can't write any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fence(pub u64);
