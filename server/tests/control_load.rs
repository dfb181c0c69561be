//! The control path under the load of the whole country: every commune joins one briefing within a minute.
//!
//! `cargo test --release --workspace --test control_load -- --ignored --nocapture`; `GIAOBAN_LOAD_POINTS` and
//! `GIAOBAN_LOAD_SECONDS` make it smaller, `GIAOBAN_TEST_STORE_URL` names an empty PostgreSQL database to take instead of SQLite.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement that can't go on has failed"
)]

#[path = "live/client.rs"]
#[expect(dead_code, reason = "shared with the live tests, which use more of it")]
mod client;
#[path = "live/site.rs"]
#[expect(dead_code, reason = "shared with the live tests, which use more of it")]
mod site;

use client::Client;
use giaoban_signaling::wire::Command;
use giaoban_store::Store;
use site::{Api, CHAIR, Plan, SECRETARY, commune, seed, store_url};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command as Process, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Barrier;

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Already dead is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn number(name: &str, default: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

fn rss_mib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib / 1024
}

fn percentile(sorted: &[Duration], share: f64) -> Duration {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index into a list of a few thousand"
    )]
    let index = ((sorted.len() - 1) as f64 * share) as usize;
    sorted[index]
}

fn print(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    println!(
        "{what}: n {} p50 {:?} p95 {:?} p99 {:?} max {:?}",
        times.len(),
        percentile(&times, 0.5),
        percentile(&times, 0.95),
        percentile(&times, 0.99),
        percentile(&times, 1.0),
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement of more than a minute"]
async fn every_commune_joins_within_a_minute() {
    let points = number("GIAOBAN_LOAD_POINTS", 3_353);
    let seconds = number("GIAOBAN_LOAD_SECONDS", 60);
    let dir = tempfile::tempdir().unwrap();
    let url = std::env::var("GIAOBAN_TEST_STORE_URL").unwrap_or_else(|_| store_url(dir.path()));
    let store = Store::open(&url).await.unwrap();
    let seeded = seed(
        &store,
        Plan {
            communes: points,
            lobby: false,
        },
    )
    .await;
    store.close().await;
    let (http, media) = (free(), free());
    let child = Process::new(env!("CARGO_BIN_EXE_giaoban"))
        .arg("serve")
        .env("GIAOBAN_HTTP__LISTEN", http.to_string())
        .env("GIAOBAN_MEDIA__LISTEN", media.to_string())
        .env("GIAOBAN_DATA__DIR", dir.path())
        .env("GIAOBAN_STORE__URL", &url)
        .current_dir(dir.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let server = Running(child);
    let pid = server.0.id();
    let api = Api {
        address: http,
        http: reqwest::Client::new(),
        briefing: seeded.briefing,
        tokens: seeded.tokens,
    };
    while api.http.get(api.url("/readyz")).send().await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut secretary = Client::join(&api, SECRETARY).await;
    let mut chair = Client::join(&api, CHAIR).await;
    chair.done(Command::Open).await;
    chair.done(Command::Start).await;
    println!("before: {} MiB", rss_mib(pid));

    // The secretary's board is read as it comes.
    let complete =
        move |client: &Client| client.view.counts.present >= u32::try_from(points).unwrap();
    let board = tokio::spawn(async move {
        while !complete(&secretary) || !complete(&chair) {
            tokio::select! {
                read = secretary.next() => drop(read.unwrap()),
                read = chair.next() => drop(read.unwrap()),
            }
        }
        (secretary, chair)
    });
    let api = Arc::new(api);
    let everybody = Arc::new(Barrier::new(points + 1));
    let start = Instant::now();
    let mut tasks = Vec::with_capacity(points);
    for index in 0..points {
        let (api, everybody) = (Arc::clone(&api), Arc::clone(&everybody));
        let due =
            Duration::from_secs(u64::try_from(seconds).unwrap()).mul_f64(share(index, points));
        tasks.push(tokio::spawn(async move {
            tokio::time::sleep_until((start + due).into()).await;
            let begun = Instant::now();
            let mut client = Client::join(&api, &commune(index + 1)).await;
            let joined = begun.elapsed();
            let hears = tokio::spawn(async move {
                while client.view.floor.holders.is_empty() {
                    client.next().await.expect("the server stays");
                }
                (Instant::now(), client)
            });
            everybody.wait().await;
            let (granted, client) = hears.await.unwrap();
            (joined, granted, client)
        }));
    }
    everybody.wait().await;
    println!("all joined after {:?}", start.elapsed());
    let (_secretary, mut chair) = board.await.unwrap();
    println!("board complete after {:?}", start.elapsed());
    println!("joined: {} MiB", rss_mib(pid));

    let speaker = chair
        .view
        .points
        .iter()
        .find_map(|row| row.seat.filter(|_| row.name.starts_with("Xã")));
    let granted_at = Instant::now();
    chair
        .done(Command::Grant {
            seat: speaker.expect("somebody is there"),
            limit_seconds: None,
            beside: false,
        })
        .await;
    println!("grant acknowledged after {:?}", granted_at.elapsed());
    let (mut joins, mut grants, mut clients) = (Vec::new(), Vec::new(), Vec::new());
    for task in tasks {
        let (joined, granted, client) = task.await.unwrap();
        joins.push(joined);
        grants.push(granted - granted_at);
        clients.push(client);
    }
    print("join (REST, socket, welcome)", joins);
    print("grant until a client knows", grants);
    println!("after: {} MiB", rss_mib(pid));
}

#[expect(clippy::cast_precision_loss, reason = "a share of a few thousand")]
fn share(index: usize, of: usize) -> f64 {
    index as f64 / of as f64
}
