use super::Fact;
use crate::ids::BriefingId;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// SHA-256.
pub type Hash = [u8; 32];

/// A fact in its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub fact: Fact,
    pub prev: Hash,
    pub hash: Hash,
}

impl Entry {
    /// Links `fact` after `prev`.
    pub fn link(briefing: BriefingId, fact: Fact, prev: Hash) -> Self {
        let (actor, kind, payload) = (fact.actor.to_string(), fact.body.kind(), fact.payload());
        let hash = Stored {
            seq: fact.seq,
            at: fact.at,
            actor: &actor,
            kind: &kind,
            payload: &payload,
            prev,
            hash: prev,
        }
        .expected_hash(briefing);
        Self { fact, prev, hash }
    }
}

/// The end of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Of the last fact; 0 when there is none.
    pub seq: u64,
    pub hash: Hash,
}

/// One fact as a store holds it: the text that was hashed, untouched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored<'a> {
    pub seq: u64,
    pub at: DateTime<Utc>,
    pub actor: &'a str,
    pub kind: &'a str,
    pub payload: &'a str,
    pub prev: Hash,
    pub hash: Hash,
}

impl Stored<'_> {
    /// Whether its hash is that of its content.
    #[must_use]
    pub fn is_whole(&self, briefing: BriefingId) -> bool {
        self.hash == self.expected_hash(briefing)
    }

    /// `SHA-256(prev ‖ line)`, where the line is the JSON of everything else in this order.
    pub fn expected_hash(&self, briefing: BriefingId) -> Hash {
        #[derive(Serialize)]
        struct Line<'a> {
            briefing: BriefingId,
            seq: u64,
            at: String,
            actor: &'a str,
            kind: &'a str,
            payload: &'a str,
        }
        let line = serde_json::to_vec(&Line {
            briefing,
            seq: self.seq,
            at: self.at.to_rfc3339_opts(SecondsFormat::Micros, true),
            actor: self.actor,
            kind: self.kind,
            payload: self.payload,
        })
        .unwrap_or_default();
        Sha256::new()
            .chain_update(self.prev)
            .chain_update(line)
            .finalize()
            .into()
    }
}

/// What the first fact of a briefing follows.
pub fn genesis(briefing: BriefingId) -> Hash {
    Sha256::new()
        .chain_update(b"giaoban ledger 1")
        .chain_update(briefing.0.as_bytes())
        .finalize()
        .into()
}

/// The first place where a chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the ledger is broken at fact {seq}: {why}")]
pub struct ChainError {
    pub seq: u64,
    pub why: Why,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    #[error("a fact is missing or out of order")]
    Gap,
    #[error("it does not follow the fact before it")]
    Link,
    #[error("it is not what was written")]
    Content,
}

/// Walks a whole ledger from its first fact. A cut-off end cannot be seen from inside: compare the head with one that was
/// printed or sent elsewhere.
pub fn verify<'a>(
    briefing: BriefingId,
    facts: impl IntoIterator<Item = Stored<'a>>,
) -> Result<Head, ChainError> {
    let mut head = Head {
        seq: 0,
        hash: genesis(briefing),
    };
    for fact in facts {
        let fail = |why| Err(ChainError { seq: fact.seq, why });
        if fact.seq != head.seq + 1 {
            return fail(Why::Gap);
        }
        if fact.prev != head.hash {
            return fail(Why::Link);
        }
        if !fact.is_whole(briefing) {
            return fail(Why::Content);
        }
        head = Head {
            seq: fact.seq,
            hash: fact.hash,
        };
    }
    Ok(head)
}
