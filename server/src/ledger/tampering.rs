//! What was done to a ledger that is not as it was written.

use chrono::{DateTime, Utc};
use giaoban_signaling::ids::BriefingId;
use giaoban_signaling::ledger::{Head, Stored, genesis};
use giaoban_store::Hash;
use std::collections::HashMap;

/// One fact as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub seq: u64,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub kind: String,
    pub payload: String,
    pub prev: Hash,
    pub hash: Hash,
}

impl Line {
    fn is_whole(&self, briefing: BriefingId) -> bool {
        Stored {
            seq: self.seq,
            at: self.at,
            actor: &self.actor,
            kind: &self.kind,
            payload: &self.payload,
            prev: self.prev,
            hash: self.hash,
        }
        .is_whole(briefing)
    }
}

/// The first thing that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    #[error(
        "dòng {seq} đã bị sửa: nội dung không khớp mã băm / fact {seq} was edited: it does not fit its hash"
    )]
    Edited { seq: u64 },
    #[error(
        "dòng {seq} đã bị thay: dòng sau không nối tiếp nó / fact {seq} was replaced: the next does not follow it"
    )]
    Replaced { seq: u64 },
    #[error("mất dòng {first} đến {last} / facts {first} to {last} are missing")]
    Missing { first: u64, last: u64 },
    #[error("dòng {seq} bị đổi chỗ / fact {seq} was moved")]
    Moved { seq: u64 },
    #[error("có dòng chèn thêm mang số {seq} / a fact was inserted as number {seq}")]
    Inserted { seq: u64 },
    #[error(
        "sổ bị cắt cuối: chỉ còn {seq} trong {facts} dòng / the end is cut off: {seq} of {facts} facts are left"
    )]
    Truncated { seq: u64, facts: u64 },
    #[error("dòng cuối không có mã băm đã công bố / the last fact has not the hash that was named")]
    OtherHead,
}

/// Follows the chain from its first fact to `end`, and names the first thing that does not fit.
///
/// Whoever rewrites everything, hashes and heading included, is found out only by a hash that was printed or kept elsewhere.
pub fn examine(briefing: BriefingId, lines: &[Line], end: Head) -> Result<(), Flaw> {
    let mut head = Head {
        seq: 0,
        hash: genesis(briefing),
    };
    for (index, line) in lines.iter().enumerate() {
        if line.seq == head.seq + 1 && line.prev == head.hash && line.is_whole(briefing) {
            head = Head {
                seq: line.seq,
                hash: line.hash,
            };
            continue;
        }
        return Err(name(briefing, lines, index, head));
    }
    match head.seq.cmp(&end.seq) {
        std::cmp::Ordering::Less => Err(Flaw::Truncated {
            seq: head.seq,
            facts: end.seq,
        }),
        std::cmp::Ordering::Greater => Err(Flaw::Inserted { seq: end.seq + 1 }),
        std::cmp::Ordering::Equal if head.hash != end.hash => Err(Flaw::OtherHead),
        std::cmp::Ordering::Equal => Ok(()),
    }
}

/// What became of the line at `index`, which does not follow `head`.
fn name(briefing: BriefingId, lines: &[Line], index: usize, head: Head) -> Flaw {
    let line = &lines[index];
    let rest = &lines[index + 1..];
    let expected = head.seq + 1;
    let mut numbers: HashMap<u64, usize> = HashMap::new();
    for line in lines {
        *numbers.entry(line.seq).or_default() += 1;
    }
    let repeated = |seq: u64| numbers.get(&seq).copied().unwrap_or(0) > 1;
    // Somebody else's line, if what should stand here comes right after it.
    let continues =
        |line: &Line| line.seq == expected && line.prev == head.hash && line.is_whole(briefing);
    if repeated(line.seq) && (line.seq < expected || rest.first().is_some_and(continues)) {
        return Flaw::Inserted { seq: line.seq };
    }
    if !line.is_whole(briefing) {
        return Flaw::Edited { seq: line.seq };
    }
    if line.seq == expected {
        // Whole in itself, but it follows something else than what stands before it.
        return Flaw::Replaced { seq: head.seq };
    }
    if line.seq < expected || rest.iter().any(|later| later.seq == expected) {
        return Flaw::Moved {
            seq: expected.min(line.seq),
        };
    }
    Flaw::Missing {
        first: expected,
        last: line.seq - 1,
    }
}
