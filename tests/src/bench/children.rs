//! The processes of one row: what is measured, and the load generator.

use crate::harness::server::Options as ServerOptions;
use crate::harness::{Api, Server};
use crate::load::connect::Endpoint;
use crate::load::meeting::{Order, Place, Scene};
use crate::load::{Report, Subject};
use anyhow::{Context as _, Result, bail};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
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

fn threads(watchers: usize) -> usize {
    if watchers > 400 { 2 } else { 1 }
}

fn load_generator(watchers: usize, duration: Duration, process: u32) -> Result<Command> {
    let mut command = Command::new(program("loadgen")?);
    command
        .args(["--watchers", &watchers.to_string()])
        .args(["--threads", &threads(watchers).to_string()])
        .args(["--seconds", &duration.as_secs_f64().to_string()])
        .args(["--process", &process.to_string()])
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit());
    Ok(command)
}

/// Reads the load generator's report, and before it the line with the routes.
fn report(mut child: Child, mut on_routes: impl FnMut(&str) -> Result<()>) -> Result<Report> {
    let output = child.stdout.take().context("no output")?;
    let mut found = None;
    for line in BufReader::new(output).lines() {
        let line = line.context("reading the load generator")?;
        if let Some(routes) = line.strip_prefix("routes ") {
            on_routes(routes)?;
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

/// Another server that speaks WHIP and WHEP and is running already.
#[derive(Clone, Debug)]
pub struct Other {
    pub name: String,
    pub process: u32,
    pub publish: Endpoint,
    pub watch: Endpoint,
}

impl Other {
    pub(super) async fn measure(&self, watchers: usize, duration: Duration) -> Result<Report> {
        let mut command = load_generator(watchers, duration, self.process)?;
        command
            .args(["--whip", &self.publish.url, &self.publish.token])
            .args(["--whep", &self.watch.url, &self.watch.token]);
        let child = command.spawn().context("starting the load generator")?;
        tokio::task::spawn_blocking(move || report(child, |_| Ok(())))
            .await
            .context("waiting for the load generator")?
    }
}

/// The same without a server.
pub(super) struct FloorRun {
    pub watchers: usize,
    pub duration: Duration,
}

impl FloorRun {
    pub(super) async fn measure(self) -> Result<Report> {
        on_floor(move |ingress, process| {
            let mut command = load_generator(self.watchers, self.duration, process)?;
            command.args(["--floor", &ingress.to_string()]);
            command.spawn().context("starting the load generator")
        })
        .await
    }
}

/// Starts the floor's process, lets a load generator loose on it, and reads its report.
async fn on_floor(
    load: impl FnOnce(SocketAddr, u32) -> Result<Child> + Send + 'static,
) -> Result<Report> {
    let measure = move || {
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
        let ingress = address.trim().parse().context("the floor's address")?;
        let report = load(ingress, floor.id()).and_then(|child| {
            report(child, |routes| {
                writeln!(input, "{routes}").context("telling the routes")
            })
        });
        drop(input);
        let status = floor.wait().context("the floor")?;
        if report.is_ok() && !status.success() {
            bail!("the floor ended with {status}");
        }
        report
    };
    tokio::task::spawn_blocking(measure)
        .await
        .context("waiting for the floor")?
}

/// A whole briefing.
pub(super) struct MeetingRun {
    pub server: ServerOptions,
    pub scene: Scene,
    pub duration: Duration,
}

impl MeetingRun {
    pub(super) async fn measure(&self) -> Result<Report> {
        let mut options = self.server.clone();
        options.points = match self.scene {
            Scene::Plenary(points) | Scene::Storm(points) => points,
            Scene::National => EVERYBODY,
            Scene::Speakers(_) => 40,
        };
        let server = Server::start(options).await?;
        let base = server.url("");
        let chair = Api::sign_in(&base, "chutri").await?;
        let place = Place::Briefing {
            id: chair.live_briefing().await?,
            base,
            chair: chair.token().to_owned(),
            seats: server
                .seats()
                .iter()
                .map(|seat| seat.token.clone())
                .collect(),
        };
        let subject = Subject {
            process: server.pid(),
            media_port: Some(server.media().port()),
        };
        let child = attend(&self.order(place, subject, 0))?;
        let report = tokio::task::spawn_blocking(move || report(child, |_| Ok(())))
            .await
            .context("waiting for the load generator")?
            .with_context(|| log_tail(&server))?;
        server.stop()?;
        Ok(report)
    }

    /// The same packets without a server, for the rows that are about their cost.
    pub(super) async fn measure_floor(&self, server: &Report) -> Result<Option<Report>> {
        if matches!(self.scene, Scene::Storm(_) | Scene::Speakers(_)) {
            return Ok(None);
        }
        let order = self.order(
            Place::Floor(SocketAddr::from(([127, 0, 0, 1], 0))),
            Subject::default(),
            server.watchers,
        );
        on_floor(move |ingress, process| {
            attend(&Order {
                place: Place::Floor(ingress),
                subject: Subject {
                    process: Some(process),
                    media_port: None,
                },
                ..order
            })
        })
        .await
        .map(Some)
    }

    fn order(&self, place: Place, subject: Subject, viewers: usize) -> Order {
        let seconds = self.duration.as_secs_f64();
        Order {
            scene: match self.scene {
                // In a short run, as many as fit.
                Scene::Speakers(grants) if seconds < 20.0 => Scene::Speakers(grants.min(20)),
                scene => scene,
            },
            place,
            seconds,
            subject,
            threads: match self.scene {
                Scene::Plenary(_) | Scene::Speakers(_) => 1,
                Scene::National | Scene::Storm(_) => 2,
            },
            viewers,
        }
    }
}

/// 34 provinces and 3,321 communes.
const EVERYBODY: usize = 3_355;

/// A load generator with this order.
fn attend(order: &Order) -> Result<Child> {
    let mut child = Command::new(program("loadgen")?)
        .arg("--meeting")
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .context("starting the load generator")?;
    let input = child.stdin.take().context("no input")?;
    serde_json::to_writer(input, order).context("telling the order")?;
    Ok(child)
}

/// What the server said last, for whoever looks for the reason of a failure.
fn log_tail(server: &Server) -> String {
    let log = server.log().unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    let from = lines.len().saturating_sub(8);
    format!("the server's log ends with:\n{}", lines[from..].join("\n"))
}
