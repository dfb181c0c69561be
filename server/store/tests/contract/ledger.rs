use chrono::TimeDelta;
use giaoban_store::{AppendError, Batch, BriefingId, FactRow, Fence, Head};

use crate::fixture::{briefing_id, clock};

fn hash(briefing: BriefingId, seq: u64) -> [u8; 32] {
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&seq.to_be_bytes());
    hash[8..24].copy_from_slice(uuid::Uuid::from(briefing).as_bytes());
    hash
}

pub(crate) fn fact(briefing: BriefingId, seq: u64) -> FactRow {
    FactRow {
        briefing,
        seq,
        at: clock("08:00") + TimeDelta::microseconds(i64::try_from(seq).unwrap() * 1_001),
        actor: "seat:1".to_owned(),
        kind: "joined".to_owned(),
        payload: format!("{{\"seq\" : {seq}}}"),
        prev_hash: hash(briefing, seq - 1),
        hash: hash(briefing, seq),
    }
}

pub(crate) fn batch(briefing: BriefingId, seqs: std::ops::RangeInclusive<u64>) -> Batch {
    Batch {
        briefing,
        facts: seqs.map(|seq| fact(briefing, seq)).collect(),
        fence: None,
    }
}

on_both! {
    async fn facts_come_back_in_order_and_byte_for_byte(bed) {
        let ledger = bed.store.ledger();
        let id = briefing_id(1);
        let mut given = batch(id, 1..=3);
        // Neither the order of keys, nor blanks, nor the form of numbers and letters may change.
        given.facts[1].payload =
            r#"{"b":1.50,"a" : "Hòa hoà \u00e0 \u0000","n":12345678901234567890,"b":2}"#.to_owned();
        given.facts[2].payload = "Hue\u{302}\u{301} 🏛 \n\t".to_owned();
        ledger.append(given.clone()).await.unwrap();
        assert_eq!(ledger.facts(id, 0, 100).await.unwrap(), given.facts);
        assert_eq!(ledger.facts(id, 2, 1).await.unwrap(), given.facts[1..2]);
        assert!(ledger.facts(briefing_id(2), 0, 100).await.unwrap().is_empty());
        let head = ledger.high_water(id).await.unwrap();
        assert_eq!(head, Some(Head { seq: 3, hash: given.facts[2].hash }));
        assert_eq!(ledger.high_water(briefing_id(2)).await.unwrap(), None);
    }
}

on_both! {
    async fn what_does_not_follow_the_last_fact_is_a_conflict_and_leaves_nothing(bed) {
        let ledger = bed.store.ledger();
        let id = briefing_id(1);
        assert!(matches!(ledger.append(batch(id, 2..=2)).await, Err(AppendError::Conflict)));
        ledger.append(batch(id, 1..=2)).await.unwrap();
        for seqs in [1..=1, 2..=3, 4..=4] {
            let error = ledger.append(batch(id, seqs)).await.unwrap_err();
            assert!(matches!(error, AppendError::Conflict), "{error}");
        }
        let mut another_past = batch(id, 3..=3);
        another_past.facts[0].prev_hash = [7; 32];
        assert!(matches!(ledger.append(another_past).await, Err(AppendError::Conflict)));
        assert_eq!(ledger.facts(id, 0, 10).await.unwrap().len(), 2);
        ledger.append(batch(id, 3..=3)).await.unwrap();
    }
}

/// SQLite rolls back by itself when the disk is full, as it does at this trigger's word.
#[tokio::test]
async fn after_a_rollback_of_sqlite_s_own_the_ledger_can_be_written_again() {
    use sqlx::{Connection as _, Executor as _, SqliteConnection};

    let bed = crate::harness::sqlite().await;
    let mut other = SqliteConnection::connect(&bed.url).await.unwrap();
    other
        .execute(
            "CREATE TRIGGER full BEFORE INSERT ON facts
             BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END",
        )
        .await
        .unwrap();
    let id = briefing_id(1);
    for _ in 0..2 {
        let error = bed
            .store
            .ledger()
            .append(batch(id, 1..=1))
            .await
            .unwrap_err();
        assert!(error.to_string().contains("full"), "{error}");
    }
    other.execute("DROP TRIGGER full").await.unwrap();
    bed.store.ledger().append(batch(id, 1..=1)).await.unwrap();
    bed.store.close().await;
}

on_both! {
    async fn what_could_not_be_read_back_as_it_was_is_refused(bed) {
        let ledger = bed.store.ledger();
        let id = briefing_id(1);
        let mut nanoseconds = batch(id, 1..=1);
        nanoseconds.facts[0].at += TimeDelta::nanoseconds(1);
        let mut nul = batch(id, 1..=1);
        nul.facts[0].payload = "\0".to_owned();
        let mut strange = batch(id, 1..=1);
        strange.briefing = briefing_id(2);
        let mut gap = batch(id, 1..=3);
        gap.facts.remove(1);
        for wrong in [nanoseconds, nul, strange, gap] {
            let error = ledger.append(wrong).await.unwrap_err();
            assert!(matches!(error, AppendError::Malformed(_)), "{error}");
        }
        assert_eq!(ledger.high_water(id).await.unwrap(), None);
    }
}

on_both! {
    async fn in_a_common_commit_each_batch_succeeds_or_fails_for_itself(bed) {
        let ledger = bed.store.ledger();
        let [one, two, three] = [1, 2, 3].map(briefing_id);
        ledger.append(batch(two, 1..=1)).await.unwrap();
        let results = ledger
            .append_many(&[
                batch(one, 1..=1),
                batch(two, 5..=5),
                batch(one, 2..=4),
                batch(one, 4..=4),
                batch(three, 1..=2),
            ])
            .await;
        let succeeded: Vec<bool> = results.iter().map(Result::is_ok).collect();
        assert_eq!(succeeded, [true, false, true, false, true]);
        let ends = [one, two, three].map(|id| async move {
            ledger.high_water(id).await.unwrap().map(|head| head.seq)
        });
        let [one, two, three] = ends;
        assert_eq!((one.await, two.await, three.await), (Some(4), Some(1), Some(2)));
    }
}

on_both! {
    async fn a_storm_on_many_briefings_loses_nothing(bed) {
        let started = std::time::Instant::now();
        let mut rooms = tokio::task::JoinSet::new();
        for number in 0..50 {
            let ledger = bed.store.ledger().clone();
            rooms.spawn(async move {
                for seq in 1..=20 {
                    ledger.append(batch(briefing_id(number), seq..=seq)).await.unwrap();
                }
            });
        }
        rooms.join_all().await;
        println!("1,000 appends of 50 rooms: {:?}", started.elapsed());
        for number in 0..50 {
            let id = briefing_id(number);
            let facts = bed.store.ledger().facts(id, 1, 100).await.unwrap();
            assert_eq!(facts, batch(id, 1..=20).facts);
        }
    }
}

on_both! {
    async fn of_two_processes_that_append_at_once_one_succeeds(bed) {
        let other = giaoban_store::Store::open(&bed.url).await.unwrap();
        let id = briefing_id(1);
        for seq in 1..=20 {
            let (one, two) = tokio::join!(
                bed.store.ledger().append(batch(id, seq..=seq)),
                other.ledger().append(batch(id, seq..=seq))
            );
            assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
            let lost = one.and(two).unwrap_err();
            assert!(matches!(lost, AppendError::Conflict), "{lost}");
        }
        other.close().await;
    }
}

on_both! {
    async fn who_has_lost_the_lease_can_no_longer_append(bed) {
        let (ledger, leases) = (bed.store.ledger(), bed.store.leases());
        let id = briefing_id(1);
        let minute = TimeDelta::minutes(1);
        let take = async |owner: &str, at: &str| {
            leases.acquire(id, owner, clock(at), minute).await.unwrap().unwrap().fence
        };
        let fenced = |seq, fence| Batch { fence: Some(fence), ..batch(id, seq..=seq) };
        assert!(matches!(ledger.append(fenced(1, Fence(1))).await, Err(AppendError::Fenced)));
        let first = take("node-a", "08:00").await;
        ledger.append(fenced(1, first)).await.unwrap();
        let second = take("node-b", "08:01").await;
        assert!(matches!(ledger.append(fenced(2, first)).await, Err(AppendError::Fenced)));
        ledger.append(fenced(2, second)).await.unwrap();
    }
}

/// Facts can't be changed or removed, not even past the repository.
mod the_database_itself_refuses_to_change_facts {
    use super::*;
    use sqlx::Connection as _;

    const ATTEMPTS: [&str; 2] = [
        "UPDATE facts SET payload = '{}' WHERE seq = 1",
        "DELETE FROM facts WHERE seq = 1",
    ];

    #[tokio::test]
    async fn on_sqlite() {
        let bed = crate::harness::sqlite().await;
        bed.store
            .ledger()
            .append(batch(briefing_id(1), 1..=1))
            .await
            .unwrap();
        let mut raw = sqlx::SqliteConnection::connect(&bed.url).await.unwrap();
        for attempt in ATTEMPTS {
            let error = sqlx::query(attempt).execute(&mut raw).await.unwrap_err();
            assert!(error.to_string().contains("append-only"), "{error}");
        }
        raw.close().await.unwrap();
        bed.store.close().await;
    }

    #[tokio::test]
    async fn on_postgres() {
        let bed = crate::harness::postgres().await;
        bed.store
            .ledger()
            .append(batch(briefing_id(1), 1..=1))
            .await
            .unwrap();
        let mut raw = sqlx::PgConnection::connect(&bed.url).await.unwrap();
        for attempt in ATTEMPTS.into_iter().chain(["TRUNCATE facts"]) {
            let error = sqlx::query(attempt).execute(&mut raw).await.unwrap_err();
            assert!(error.to_string().contains("append-only"), "{error}");
        }
        raw.close().await.unwrap();
        bed.store.close().await;
    }
}
