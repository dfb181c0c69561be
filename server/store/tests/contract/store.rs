use giaoban_store::{Store, StoreError, UnitQuery};
use sqlx::Connection as _;

use crate::fixture::{briefing_id, today, tree};
use crate::ledger::batch;

on_both! {
    async fn what_was_kept_is_there_after_opening_again(bed) {
        tree(&bed.store).await;
        bed.store.close().await;
        let again = Store::open(&bed.url).await.unwrap();
        let page = again.units().list(&UnitQuery::at(today())).await.unwrap();
        assert_eq!(page.total, 6);
        assert!(again.schema_version().await.unwrap() >= 3);
        again.close().await;
    }
}

on_both! {
    async fn a_closed_store_says_that_it_is_unavailable(bed) {
        bed.store.ping().await.unwrap();
        bed.store.close().await;
        let error = bed.store.ping().await.unwrap_err();
        assert_eq!(error.code(), "store_unavailable");
        let error = bed.store.ledger().append(batch(briefing_id(1), 1..=1)).await.unwrap_err();
        assert_eq!(error.code(), "ledger_unavailable");
    }
}

on_both! {
    async fn a_second_process_may_open_it_beside_the_first(bed) {
        let second = Store::open(&bed.url).await.unwrap();
        tree(&second).await;
        let page = bed.store.units().list(&UnitQuery::at(today())).await.unwrap();
        assert_eq!(page.total, 6);
        second.close().await;
    }
}

#[tokio::test]
async fn several_nodes_may_start_on_an_empty_database_at_once() {
    let url = crate::postgres::new_database().await;
    let (one, two, three) = tokio::join!(Store::open(&url), Store::open(&url), Store::open(&url));
    for store in [one, two, three] {
        store.unwrap().close().await;
    }
}

#[tokio::test]
async fn connections_that_the_server_cut_are_replaced() {
    let bed = crate::harness::postgres().await;
    let id = briefing_id(1);
    bed.store.ledger().append(batch(id, 1..=1)).await.unwrap();
    let mut admin = sqlx::PgConnection::connect(&bed.url).await.unwrap();
    sqlx::query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .execute(&mut admin)
    .await
    .unwrap();
    bed.store.ledger().append(batch(id, 2..=2)).await.unwrap();
    assert_eq!(bed.store.ledger().facts(id, 1, 10).await.unwrap().len(), 2);
    admin.close().await.unwrap();
    bed.store.close().await;
}

#[tokio::test]
async fn an_address_of_neither_database_is_refused_without_repeating_its_password() {
    let error = Store::open("mysql://root:geheim@localhost/x")
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::BadAddress(_)));
    assert!(!error.to_string().contains("geheim"), "{error}");
}

#[tokio::test]
async fn a_store_in_memory_is_refused_because_it_would_not_last() {
    for url in [
        "sqlite::memory:",
        "sqlite://",
        "sqlite://:memory:",
        "sqlite:///tmp/x?mode=memory",
    ] {
        let error = Store::open(url).await.unwrap_err();
        assert_eq!(error.code(), "store_bad_address");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let bed = crate::harness::sqlite().await;
    let path = bed.url.strip_prefix("sqlite://").unwrap();
    let mode = std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    bed.store.close().await;
}
