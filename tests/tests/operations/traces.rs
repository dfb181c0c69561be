//! With a collector configured, traces arrive there; without one, nobody is asked.

use anyhow::{Context as _, Result, ensure};
use giaoban_signaling::wire::Command;
use giaoban_tests::harness::server::Options;
use giaoban_tests::harness::{Api, Server, WsClient};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A collector: takes what is posted to it and says yes.
#[derive(Clone, Default)]
struct Collector {
    posts: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Collector {
    async fn listen() -> Result<(Self, String)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let collector = Self::default();
        let taking = collector.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let taking = taking.clone();
                tokio::spawn(async move { taking.take(stream).await });
            }
        });
        Ok((collector, address))
    }

    async fn take(self, stream: TcpStream) -> Result<()> {
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let request = line.trim().to_owned();
        let mut length = 0;
        loop {
            line.clear();
            stream.read_line(&mut line).await?;
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        let body = serde_json::from_slice(&body)?;
        self.lock().push((request, body));
        let answer =
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
        stream.write_all(answer.as_bytes()).await?;
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(String, Value)>> {
        self.posts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many spans of each name came, and whether all posts were of traces.
    fn spans(&self) -> (BTreeMap<String, usize>, bool) {
        let mut names = BTreeMap::new();
        let posts = self.lock();
        for (_, body) in posts.iter() {
            let list =
                |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
            for resource in list(body, "resourceSpans") {
                for scope in list(&resource, "scopeSpans") {
                    for span in list(&scope, "spans") {
                        let name = span["name"].as_str().unwrap_or_default().to_owned();
                        *names.entry(name).or_default() += 1;
                    }
                }
            }
        }
        let traces = posts
            .iter()
            .all(|(request, _)| request == "POST /v1/traces HTTP/1.1");
        (names, traces)
    }
}

/// What a story does: sign-in, a join, a command.
async fn story(server: &Server) -> Result<()> {
    let api = Api::sign_in(&server.url(""), "tinh1").await?;
    let briefing = api.live_briefing().await?;
    let joined = api.join(&briefing).await?;
    let mut client = WsClient::connect(&joined.ws_url, &joined.join_token).await?;
    client.done(Command::RaiseHand).await?;
    client.done(Command::LowerHand { seat: None }).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_joins_commands_and_appends_arrive_at_the_collector() -> Result<()> {
    let (collector, endpoint) = Collector::listen().await?;
    let server = Server::start(Options {
        environment: vec![("GIAOBAN_TRACES__ENDPOINT".to_owned(), endpoint)],
        ..Options::default()
    })
    .await?;
    story(&server).await?;
    // Stopping sends what is left.
    server.stop()?;
    let (names, traces) = collector.spans();
    ensure!(traces, "posted elsewhere than to /v1/traces");
    for name in [
        "POST /api/v1/auth/login",
        "POST /api/v1/briefings/{id}/join",
        "join",
        "command",
        "append",
    ] {
        ensure!(names.contains_key(name), "no span {name}: {names:?}");
    }
    let text = format!("{:?}", collector.lock());
    ensure!(!text.contains("tinh1"), "a trace names a person");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_away_is_said_once_and_stops_nothing() -> Result<()> {
    let closed = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
    let server = Server::start(Options {
        environment: vec![
            (
                "GIAOBAN_TRACES__ENDPOINT".to_owned(),
                format!("http://{closed}"),
            ),
            ("OTEL_BSP_SCHEDULE_DELAY".to_owned(), "100".to_owned()),
        ],
        ..Options::default()
    })
    .await?;
    for _ in 0..4 {
        story(&server).await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let log = server.log()?;
    let said = log
        .matches("the collector of traces does not take them")
        .count();
    ensure!(said == 1, "said {said} times");
    server.stop().context("stopping without a collector")?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_never_answers_does_not_hold_up_a_restart() -> Result<()> {
    let silent = TcpListener::bind("127.0.0.1:0").await?;
    let mut server = Server::start(Options {
        environment: vec![(
            "GIAOBAN_TRACES__ENDPOINT".to_owned(),
            format!("http://{}", silent.local_addr()?),
        )],
        ..Options::default()
    })
    .await?;
    story(&server).await?;
    let begin = Instant::now();
    tokio::task::block_in_place(|| server.terminate())?;
    let took = begin.elapsed();
    ensure!(took < Duration::from_secs(3), "stopped after {took:?}");
    Ok(())
}
