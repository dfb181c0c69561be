//! Sign-ins that are in force.

use chrono::{DateTime, Utc};

use super::ids::{AccountId, SessionId};

/// A sign-in. The token itself is never stored, only its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Who signed in.
    pub account: AccountId,
    /// Hash of the token (the server's choice of hash, 32 bytes with SHA-256).
    pub token_hash: Vec<u8>,
    /// When signed in.
    pub created_at: DateTime<Utc>,
    /// When last used.
    pub last_seen_at: DateTime<Utc>,
    /// From when on it is refused.
    pub expires_at: DateTime<Utc>,
    /// The browser's own name, for the list of one's sessions.
    pub user_agent: String,
}
