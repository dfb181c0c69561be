//! The server and what it stands on.

use super::fault::{Database, Fault};
use crate::harness::country::{self, Seat};
use crate::harness::{FalseClock, Postgres, Server, SmallDisk, server};
use anyhow::{Context as _, Result, bail};
use nix::sys::signal::Signal;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Enough for the demonstration and an hour of facts.
const DISK_MEBIBYTES: u32 = 96;
/// How long a fault that lets the process live is endured, at least.
const LASTS: Duration = Duration::from_secs(4);
/// What was committed gives SQLite's log room for a while, even on a full disk.
const FULL_AT_MOST: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(50);

pub(super) struct Site {
    pub(super) server: Server,
    /// The people beside those of the demonstration.
    pub(super) seats: Vec<Seat>,
    /// Without one the disk cannot be filled.
    disk: Option<SmallDisk>,
    postgres: Option<Postgres>,
    clock: FalseClock,
    _folder: TempDir,
}

impl Site {
    /// Starts a server with so many points beside those of the demonstration.
    pub(super) async fn start(
        giaoban: Option<PathBuf>,
        database: Database,
        points: usize,
    ) -> Result<Self> {
        let folder = tempfile::tempdir().context("a folder")?;
        let clock = FalseClock::new(folder.path())?;
        let mut options = server::Options {
            binary: giaoban,
            environment: clock.environment()?,
            ..server::Options::default()
        };
        let mut set =
            |name: &str, value: String| options.environment.push((name.to_owned(), value));
        let (mut disk, mut postgres) = (None, None);
        let seats = match database {
            Database::Sqlite => {
                let data = folder.path().join("data");
                let file = data.join("giaoban.db");
                let seats =
                    country::settle(&format!("sqlite://{}", file.display()), points).await?;
                match SmallDisk::new(DISK_MEBIBYTES) {
                    Ok(small) => {
                        // SQLite itself doesn't find its way there from here.
                        std::fs::copy(&file, small.seen_from_outside().join("giaoban.db"))
                            .context("copying the database")?;
                        set("GIAOBAN_DATA__DIR", small.path().display().to_string());
                        options.wrapper = small.wrapper();
                        disk = Some(small);
                    }
                    Err(error) => {
                        println!("SKIPPED: no disk will be filled: {error:#}");
                        set("GIAOBAN_DATA__DIR", data.display().to_string());
                    }
                }
                seats
            }
            Database::Postgres => {
                let own = Postgres::start()?;
                set("GIAOBAN_STORE__URL", own.url());
                let seats = country::settle(&own.url(), points).await?;
                postgres = Some(own);
                seats
            }
        };
        Ok(Self {
            server: Server::start(options).await?,
            seats,
            disk,
            postgres,
            clock,
            _folder: folder,
        })
    }

    pub(super) fn can_suffer(&self, fault: Fault) -> bool {
        match fault {
            Fault::DiskFull => self.disk.is_some(),
            Fault::DatabaseGone => self.postgres.is_some(),
            Fault::Killed | Fault::ClockJump | Fault::Paused => true,
        }
    }

    /// Lets the fault happen, and end. `refusals` counts who was refused because nothing can be written. Gives when the
    /// server could be used again.
    pub(super) async fn suffer(
        &mut self,
        fault: Fault,
        jump: i64,
        refusals: &AtomicU64,
    ) -> Result<Instant> {
        match fault {
            Fault::Killed => {
                self.server.kill()?;
                tokio::time::sleep(Duration::from_millis(300)).await;
                self.server.restart().await?;
            }
            Fault::DiskFull => {
                let disk = self.disk.as_ref().context("no small disk")?;
                disk.fill()?;
                until_refused(refusals).await?;
                disk.free()?;
            }
            Fault::DatabaseGone => {
                let postgres = self.postgres.as_mut().context("no PostgreSQL")?;
                tokio::task::block_in_place(|| postgres.end())?;
                until_refused(refusals).await?;
                tokio::task::block_in_place(|| postgres.begin())?;
            }
            Fault::ClockJump => {
                self.clock.set(jump)?;
                tokio::time::sleep(LASTS).await;
            }
            Fault::Paused => {
                self.server.signal(Signal::SIGSTOP)?;
                tokio::time::sleep(PAUSE).await;
                self.server.signal(Signal::SIGCONT)?;
            }
        }
        Ok(Instant::now())
    }
}

/// Waits until somebody was refused, and a while longer.
async fn until_refused(refusals: &AtomicU64) -> Result<()> {
    let before = refusals.load(Ordering::Relaxed);
    let begin = Instant::now();
    while refusals.load(Ordering::Relaxed) == before {
        if begin.elapsed() > FULL_AT_MOST {
            bail!("nobody was refused while nothing could be written");
        }
        tokio::time::sleep(LOOK).await;
    }
    tokio::time::sleep(LASTS).await;
    Ok(())
}
