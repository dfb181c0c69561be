//! Twenty faults, ten on each database: nothing acknowledged is lost, nothing happens twice, everybody comes back. And an
//! append whose outcome is not known.

use anyhow::{Context as _, Result};
use giaoban_signaling::ids::CommandId;
use giaoban_signaling::wire::{Command, RefusalCode};
use giaoban_tests::faults::{RUNS, befall};
use giaoban_tests::harness::{Api, Postgres, Server, WsClient, server};
use std::time::Duration;
use uuid::Uuid;

/// `GIAOBAN_FAULTS_SEED` tries others: this one and the next.
fn seed() -> u64 {
    std::env::var("GIAOBAN_FAULTS_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_bears_ten_faults() -> Result<()> {
    befall(None, seed(), RUNS).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_on_the_other_database_bears_ten_faults() -> Result<()> {
    befall(None, seed() + 1, RUNS).await
}

async fn seat(server: &Server, account: &str) -> Result<WsClient> {
    let api = Api::sign_in(&server.url(""), account).await?;
    let joined = api.join(&api.live_briefing().await?).await?;
    WsClient::connect(&joined.ws_url, &joined.join_token).await
}

/// The ledger's table is locked for 12 s; an append is in doubt after 10.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_in_doubt_is_answered_once_it_is_known_and_later_ones_are_refused_at_once()
-> Result<()> {
    let postgres = Postgres::start()?;
    let server = Server::start(server::Options {
        environment: vec![("GIAOBAN_STORE__URL".to_owned(), postgres.url())],
        ..server::Options::default()
    })
    .await?;
    let mut first = seat(&server, "tinh1").await?;
    let mut second = seat(&server, "tinh2").await?;
    first.settle(Duration::from_secs(1)).await?;
    let mut lock =
        postgres.run("BEGIN; LOCK TABLE facts IN EXCLUSIVE MODE; SELECT pg_sleep(12); COMMIT")?;
    tokio::time::sleep(Duration::from_millis(500)).await;

    let asks = tokio::spawn(async move {
        let id = CommandId(Uuid::new_v4());
        if let Ok(answer) = first.command_as(id, Command::RaiseHand).await {
            return anyhow::Ok((first, answer));
        }
        let mut first = WsClient::come_back(&first.returning(), first.view().clone()).await?;
        let answer = first.command_as(id, Command::RaiseHand).await?;
        Ok((first, answer))
    });
    tokio::time::sleep(Duration::from_millis(10_500)).await;
    let refused = second.command(Command::RaiseHand);
    let refused = tokio::time::timeout(Duration::from_millis(500), refused).await;
    assert_eq!(
        refused.context("not at once")??,
        Err(RefusalCode::StoreUnavailable)
    );

    let (first, answer) = asks.await??;
    assert_eq!(answer, Ok(()));
    assert!(lock.wait()?.success());
    second.settle(Duration::from_millis(1_500)).await?;
    second.done(Command::RaiseHand).await?;
    second
        .until("both hands", |view| view.floor.queue.len() == 2)
        .await?;
    assert_eq!(second.view().floor.queue[0].label.seat, first.seat());
    server.stop()
}
