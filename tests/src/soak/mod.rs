//! The soak: a briefing that goes on for long under churn, and whether the server stays as it was.

mod churn;
mod plot;
mod record;
mod trend;

pub use record::{Reading, Record};
pub use trend::{Trend, growth};

use crate::harness::server::Options as ServerOptions;
use crate::harness::{Api, Server};
use anyhow::{Context as _, Result};
use churn::Churn;
use std::path::PathBuf;
use std::time::Duration;
use tokio::time::{Instant, interval};

/// Points that come and go, and the provinces that speak.
const POINTS: usize = 40;

#[derive(Clone, Debug)]
pub struct Options {
    /// The binary under test; unset: the one beside this program.
    pub giaoban: Option<PathBuf>,
    pub duration: Duration,
    /// Folder of `soak.csv` and `soak.svg`.
    pub out: PathBuf,
}

/// Runs it and writes what was found. Gives the trends that are no longer flat.
pub async fn run(options: &Options) -> Result<Vec<Trend>> {
    let server = Server::start(ServerOptions {
        binary: options
            .giaoban
            .clone()
            .map(std::path::absolute)
            .transpose()?,
        points: POINTS,
        ..ServerOptions::default()
    })
    .await?;
    let base = server.url("");
    let chair = Api::sign_in(&base, "chutri").await?;
    let seats = server.seats().iter().map(|seat| seat.token.clone());
    let briefing = chair.live_briefing().await?;
    let mut churn = Churn::begin(&base, &briefing, chair.token(), seats.collect()).await?;
    let pid = server.pid().context("no server")?;
    let client = reqwest::Client::new();
    let metrics = server.url("/metrics");
    let mut record = Record::default();
    let begin = Instant::now();
    let mut seconds = interval(Duration::from_secs(1));
    while begin.elapsed() < options.duration {
        seconds.tick().await;
        churn.turn().await?;
        let reading = Reading::take(pid, &client, &metrics, churn.present()).await?;
        record.note(begin.elapsed(), reading);
    }
    let found = churn.end().await?;
    std::fs::create_dir_all(&options.out).context("the folder of the results")?;
    record.write(&options.out.join("soak.csv"))?;
    plot::draw(&record, &options.out.join("soak.svg"))?;
    let trends = record.trends();
    println!("{}", record.summary(&found));
    for trend in &trends {
        println!("{trend}");
    }
    server.stop()?;
    Ok(trends
        .into_iter()
        .filter(|trend| !trend.is_flat())
        .collect())
}
