//! A whole ledger as a file that vouches for itself, on any machine: JSON Lines, a heading and then one fact a line, with the
//! payloads byte by byte as they were hashed. See `docs/evidence.md`.

use super::hex;
use super::tampering::{Flaw, Line, examine};
use chrono::{DateTime, SecondsFormat, Utc};
use giaoban_signaling::ids::BriefingId;
use giaoban_signaling::ledger::{Head, genesis};
use giaoban_store::{FactRow, Hash};
use serde::{Deserialize, Serialize};
use std::io::{self, Write};
use uuid::Uuid;

/// Names the format in the heading.
const FORMAT: &str = "giaoban-ledger";
const VERSION: u32 = 1;

/// The first line: which ledger, and where it ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Heading {
    format: String,
    version: u32,
    briefing: Uuid,
    /// How many facts follow.
    facts: u64,
    /// Hash of the last of them.
    head: String,
    exported_at: DateTime<Utc>,
}

/// Every other line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FactLine {
    seq: u64,
    at: String,
    actor: String,
    kind: String,
    payload: String,
    prev_hash: String,
    hash: String,
}

/// A file without a flaw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    pub briefing: Uuid,
    pub head: Head,
}

/// Why a file is not vouched for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// The first line is not a heading of this format and version.
    #[error("dòng đầu không phải của sổ phiên / the first line is not that of a ledger")]
    Heading,
    /// A line that is no fact; counted from 1, the heading being the first.
    #[error("dòng {line} của tệp không đọc được / line {line} of the file cannot be read")]
    Unreadable { line: usize },
    #[error(transparent)]
    Tampered(#[from] Flaw),
}

/// Writes the facts of one briefing, in order and from the first, as a file.
pub fn write(
    out: &mut impl Write,
    briefing: BriefingId,
    rows: &[FactRow],
    now: DateTime<Utc>,
) -> io::Result<()> {
    let head = rows
        .last()
        .map_or_else(|| genesis(briefing), |row| row.hash);
    let heading = Heading {
        format: FORMAT.to_owned(),
        version: VERSION,
        briefing: briefing.0,
        facts: rows.last().map_or(0, |row| row.seq),
        head: hex(&head),
        exported_at: now,
    };
    line(out, &heading)?;
    for row in rows {
        line(
            out,
            &FactLine {
                seq: row.seq,
                at: row.at.to_rfc3339_opts(SecondsFormat::Micros, true),
                actor: row.actor.clone(),
                kind: row.kind.clone(),
                payload: row.payload.clone(),
                prev_hash: hex(&row.prev_hash),
                hash: hex(&row.hash),
            },
        )?;
    }
    Ok(())
}

fn line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// Reads a file and follows its chain from the first fact to the end that its heading names.
pub fn check(text: &str) -> Result<Checked, FileError> {
    let mut lines = text.lines().enumerate();
    let heading: Heading = lines
        .next()
        .and_then(|(_, line)| serde_json::from_str(line).ok())
        .filter(|heading: &Heading| heading.format == FORMAT && heading.version == VERSION)
        .ok_or(FileError::Heading)?;
    let end = Head {
        seq: heading.facts,
        hash: hash(&heading.head).ok_or(FileError::Heading)?,
    };
    let facts = lines
        .map(|(index, line)| fact(line).ok_or(FileError::Unreadable { line: index + 1 }))
        .collect::<Result<Vec<Line>, _>>()?;
    examine(BriefingId(heading.briefing), &facts, end)?;
    Ok(Checked {
        briefing: heading.briefing,
        head: end,
    })
}

fn fact(line: &str) -> Option<Line> {
    let line: FactLine = serde_json::from_str(line).ok()?;
    Some(Line {
        seq: line.seq,
        at: line.at.parse().ok()?,
        actor: line.actor,
        kind: line.kind,
        payload: line.payload,
        prev: hash(&line.prev_hash)?,
        hash: hash(&line.hash)?,
    })
}

/// 64 lower case hexadecimal digits.
pub(super) fn hash(text: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    if text.len() != 64
        || !text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    {
        return None;
    }
    for (byte, digits) in hash.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests;
