use giaoban_store::backup::{BackupError, backup, restore};
use giaoban_store::{Store, UnitQuery};

use crate::fixture::{briefing_id, today, tree};
use crate::harness;
use crate::ledger::batch;

fn now() -> chrono::DateTime<chrono::Utc> {
    "2026-01-05T01:00:00Z".parse().unwrap()
}

#[tokio::test]
async fn a_copy_made_while_facts_are_written_holds_one_state_and_can_be_put_back() {
    let bed = harness::sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("giaoban.bak");
    tree(&bed.store).await;
    let id = briefing_id(1);
    bed.store.ledger().append(batch(id, 1..=1)).await.unwrap();
    let writing = async {
        for seq in 2..=200 {
            bed.store
                .ledger()
                .append(batch(id, seq..=seq))
                .await
                .unwrap();
        }
    };
    let ((), written) = tokio::join!(writing, backup(&bed.url, &file));
    assert!(written.unwrap().bytes > 0);
    let acknowledged_before = bed.store.ledger().facts(id, 0, 1000).await.unwrap();
    assert_eq!(acknowledged_before.len(), 200);

    let refused = restore(&file, &bed.url, now()).await.unwrap_err();
    assert!(matches!(refused, BackupError::InUse(_)), "{refused}");
    bed.store.ping().await.unwrap();

    bed.store.close().await;
    let kept = restore(&file, &bed.url, now()).await.unwrap().unwrap();
    assert!(kept.is_file());
    let again = Store::open(&bed.url).await.unwrap();
    let page = again.units().list(&UnitQuery::at(today())).await.unwrap();
    assert_eq!(page.total, 6);
    let restored = again.ledger().facts(id, 0, 1000).await.unwrap();
    assert!(!restored.is_empty());
    assert_eq!(restored[..], acknowledged_before[..restored.len()]);
    again.close().await;
    let before = Store::open(&format!("sqlite://{}", kept.display()))
        .await
        .unwrap();
    assert_eq!(before.ledger().facts(id, 0, 1000).await.unwrap().len(), 200);
    before.close().await;
}

#[tokio::test]
async fn only_a_whole_backup_of_ours_is_put_back_and_nothing_is_overwritten() {
    let bed = harness::sqlite().await;
    tree(&bed.store).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("giaoban.bak");
    backup(&bed.url, &file).await.unwrap();
    let again = backup(&bed.url, &file).await.unwrap_err();
    assert!(matches!(again, BackupError::Exists(_)), "{again}");
    bed.store.close().await;

    let mut bytes = std::fs::read(&file).unwrap();
    bytes.truncate(bytes.len() / 2);
    let torn = folder.path().join("torn.bak");
    std::fs::write(&torn, bytes).unwrap();
    for wrong in [torn, folder.path().join("nothing")] {
        let refused = restore(&wrong, &bed.url, now()).await.unwrap_err();
        assert!(matches!(refused, BackupError::NoBackup(..)), "{refused}");
    }
    let untouched = Store::open(&bed.url).await.unwrap();
    let page = untouched
        .units()
        .list(&UnitQuery::at(today()))
        .await
        .unwrap();
    assert_eq!(page.total, 6);
    untouched.close().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_backup_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let bed = harness::sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("giaoban.bak");
    backup(&bed.url, &file).await.unwrap();
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    bed.store.close().await;
}
