use crate::client::Client;
use crate::site::{CHAIR, PROVINCE, Plan, Site, store_url};
use giaoban_signaling::ids::BriefingId;
use giaoban_signaling::wire::{Command, Outcome, RefusalCode};
use sqlx::{Connection, Executor, SqliteConnection};
use std::time::Duration;

/// While another process holds the database's write lock the server can write nothing: what a full disk looks like from inside,
/// and unlike a full disk it can be ended.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_store_cannot_write_commands_are_refused_and_afterwards_all_goes_on() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let mut chair = Client::join(&api, CHAIR).await;
    chair.done(Command::Open).await;
    chair.done(Command::Start).await;
    let mut province = Client::join(&api, PROVINCE).await;

    let mut thief = SqliteConnection::connect(&store_url(site.dir.path()))
        .await
        .unwrap();
    thief.execute("BEGIN EXCLUSIVE").await.unwrap();
    assert_eq!(
        province.command(Command::RaiseHand).await,
        Outcome::Refused {
            code: RefusalCode::StoreUnavailable
        }
    );
    // Nothing was changed, and nobody was sent away.
    assert!(province.view.floor.queue.is_empty());
    thief.execute("ROLLBACK").await.unwrap();

    let mut outcome = province.command(Command::RaiseHand).await;
    for _ in 0..20 {
        if outcome == Outcome::Done {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        outcome = province.command(Command::RaiseHand).await;
    }
    assert_eq!(outcome, Outcome::Done);
    chair
        .until("the hand is up", |view| view.floor.queue.len() == 1)
        .await;
    giaoban_server::ledger::verify(site.store(), BriefingId(api.briefing))
        .await
        .unwrap();
}
