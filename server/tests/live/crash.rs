//! SIGKILL in the middle of a briefing.

use crate::client::Client;
use crate::commands::giaoban;
use crate::site::{Api, CHAIR, PROVINCE, Plan, SECRETARY, commune, seed, store_url};
use giaoban_signaling::ids::BriefingId;
use giaoban_signaling::wire::{Audience, Command, MediaNotice, Phase};
use giaoban_store::Store;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};
use std::time::{Duration, Instant};

/// The real binary, killed when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Already dead is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(dir: &Path, http: SocketAddr, media: SocketAddr) -> Running {
    let child = Process::new(env!("CARGO_BIN_EXE_giaoban"))
        .arg("serve")
        .env("GIAOBAN_HTTP__LISTEN", http.to_string())
        .env("GIAOBAN_MEDIA__LISTEN", media.to_string())
        .env("GIAOBAN_MEDIA__WORKERS", "1")
        .env("GIAOBAN_DATA__DIR", dir)
        .current_dir(dir)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Running(child)
}

/// A port that nobody has just now.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

async fn ready(api: &Api) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while Instant::now() < deadline {
        if let Ok(answer) = api.http.get(api.url("/readyz")).send().await
            && answer.status() == 200
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the server did not start");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_kill_nothing_acknowledged_is_missing_and_everybody_finds_the_own_seat() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&store_url(dir.path())).await.unwrap();
    let seeded = seed(&store, Plan::default()).await;
    store.close().await;
    let (http, media) = (free(), free());
    let api = Api {
        address: http,
        http: reqwest::Client::new(),
        briefing: seeded.briefing,
        tokens: seeded.tokens,
    };
    let mut running = start(dir.path(), http, media);
    ready(&api).await;

    let mut chair = Client::join(&api, CHAIR).await;
    let secretary = Client::join(&api, SECRETARY).await;
    chair.done(Command::Open).await;
    chair.done(Command::Start).await;
    let mut province = Client::join(&api, PROVINCE).await;
    let mut communes = vec![
        Client::join(&api, &commune(1)).await,
        Client::join(&api, &commune(2)).await,
    ];
    for client in &mut communes {
        client.done(Command::RaiseHand).await;
    }
    let speaker = province.seat();
    chair
        .done(Command::Grant {
            seat: speaker,
            limit_seconds: None,
            beside: false,
        })
        .await;
    province.done(Command::OpenMic).await;
    province
        .done(Command::Say {
            to: Audience::All,
            text: "câu cuối trước khi mất điện".to_owned(),
        })
        .await;

    running.0.kill().unwrap();
    running.0.wait().unwrap();
    for client in [&mut chair, &mut province] {
        client.closed().await;
    }
    let running = start(dir.path(), http, media);
    ready(&api).await;
    let back = Instant::now();
    let province = province.come_back(&api).await.unwrap();
    let mut seats = Vec::new();
    for client in communes {
        let seat = client.seat();
        let mut client = client.come_back(&api).await.unwrap();
        assert_eq!(client.seat(), seat);
        client
            .until_media("the request for a new offer", |notice| {
                *notice == MediaNotice::Renegotiate
            })
            .await;
        seats.push(seat);
    }
    let secretary = secretary.come_back(&api).await.unwrap();
    assert!(back.elapsed() < Duration::from_secs(5));

    assert_eq!(province.view.phase, Phase::InSession);
    assert_eq!(province.view.floor.holders[0].label.seat, speaker);
    let queue: Vec<_> = secretary
        .view
        .floor
        .queue
        .iter()
        .map(|entry| entry.label.seat)
        .collect();
    assert_eq!(queue, seats);
    assert!(
        secretary
            .view
            .chat
            .iter()
            .any(|said| said.text == "câu cuối trước khi mất điện")
    );
    drop(running);
    let briefing = api.briefing.to_string();
    let verify = ["ledger", "verify", &briefing];
    let said = giaoban(dir.path(), &verify, "").done();
    assert!(said.contains("OK"), "{said}");

    tamper(dir.path(), BriefingId(api.briefing)).await;
    let broken = giaoban(dir.path(), &verify, "");
    assert_ne!(broken.code, Some(0));
    assert!(broken.out.contains("BROKEN at fact 5"), "{}", broken.out);
}

/// Changes one fact behind the server's back, past the database's own guard.
async fn tamper(dir: &Path, briefing: BriefingId) {
    use sqlx::{Connection, Executor, SqliteConnection};
    let mut connection = SqliteConnection::connect(&store_url(dir)).await.unwrap();
    let guards: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    for guard in guards {
        connection
            .execute(sqlx::AssertSqlSafe(format!("DROP TRIGGER {guard}")))
            .await
            .unwrap();
    }
    let changed =
        sqlx::query("UPDATE facts SET payload = payload || ' ' WHERE briefing_id = $1 AND seq = 5")
            .bind(briefing.0)
            .execute(&mut connection)
            .await
            .unwrap();
    assert_eq!(changed.rows_affected(), 1);
}
