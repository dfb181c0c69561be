//! What was done to the server itself.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::fact::Hash;
use super::ids::AccountId;
use crate::db::value::whole_micros;

/// An administrative act, not yet in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// When; kept to the microsecond.
    pub at: DateTime<Utc>,
    /// The account that did it; none for a stranger and for the command line.
    pub account: Option<AccountId>,
    /// How that account is called, or who else it was.
    pub actor: String,
    /// The network address it came from; empty for the command line.
    pub address: String,
    /// What was done, in the caller's own words (`snake_case`).
    pub action: String,
    /// To what, as JSON text, kept byte by byte. Never a secret.
    pub detail: String,
}

/// An act in its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// 1, 2, 3, … without a gap.
    pub seq: u64,
    /// What was done.
    pub act: Act,
    /// Hash of the act before it; zeros before the first.
    pub prev_hash: Hash,
    /// SHA-256(`prev_hash` ‖ JSON of everything else).
    pub hash: Hash,
}

impl AuditRow {
    /// Puts `act` after what has the position `seq - 1` and the hash `prev_hash`.
    pub(crate) fn link(seq: u64, mut act: Act, prev_hash: Hash) -> Self {
        act.at = whole_micros(act.at);
        let hash = hash(seq, &act, prev_hash);
        Self {
            seq,
            act,
            prev_hash,
            hash,
        }
    }

    /// Whether it is what was written.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.hash == hash(self.seq, &self.act, self.prev_hash)
    }
}

fn hash(seq: u64, act: &Act, prev_hash: Hash) -> Hash {
    #[derive(Serialize)]
    struct Line<'a> {
        seq: u64,
        at: String,
        account: Option<uuid::Uuid>,
        actor: &'a str,
        address: &'a str,
        action: &'a str,
        detail: &'a str,
    }
    let line = serde_json::to_vec(&Line {
        seq,
        at: act.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        account: act.account.map(Into::into),
        actor: &act.actor,
        address: &act.address,
        action: &act.action,
        detail: &act.detail,
    })
    .unwrap_or_default();
    Sha256::new()
        .chain_update(prev_hash)
        .chain_update(line)
        .finalize()
        .into()
}
