//! The processes of one row: what is measured, and the load generator.

use crate::harness::server::Options as ServerOptions;
use crate::harness::{Api, Server};
use crate::load::Report;
use anyhow::{Context as _, Result, bail};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A program of this crate, beside the running one or where cargo put it for tests.
fn program(name: &str) -> Result<PathBuf> {
    let here = std::env::current_exe().context("finding this program")?;
    here.ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
        .with_context(|| format!("no {name} near {}", here.display()))
}

fn threads(watchers: usize) -> &'static str {
    if watchers > 400 { "2" } else { "1" }
}

fn load_generator(watchers: usize, duration: Duration, process: u32) -> Result<Command> {
    let mut command = Command::new(program("loadgen")?);
    command
        .args(["--watchers", &watchers.to_string()])
        .args(["--threads", threads(watchers)])
        .args(["--seconds", &duration.as_secs_f64().to_string()])
        .args(["--process", &process.to_string()])
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit());
    Ok(command)
}

/// Reads the load generator's report, and before it the line with the sinks.
fn report(mut child: Child, mut on_sinks: impl FnMut(&str) -> Result<()>) -> Result<Report> {
    let output = child.stdout.take().context("no output")?;
    let mut found = None;
    for line in BufReader::new(output).lines() {
        let line = line.context("reading the load generator")?;
        if let Some(sinks) = line.strip_prefix("sinks ") {
            on_sinks(sinks)?;
        } else {
            found = Some(serde_json::from_str(&line).context("the load generator's report")?);
        }
    }
    let status = child.wait().context("the load generator")?;
    if !status.success() {
        bail!("the load generator ended with {status}");
    }
    found.context("the load generator reported nothing")
}

/// One publisher to many watchers through the server.
pub(super) struct ServerRun {
    pub server: ServerOptions,
    pub watchers: usize,
    pub duration: Duration,
}

impl ServerRun {
    pub(super) async fn measure(self) -> Result<Report> {
        let server = Server::start(self.server).await?;
        let base = server.url("");
        let secretary = Api::sign_in(&base, "thuky").await?;
        let briefing = secretary.live_briefing().await?;
        let link = secretary.watch_link(&briefing, self.watchers).await?;
        let chair = Api::sign_in(&base, "chutri").await?;
        let joined = chair.join(&briefing).await?;
        let pid = server.pid().context("the server is gone")?;
        let mut command = load_generator(self.watchers, self.duration, pid)?;
        command
            .args(["--whip", &joined.whip_url, &joined.join_token])
            .args(["--whep", &joined.whep_url, &link.watch_token])
            .args(["--media-port", &server.media().port().to_string()]);
        let child = command.spawn().context("starting the load generator")?;
        let report = tokio::task::spawn_blocking(move || report(child, |_| Ok(())))
            .await
            .context("waiting for the load generator")??;
        server.stop()?;
        Ok(report)
    }
}

/// The same without a server.
pub(super) struct FloorRun {
    pub watchers: usize,
    pub duration: Duration,
}

impl FloorRun {
    pub(super) async fn measure(self) -> Result<Report> {
        tokio::task::spawn_blocking(move || self.measure_blocking())
            .await
            .context("waiting for the floor")?
    }

    fn measure_blocking(self) -> Result<Report> {
        let mut floor = Command::new(program("floor")?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting the floor")?;
        let mut input = floor.stdin.take().context("no input")?;
        let mut address = String::new();
        let output = floor.stdout.take().context("no output")?;
        BufReader::new(output)
            .read_line(&mut address)
            .context("the floor's address")?;
        let child = load_generator(self.watchers, self.duration, floor.id())?
            .args(["--floor", address.trim()])
            .spawn()
            .context("starting the load generator")?;
        let report = report(child, |sinks| {
            writeln!(input, "{sinks}").context("telling the sinks")
        });
        drop(input);
        let status = floor.wait().context("the floor")?;
        if !status.success() {
            bail!("the floor ended with {status}");
        }
        report
    }
}
