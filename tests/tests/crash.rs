//! SIGKILL in the middle of a briefing: no acknowledged fact is missing, and the clients come back by themselves.

use anyhow::{Context as _, Result, bail};
use giaoban_signaling::wire::{Audience, Command, View};
use giaoban_tests::harness::ws::Returning;
use giaoban_tests::harness::{Api, DEMO_PASSWORD, Server, WsClient, server};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const WITHIN: Duration = Duration::from_secs(5);

/// Demonstration accounts that have a seat.
const ACCOUNTS: &[&str] = &[
    "chutri",
    "thuky",
    "tinh1",
    "tinh2",
    "tinh3",
    "tinh1.xa1",
    "tinh1.xa2",
    "tinh2.xa1",
    "tinh2.xa2",
    "tinh3.xa1",
    "tinh3.xa2",
];
/// More people at the same communes, so that twenty clients are there.
const MORE: usize = 9;

/// What one client had been told is done when the server died.
struct Acknowledged {
    account: String,
    returning: Returning,
    view: View,
    said: Vec<String>,
    headcount: Option<u32>,
    hand: Option<bool>,
}

async fn seat(base: &str, account: &str) -> Result<WsClient> {
    let api = Api::sign_in(base, account).await?;
    let briefing = api.live_briefing().await?;
    let joined = api.join(&briefing).await?;
    WsClient::connect(&joined.ws_url, &joined.join_token)
        .await
        .with_context(|| format!("{account} connects"))
}

/// Talks, counts heads and raises its hand until the server is gone; remembers only what was acknowledged.
async fn script(account: String, mut client: WsClient, stop: Arc<AtomicBool>) -> Acknowledged {
    let mut done = Acknowledged {
        account: account.clone(),
        returning: client.returning(),
        view: client.view().clone(),
        said: Vec::new(),
        headcount: None,
        hand: None,
    };
    for turn in 0_u32.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let text = format!("{account} nói câu {turn}");
        let say = Command::Say {
            to: Audience::All,
            text: text.clone(),
        };
        match client.command(say).await {
            Ok(Ok(())) => done.said.push(text),
            Ok(Err(_)) => {}
            Err(_) => break,
        }
        // The headcount is the point's: only one of its people writes it here, and the secretary sits with the chair.
        if !account.contains("dai-bieu") && account != "thuky" {
            let set = Command::SetHeadcount { count: turn + 1 };
            match client.command(set).await {
                Ok(Ok(())) => done.headcount = Some(turn + 1),
                Ok(Err(_)) => {}
                Err(_) => {
                    // Sent, not acknowledged: either value may be the recorded one.
                    done.headcount = None;
                    break;
                }
            }
        }
        if account.starts_with("tinh") {
            let raise = turn % 2 == 0;
            let command = if raise {
                Command::RaiseHand
            } else {
                Command::LowerHand { seat: None }
            };
            match client.command(command).await {
                Ok(Ok(())) => done.hand = Some(raise),
                Ok(Err(_)) => {}
                Err(_) => {
                    done.hand = None;
                    break;
                }
            }
        }
        done.returning = client.returning();
        done.view = client.view().clone();
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    done
}

async fn come_back(done: &Acknowledged, since: Instant) -> Result<(WsClient, Duration)> {
    loop {
        match WsClient::come_back(&done.returning, done.view.clone()).await {
            Ok(client) => return Ok((client, since.elapsed())),
            Err(error) if since.elapsed() > WITHIN * 4 => {
                return Err(error.context(format!("{} never came back", done.account)));
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_forgets_nothing_and_gets_its_clients_back() -> Result<()> {
    let mut server = Server::start(server::Options::default()).await?;
    let base = server.url("");
    let api = Api::sign_in(&base, "thuky").await?;
    let briefing = api.live_briefing().await?;
    let stop = Arc::new(AtomicBool::new(false));
    let mut scripts = JoinSet::new();
    let mut accounts: Vec<String> = ACCOUNTS.iter().map(|&name| name.to_owned()).collect();
    for number in 0..MORE {
        let commune = ACCOUNTS[5 + number % 6];
        let of = Api::sign_in(&base, commune).await?.get("/auth/me").await?;
        let unit = of["unit"]["code"].as_str().context("no unit")?;
        let name = format!("{commune}.dai-bieu{number}");
        let add = [
            "user",
            "add",
            &name,
            "--role",
            "delegate",
            "--unit",
            unit,
            "--password-stdin",
        ];
        server.command(&add, DEMO_PASSWORD)?;
        accounts.push(name);
    }
    for account in accounts {
        let client = seat(&base, &account).await?;
        scripts.spawn(script(account, client, stop.clone()));
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    server.kill()?;
    stop.store(true, Ordering::Relaxed);
    let killed = Instant::now();
    let acknowledged = scripts.join_all().await;

    let restarting = Instant::now();
    server.restart().await?;
    let restarted = restarting.elapsed();
    let mut slowest = Duration::ZERO;
    let mut facts = 0;
    let mut clients = Vec::new();
    for done in &acknowledged {
        let (mut client, took) = come_back(done, restarting).await?;
        slowest = slowest.max(took);
        assert_eq!(
            client.seat(),
            done.returning.seat,
            "{} has another seat",
            done.account
        );
        client.settle(Duration::from_millis(20)).await?;
        clients.push(client);
    }
    for (client, done) in clients.iter_mut().zip(&acknowledged) {
        let view = client.view();
        // The chat of a view is cut to the newest; what it still shows must hold every acknowledged line of the end.
        let shown: Vec<&str> = view
            .chat
            .iter()
            .map(|message| message.text.as_str())
            .collect();
        let last = done.said.last().map(String::as_str);
        if let Some(last) = last
            && !shown.contains(&last)
        {
            bail!("{}: the acknowledged \"{last}\" is gone", done.account);
        }
        if let Some(count) = done.headcount {
            assert_eq!(view.me.headcount, Some(count), "{}", done.account);
        }
        if let Some(raised) = done.hand {
            let queued = view
                .floor
                .queue
                .iter()
                .any(|entry| entry.label.seat == done.returning.seat);
            assert_eq!(queued, raised, "{}: the hand", done.account);
        }
        facts += done.said.len();
    }

    let mut recorded = std::collections::HashSet::new();
    let mut from = 0_u64;
    loop {
        let page = api
            .get(&format!(
                "/briefings/{briefing}/ledger?from={from}&limit=500"
            ))
            .await?;
        let items = page["items"].as_array().cloned().unwrap_or_default();
        let Some(last) = items.last() else { break };
        from = last["seq"].as_u64().context("a fact without seq")? + 1;
        for fact in &items {
            // JSON inside of JSON.
            recorded.insert(fact["plain"].as_str().context("no text")?.to_owned());
        }
    }
    for done in &acknowledged {
        for line in &done.said {
            let quoted = serde_json::to_string(line)?;
            assert!(
                recorded.iter().any(|fact| fact.contains(&quoted)),
                "not in the ledger: {line}"
            );
        }
    }
    let verified = server.command(&["ledger", "verify", &briefing], "")?;
    assert!(
        slowest <= WITHIN,
        "the last client came back after {slowest:?}"
    );
    println!(
        "{} clients, {facts} acknowledged messages, all {} in the ledger; killed, ready again {restarted:?} after the restart, \
         last client back after {slowest:?} ({:?} after the kill); {}",
        acknowledged.len(),
        recorded.len(),
        killed.elapsed(),
        verified.trim()
    );
    for client in clients {
        client.close().await;
    }
    server.stop()
}
