use super::*;
use chrono::TimeDelta;
use giaoban_signaling::ledger::{Actor, Body, Entry, Fact};
use proptest::prelude::*;

const BRIEFING: BriefingId = BriefingId(Uuid::from_u128(7));

/// A ledger of so many facts.
fn rows(count: u64) -> Vec<FactRow> {
    let start = DateTime::from_timestamp(1_800_000_000, 123_456_000).unwrap();
    let mut prev = genesis(BRIEFING);
    (1..=count)
        .map(|seq| {
            let fact = Fact {
                seq,
                at: start + TimeDelta::seconds(i64::try_from(seq).unwrap()),
                actor: Actor::Server,
                command: None,
                body: if seq.is_multiple_of(2) {
                    Body::Beat
                } else {
                    Body::Opened
                },
            };
            let entry = Entry::link(BRIEFING, fact, prev);
            prev = entry.hash;
            FactRow {
                briefing: BRIEFING.0.into(),
                seq,
                at: entry.fact.at,
                actor: entry.fact.actor.to_string(),
                kind: entry.fact.body.kind(),
                payload: entry.fact.payload(),
                prev_hash: entry.prev,
                hash: entry.hash,
            }
        })
        .collect()
}

fn file(rows: &[FactRow]) -> Vec<String> {
    let mut bytes = Vec::new();
    write(&mut bytes, BRIEFING, rows, DateTime::UNIX_EPOCH).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn flaw(lines: &[String]) -> Flaw {
    match check(&lines.join("\n")) {
        Err(FileError::Tampered(flaw)) => flaw,
        other => panic!("{other:?}"),
    }
}

/// The line of a fact that somebody writes anew, with a hash that fits it.
fn forged(seq: u64, prev: Hash) -> String {
    let fact = Fact {
        seq,
        at: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
        actor: Actor::Server,
        command: None,
        body: Body::Closed,
    };
    let entry = Entry::link(BRIEFING, fact, prev);
    serde_json::to_string(&FactLine {
        seq,
        at: entry.fact.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        actor: entry.fact.actor.to_string(),
        kind: entry.fact.body.kind(),
        payload: entry.fact.payload(),
        prev_hash: hex(&entry.prev),
        hash: hex(&entry.hash),
    })
    .unwrap()
}

proptest! {
    #[test]
    fn what_was_written_is_vouched_for(count in 0_u64..20) {
        let rows = rows(count);
        let checked = check(&file(&rows).join("\n")).unwrap();
        prop_assert_eq!(checked.briefing, BRIEFING.0);
        prop_assert_eq!(checked.head.seq, count);
    }

    #[test]
    fn an_edited_fact_is_named(count in 1_usize..20, at in any::<prop::sample::Index>(), field in 0_usize..4) {
        let mut rows = rows(count as u64);
        let at = at.index(count);
        match field {
            0 => rows[at].payload = rows[at].payload.replace("null", "\"x\""),
            1 => rows[at].actor = "seat:00000000-0000-0000-0000-000000000001".to_owned(),
            2 => rows[at].at += TimeDelta::microseconds(1),
            _ => rows[at].kind.push('x'),
        }
        prop_assert_eq!(flaw(&file(&rows)), Flaw::Edited { seq: at as u64 + 1 });
    }

    #[test]
    fn missing_facts_are_named(count in 3_usize..20, at in any::<prop::sample::Index>(), some in 1_usize..4) {
        let mut lines = file(&rows(count as u64));
        // Neither the heading nor, below, the end.
        let first = 1 + at.index(count - 1);
        let some = some.min(count - first);
        lines.drain(first..first + some);
        prop_assert_eq!(flaw(&lines), Flaw::Missing { first: first as u64, last: (first + some - 1) as u64 });
    }

    #[test]
    fn a_cut_off_end_is_named(count in 2_usize..20, left in any::<prop::sample::Index>()) {
        let mut lines = file(&rows(count as u64));
        let left = left.index(count);
        lines.truncate(1 + left);
        prop_assert_eq!(flaw(&lines), Flaw::Truncated { seq: left as u64, facts: count as u64 });
    }

    #[test]
    fn exchanged_facts_are_named(count in 2_usize..20, one in any::<prop::sample::Index>(), other in any::<prop::sample::Index>()) {
        let (one, other) = (one.index(count), other.index(count));
        prop_assume!(one != other);
        let mut lines = file(&rows(count as u64));
        lines.swap(1 + one, 1 + other);
        prop_assert_eq!(flaw(&lines), Flaw::Moved { seq: one.min(other) as u64 + 1 });
    }

    #[test]
    fn a_fact_put_in_is_named(count in 2_usize..20, at in any::<prop::sample::Index>(), copy in any::<bool>()) {
        let rows = rows(count as u64);
        let mut lines = file(&rows);
        let at = at.index(count);
        let seq = rows[at].seq;
        let line = if copy { lines[1 + at].clone() } else { forged(seq, rows[at].prev_hash) };
        lines.insert(1 + at, line);
        let found = flaw(&lines);
        prop_assert_eq!(found, Flaw::Inserted { seq });
    }

    #[test]
    fn a_fact_written_anew_with_its_hash_is_named(count in 2_usize..20, at in any::<prop::sample::Index>()) {
        let rows = rows(count as u64);
        let mut lines = file(&rows);
        let at = at.index(count);
        lines[1 + at] = forged(rows[at].seq, rows[at].prev_hash);
        let expected = if at + 1 == count { Flaw::OtherHead } else { Flaw::Replaced { seq: rows[at].seq } };
        prop_assert_eq!(flaw(&lines), expected);
    }
}

#[test]
fn facts_after_the_end_are_named() {
    let rows = rows(3);
    let mut lines = file(&rows);
    lines.push(forged(4, rows[2].hash));
    assert_eq!(flaw(&lines), Flaw::Inserted { seq: 4 });
}

#[test]
fn what_is_no_ledger_is_refused() {
    assert_eq!(check(""), Err(FileError::Heading));
    assert_eq!(check("{}"), Err(FileError::Heading));
    let mut lines = file(&rows(2));
    lines[1] = "not a fact".to_owned();
    assert_eq!(
        check(&lines.join("\n")),
        Err(FileError::Unreadable { line: 2 })
    );
}
