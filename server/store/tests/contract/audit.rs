use giaoban_store::{Act, AuditQuery};
use sqlx::Connection as _;

use crate::fixture::clock;

fn act(at: &str, actor: &str, action: &str) -> Act {
    Act {
        at: clock(at),
        account: None,
        actor: actor.to_owned(),
        address: "10.0.0.7".to_owned(),
        action: action.to_owned(),
        detail: "{}".to_owned(),
    }
}

on_both! {
    async fn acts_form_one_chain_however_many_write_at_once(bed) {
        let audit = bed.store.audit();
        let writers = (0..20).map(|number| {
            let audit = audit.clone();
            tokio::spawn(async move {
                audit.append(act("08:00", &format!("a{number}"), "signed_in")).await.unwrap();
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        let rows = audit.from(1, 100).await.unwrap();
        assert_eq!(rows.len(), 20);
        assert_eq!(rows[0].prev_hash, [0; 32]);
        assert!(rows.iter().all(giaoban_store::AuditRow::is_whole));
        for pair in rows.windows(2) {
            assert_eq!(pair[1].seq, pair[0].seq + 1);
            assert_eq!(pair[1].prev_hash, pair[0].hash);
        }
    }
}

on_both! {
    async fn acts_are_found_by_time_name_and_actor(bed) {
        let audit = bed.store.audit();
        for (at, actor, action) in [
            ("08:00", "quantri", "signed_in"),
            ("08:10", "thuky", "signed_in"),
            ("08:20", "thuky", "briefing_created"),
        ] {
            audit.append(act(at, actor, action)).await.unwrap();
        }
        let found = async |query: AuditQuery| -> Vec<u64> {
            audit.latest(&query, 10).await.unwrap().iter().map(|row| row.seq).collect()
        };
        assert_eq!(found(AuditQuery::default()).await, [3, 2, 1]);
        assert_eq!(found(AuditQuery { before: Some(3), ..AuditQuery::default() }).await, [2, 1]);
        assert_eq!(found(AuditQuery { actor: Some("thuky".into()), ..AuditQuery::default() }).await, [3, 2]);
        assert_eq!(found(AuditQuery { action: Some("signed_in".into()), ..AuditQuery::default() }).await, [2, 1]);
        let between = AuditQuery { from: Some(clock("08:10")), until: Some(clock("08:20")), ..AuditQuery::default() };
        assert_eq!(found(between).await, [2]);
    }
}

on_both! {
    async fn no_act_can_be_changed_or_removed(bed) {
        bed.store.audit().append(act("08:00", "quantri", "signed_in")).await.unwrap();
        for sql in ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"] {
            let refused = if bed.url.starts_with("sqlite") {
                let mut raw = sqlx::SqliteConnection::connect(&bed.url).await.unwrap();
                sqlx::query(sql).execute(&mut raw).await.map(|_| ())
            } else {
                let mut raw = sqlx::PgConnection::connect(&bed.url).await.unwrap();
                sqlx::query(sql).execute(&mut raw).await.map(|_| ())
            };
            assert!(refused.unwrap_err().to_string().contains("append-only"), "{sql}");
        }
    }
}
