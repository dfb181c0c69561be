//! The real server in a temporary directory.

use super::country::{self, Seat};
use super::{binary, ports, process};
use anyhow::{Context as _, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const START: Duration = Duration::from_mins(1);
const STOP: Duration = Duration::from_secs(15);

/// How the server is started.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Another binary than the one beside the tests.
    pub binary: Option<PathBuf>,
    /// More environment, such as `GIAOBAN_MEDIA__WORKERS`.
    pub environment: Vec<(String, String)>,
    /// Points beside those of the demonstration, all invited to its live briefing.
    pub points: usize,
    /// Words before the command, such as those of `SmallDisk::wrapper`. They must become the command.
    pub wrapper: Vec<String>,
}

impl Options {
    fn command(&self) -> Result<Command> {
        let binary = match &self.binary {
            Some(named) => named.clone(),
            None => binary::giaoban()?,
        };
        Ok(match self.wrapper.split_first() {
            Some((first, words)) => {
                let mut command = Command::new(first);
                command.args(words).arg(binary);
                command
            }
            None => Command::new(binary),
        })
    }
}

/// A running `giaoban demo`. Dropping it kills the process; [`Server::stop`] stops it in order and reads its log.
pub struct Server {
    directory: TempDir,
    options: Options,
    http: SocketAddr,
    media: SocketAddr,
    child: Option<Child>,
    seats: Vec<Seat>,
}

impl Server {
    /// Starts with demonstration data and waits until `/readyz` answers.
    pub async fn start(options: Options) -> Result<Self> {
        let mut server = Self {
            directory: tempfile::tempdir().context("a temporary directory")?,
            options,
            http: ports::free()?,
            media: ports::free()?,
            child: None,
            seats: Vec::new(),
        };
        if server.options.points > 0 {
            let file = server.directory.path().join("data/giaoban.db");
            let store = format!("sqlite://{}", file.display());
            server.seats = country::settle(&store, server.options.points).await?;
        }
        server.spawn().await?;
        Ok(server)
    }

    async fn spawn(&mut self) -> Result<()> {
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log_path())
            .context("opening the log")?;
        let mut command = self.options.command()?;
        command
            .arg("demo")
            .current_dir(self.directory.path())
            .env("GIAOBAN_HTTP__LISTEN", self.http.to_string())
            .env("GIAOBAN_MEDIA__LISTEN", self.media.to_string())
            .env("GIAOBAN_MEDIA__ADVERTISE", self.media.ip().to_string())
            .env("GIAOBAN_DATA__DIR", self.directory.path().join("data"))
            .env("GIAOBAN_LOG__FORMAT", "json")
            .envs(self.options.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(log.try_clone().context("the log, twice")?)
            .stderr(log);
        let child = command.spawn().context("starting the server")?;
        self.child = Some(child);
        self.wait_until_ready().await
    }

    async fn wait_until_ready(&mut self) -> Result<()> {
        let url = self.url("/readyz");
        let client = reqwest::Client::new();
        let begin = Instant::now();
        loop {
            if let Ok(answer) = client.get(&url).send().await
                && answer.status().is_success()
            {
                return Ok(());
            }
            if let Some(child) = &mut self.child
                && let Some(status) = child.try_wait().context("watching the server")?
            {
                bail!("the server ended with {status}:\n{}", self.log()?);
            }
            if begin.elapsed() > START {
                bail!("the server isn't ready after {START:?}:\n{}", self.log()?);
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// An address of this server; `path` begins with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.http)
    }

    /// The people of the points beside those of the demonstration, provinces first.
    #[must_use]
    pub fn seats(&self) -> &[Seat] {
        &self.seats
    }

    #[must_use]
    pub fn media(&self) -> SocketAddr {
        self.media
    }

    #[must_use]
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The process id; `None` between a kill and a restart.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    pub fn cpu_time(&self) -> Result<Duration> {
        process::cpu_time(self.pid().context("the server isn't running")?)
    }

    fn log_path(&self) -> PathBuf {
        self.directory.path().join("server.log")
    }

    /// Everything that was logged so far, over restarts.
    pub fn log(&self) -> Result<String> {
        fs::read_to_string(self.log_path()).context("reading the log")
    }

    /// What was logged at level ERROR so far, and panics.
    pub fn errors(&self) -> Result<Vec<String>> {
        let log = self.log()?;
        let errors = log.lines().filter(|line| is_error(line));
        Ok(errors.map(str::to_owned).collect())
    }

    /// Sends a signal, such as SIGSTOP.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let pid = self.pid().context("the server isn't running")?;
        kill(Pid::from_raw(pid.cast_signed()), signal).with_context(|| signal.to_string())
    }

    /// SIGKILL: the server gets no chance to write anything.
    pub fn kill(&mut self) -> Result<()> {
        let mut child = self.child.take().context("the server isn't running")?;
        child.kill().context("SIGKILL")?;
        child.wait().context("waiting for the killed server")?;
        Ok(())
    }

    /// Starts again on the same data and the same ports.
    pub async fn restart(&mut self) -> Result<()> {
        if self.child.is_some() {
            bail!("the server is still running");
        }
        self.spawn().await
    }

    /// Runs another command of the same binary on the same data, such as `ledger verify`, with `input` on its standard
    /// input.
    pub fn command(&self, arguments: &[&str], input: &str) -> Result<String> {
        let mut child = self
            .options
            .command()?
            .args(arguments)
            .current_dir(self.directory.path())
            .env("GIAOBAN_DATA__DIR", self.directory.path().join("data"))
            .envs(self.options.environment.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("running a command")?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes()).context("its input")?;
        }
        let output = child.wait_with_output().context("running a command")?;
        let text = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        if !output.status.success() {
            bail!("giaoban {} failed: {text}", arguments.join(" "));
        }
        Ok(text)
    }

    /// SIGTERM: the server says goodbye and ends; [`Server::restart`] starts it again.
    pub fn terminate(&mut self) -> Result<()> {
        if self.child.is_some() {
            self.signal(Signal::SIGTERM)?;
        }
        if let Some(mut child) = self.child.take() {
            let begin = Instant::now();
            while child.try_wait().context("waiting for the end")?.is_none() {
                if begin.elapsed() > STOP {
                    let _ = child.kill();
                    let _ = child.wait();
                    bail!("the server did not stop on SIGTERM:\n{}", self.log()?);
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(())
    }

    /// Copies the log to where a person finds it after a failure.
    pub fn keep_log(&self) {
        let kept = std::env::temp_dir().join(format!("giaoban-test-{}.log", self.http.port()));
        if fs::copy(self.log_path(), &kept).is_ok() {
            eprintln!("the server's log: {}", kept.display());
        }
    }

    /// Stops in order; fails if it doesn't stop, or logged an error at any time.
    pub fn stop(mut self) -> Result<()> {
        self.terminate()?;
        let errors = self.errors()?;
        if !errors.is_empty() {
            bail!("the server logged errors:\n{}", errors.join("\n"));
        }
        Ok(())
    }
}

fn is_error(line: &str) -> bool {
    line.contains(r#""level":"ERROR""#) || line.contains(" panicked at ")
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            self.keep_log();
        }
    }
}
