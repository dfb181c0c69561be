//! One publisher to a hundred watchers, no packet lost on loopback.

use anyhow::{Context as _, Result, bail};
use giaoban_tests::harness::{Api, Server, server};
use giaoban_tests::load::Report;
use std::process::Stdio;
use tokio::process::Command;

const WATCHERS: usize = 100;
const SECONDS: &str = "8";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_watchers_lose_nothing() -> Result<()> {
    let server = Server::start(server::Options::default()).await?;
    let base = server.url("");
    let secretary = Api::sign_in(&base, "thuky").await?;
    let briefing = secretary.live_briefing().await?;
    let link = secretary.watch_link(&briefing, WATCHERS).await?;
    let chair = Api::sign_in(&base, "chutri").await?;
    let joined = chair.join(&briefing).await?;

    let output = Command::new(env!("CARGO_BIN_EXE_loadgen"))
        .args(["--whip", &joined.whip_url, &joined.join_token])
        .args(["--whep", &joined.whep_url, &link.watch_token])
        .args(["--watchers", &WATCHERS.to_string(), "--seconds", SECONDS])
        .args(["--process", &server.pid().context("no server")?.to_string()])
        .args(["--media-port", &server.media().port().to_string()])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .await
        .context("the load generator")?;
    if !output.status.success() {
        bail!("the load generator failed\n{}", server.log()?);
    }
    let report: Report = serde_json::from_slice(&output.stdout).context("the report")?;
    println!(
        "{} packets to {} watchers in {:.1} s: {} lost, {:.2} µs CPU each ({} build), added latency p50 {:.2} ms \
         p99 {:.2} ms, first frame p95 {:.0} ms, {} kernel drops at the load generator, {}",
        report.forwarded,
        report.watchers,
        report.seconds,
        report.lost,
        report.cpu_us_per_forwarded().unwrap_or_default(),
        if cfg!(debug_assertions) {
            "debug"
        } else {
            "release"
        },
        report.latency_ms_p50,
        report.latency_ms_p99,
        report.first_frame_ms_p95,
        report.own_drops,
        report.profile,
    );
    assert_eq!(report.rejected, 0, "packets that could not be decrypted");
    assert_eq!(report.picture_jumps, 0, "picture ids out of order");
    // What our own sockets dropped on a busy machine is not the server's loss.
    if report.own_drops == 0 {
        assert_eq!(report.lost, 0, "{report:#?}");
        assert_eq!(report.sequence_holes, 0, "{report:#?}");
    } else {
        assert!(report.lost <= report.own_drops, "{report:#?}");
    }
    server.stop()
}
