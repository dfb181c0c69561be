//! The chain of facts.

use crate::world::plan::session;
use giaoban_signaling::ledger::{ChainError, Entry, Fact, Stored, Why, verify};
use giaoban_signaling::wire::Command;
use proptest::prelude::*;

struct Row {
    seq: u64,
    at: chrono::DateTime<chrono::Utc>,
    actor: String,
    kind: String,
    payload: String,
    prev: [u8; 32],
    hash: [u8; 32],
}

fn rows(ledger: &[Entry]) -> Vec<Row> {
    ledger
        .iter()
        .map(|entry| Row {
            seq: entry.fact.seq,
            at: entry.fact.at,
            actor: entry.fact.actor.to_string(),
            kind: entry.fact.body.kind(),
            payload: entry.fact.payload(),
            prev: entry.prev,
            hash: entry.hash,
        })
        .collect()
}

fn stored(rows: &[Row]) -> impl Iterator<Item = Stored<'_>> {
    rows.iter().map(|row| Stored {
        seq: row.seq,
        at: row.at,
        actor: &row.actor,
        kind: &row.kind,
        payload: &row.payload,
        prev: row.prev,
        hash: row.hash,
    })
}

#[test]
fn a_fact_is_read_back_as_it_was_written() {
    let mut world = session(2, 2);
    world.done("p1", Command::RaiseHand);
    world.done(
        "chair",
        Command::InvitePoint {
            point: world.point("p1"),
        },
    );
    for entry in &world.ledger {
        let fact = &entry.fact;
        let read = Fact::parse(
            fact.seq,
            fact.at,
            &fact.actor.to_string(),
            &fact.body.kind(),
            &fact.payload(),
        );
        assert_eq!(&read.unwrap(), fact);
    }
}

#[test]
fn a_whole_ledger_verifies_and_a_missing_fact_is_found() {
    let world = session(2, 2);
    world.verify_ledger();
    let mut rows = rows(&world.ledger);
    rows.remove(3);
    let error = verify(world.setup.id, stored(&rows)).unwrap_err();
    assert_eq!(
        error,
        ChainError {
            seq: 5,
            why: Why::Gap
        }
    );
    let other = giaoban_signaling::ids::BriefingId(crate::world::uuid(1, 2));
    assert!(
        verify(other, stored(&rows)).is_err(),
        "it is another briefing's"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn any_change_is_found_where_it_is(place in 0..100_usize, what in 0..6_u8, byte in any::<u8>()) {
        let world = session(2, 2);
        let mut rows = rows(&world.ledger);
        let place = place % rows.len();
        let row = &mut rows[place];
        let seq = row.seq;
        match what {
            0 => row.payload.push(' '),
            1 => row.actor = "server ".to_owned(),
            2 => row.kind.push('x'),
            3 => row.at += chrono::TimeDelta::microseconds(1 + i64::from(byte)),
            4 => row.hash[usize::from(byte) % 32] ^= 1,
            _ => row.prev[usize::from(byte) % 32] ^= 1,
        }
        let error = verify(world.setup.id, stored(&rows)).unwrap_err();
        prop_assert_eq!(error.seq, seq);
    }
}
