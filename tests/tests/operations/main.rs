//! What an operator does while a briefing is in session: restart, back up, restore, watch.

mod traces;

use anyhow::{Context as _, Result, bail};
use giaoban_signaling::wire::{Audience, Command, Goodbye, ServerMessage};
use giaoban_tests::harness::{Api, Server, WsClient, server};
use std::time::{Duration, Instant};

/// From the signal to everybody's return.
const BACK_WITHIN: Duration = Duration::from_secs(3);

async fn seat(base: &str, account: &str) -> Result<WsClient> {
    let api = Api::sign_in(base, account).await?;
    let briefing = api.live_briefing().await?;
    let joined = api.join(&briefing).await?;
    WsClient::connect(&joined.ws_url, &joined.join_token)
        .await
        .with_context(|| format!("{account} connects"))
}

async fn say(client: &mut WsClient, text: &str) -> Result<()> {
    let to = Audience::All;
    client
        .done(Command::Say {
            to,
            text: text.to_owned(),
        })
        .await
}

fn shows(client: &WsClient, text: &str) -> bool {
    client
        .view()
        .chat
        .iter()
        .any(|message| message.text == text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_is_announced_and_everybody_is_back_in_three_seconds() -> Result<()> {
    let mut server = Server::start(server::Options::default()).await?;
    let base = server.url("");
    let mut clients = Vec::new();
    for account in [
        "chutri",
        "thuky",
        "tinh1",
        "tinh2",
        "tinh1.xa1",
        "tinh2.xa1",
    ] {
        clients.push(seat(&base, account).await?);
    }
    let mut point = clients.remove(2);
    point.done(Command::RaiseHand).await?;
    clients.push(point);

    let begin = Instant::now();
    let stopping = tokio::task::spawn_blocking(move || server.terminate().map(|()| server));
    for client in &mut clients {
        loop {
            match client.next().await {
                Ok(ServerMessage::Goodbye { reason }) => {
                    assert_eq!(reason, Goodbye::Restarting);
                    break;
                }
                Ok(_) => {}
                Err(error) => return Err(error.context("the server went without a goodbye")),
            }
        }
    }
    let told = begin.elapsed();
    let mut server = stopping.await??;
    let stopped = begin.elapsed();
    server.restart().await?;
    let ready = begin.elapsed();
    for client in &mut clients {
        let (from, view) = (client.returning(), client.view().clone());
        *client = WsClient::come_back(&from, view).await?;
        assert_eq!(client.seat(), from.seat, "another seat");
    }
    let back = begin.elapsed();
    let hand = clients.last().context("no client")?;
    let queued = hand
        .view()
        .floor
        .queue
        .iter()
        .any(|entry| entry.label.seat == hand.seat());
    assert!(queued, "the place in the queue is lost");
    println!(
        "told after {told:?}, stopped {stopped:?}, ready {ready:?}, all {} back {back:?}",
        clients.len()
    );
    if back > BACK_WITHIN {
        bail!("back after {back:?}");
    }
    for client in clients {
        client.close().await;
    }
    server.stop()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_made_in_session_is_restored_with_its_chain() -> Result<()> {
    let mut server = Server::start(server::Options::default()).await?;
    let base = server.url("");
    let briefing = Api::sign_in(&base, "thuky").await?.live_briefing().await?;
    let mut secretary = seat(&base, "thuky").await?;
    say(&mut secretary, "trước khi sao lưu").await?;
    let file = server.directory().join("giaoban.bak");
    let file = file.to_str().context("an odd path")?;
    let written = server.command(&["backup", file], "")?;
    say(&mut secretary, "sau khi sao lưu").await?;
    if server.command(&["restore", file], "").is_ok() {
        bail!("restored under a running server");
    }

    secretary.close().await;
    server.terminate()?;
    let restored = server.command(&["restore", file], "")?;
    let verified = server.command(&["ledger", "verify", &briefing], "")?;
    assert!(verified.contains("OK"), "{verified}");
    server.restart().await?;
    let mut secretary = seat(&base, "thuky").await?;
    secretary.settle(Duration::from_millis(50)).await?;
    assert!(shows(&secretary, "trước khi sao lưu"));
    assert!(!shows(&secretary, "sau khi sao lưu"));
    say(&mut secretary, "tiếp tục").await?;
    println!(
        "{}\n{}\n{}",
        written.trim(),
        restored.trim(),
        verified.trim()
    );
    secretary.close().await;
    server.stop()
}
