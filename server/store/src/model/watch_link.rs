//! Links for view-only watchers.

use chrono::{DateTime, Utc};

use super::ids::{AccountId, BriefingId, WatchLinkId};

/// A link that lets a number of view-only watchers see a briefing's stage. The token itself is
/// never stored, only its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchLink {
    /// Its id.
    pub id: WatchLinkId,
    /// The briefing that may be watched.
    pub briefing: BriefingId,
    /// Hash of the token.
    pub token_hash: Vec<u8>,
    /// How many may watch at once.
    pub max_watchers: u32,
    /// Who made it.
    pub created_by: AccountId,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it is refused.
    pub revoked_at: Option<DateTime<Utc>>,
}
