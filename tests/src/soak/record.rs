//! What the server was like, second by second.

use super::churn::Found;
use super::trend::Trend;
use crate::harness::process;
use anyhow::{Context as _, Result};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

/// One look at the server.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    pub resident_kib: u64,
    pub descriptors: usize,
    pub threads: usize,
    pub cpu: Duration,
    /// Packets forwarded so far.
    pub forwarded: u64,
    pub present: usize,
}

impl Reading {
    pub async fn take(
        pid: u32,
        client: &reqwest::Client,
        metrics: &str,
        present: usize,
    ) -> Result<Self> {
        let text = client.get(metrics).send().await?.text().await?;
        let forwarded = text
            .lines()
            .filter(|line| !line.starts_with('#') && line.contains("media_packets_forwarded"))
            .find_map(|line| line.split_whitespace().nth(1)?.parse().ok())
            .context("no counter of forwarded packets in /metrics")?;
        Ok(Self {
            resident_kib: process::resident_kib(pid)?,
            descriptors: process::descriptors(pid)?,
            threads: process::threads(pid)?,
            cpu: process::cpu_time(pid)?,
            forwarded,
            present,
        })
    }
}

/// A second: what was there, and what happened since the one before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Second {
    pub(super) at: f64,
    pub(super) reading: Reading,
    pub(super) cpu_percent: f64,
    pub(super) forwarded_rate: f64,
}

#[derive(Debug, Default)]
pub struct Record {
    pub(super) seconds: Vec<Second>,
    last: Option<(Duration, Reading)>,
}

impl Record {
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn note(&mut self, at: Duration, reading: Reading) {
        if let Some((before, old)) = self.last.replace((at, reading)) {
            let wall = at.saturating_sub(before).as_secs_f64().max(0.001);
            self.seconds.push(Second {
                at: at.as_secs_f64(),
                reading,
                cpu_percent: reading.cpu.saturating_sub(old.cpu).as_secs_f64() / wall * 100.0,
                forwarded_rate: reading.forwarded.saturating_sub(old.forwarded) as f64 / wall,
            });
        }
    }

    pub fn write(&self, file: &Path) -> Result<()> {
        let mut csv =
            "seconds,rss_kib,descriptors,threads,cpu_percent,forwarded_per_second,points\n"
                .to_owned();
        for second in &self.seconds {
            let reading = second.reading;
            let _ = writeln!(
                csv,
                "{:.1},{},{},{},{:.1},{:.0},{}",
                second.at,
                reading.resident_kib,
                reading.descriptors,
                reading.threads,
                second.cpu_percent,
                second.forwarded_rate,
                reading.present
            );
        }
        std::fs::write(file, csv).with_context(|| format!("writing {}", file.display()))
    }

    /// Memory, descriptors and threads over the second half.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn trends(&self) -> Vec<Trend> {
        let half = &self.seconds[self.seconds.len() / 2..];
        let series = |value: fn(&Reading) -> f64| -> Vec<(f64, f64)> {
            half.iter()
                .map(|second| (second.at, value(&second.reading)))
                .collect()
        };
        vec![
            Trend::of("memory, KiB", &series(|r| r.resident_kib as f64), 1_024.0),
            Trend::of("file descriptors", &series(|r| r.descriptors as f64), 3.0),
            Trend::of("threads", &series(|r| r.threads as f64), 1.0),
        ]
    }

    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(super) fn summary(&self, found: &Found) -> String {
        let count = self.seconds.len().max(1) as f64;
        let cpu = self.seconds.iter().map(|s| s.cpu_percent).sum::<f64>() / count;
        let forwarded = self.seconds.iter().map(|s| s.forwarded_rate).sum::<f64>() / count;
        let mut text = format!(
            "{:.0} minutes, {} joins, {forwarded:.0} packets forwarded a second, {cpu:.1} % of one core; at the viewers: {} \
             requests for repeats, {} repeats, {} picture ids and {} time stamps out of order, {} unreadable datagrams",
            count / 60.0,
            found.joined,
            found.report.nacks,
            found.report.retransmissions,
            found.report.picture_jumps,
            found.report.timestamp_jumps,
            found.report.rejected,
        );
        for failure in found.failures.iter().chain(&found.report.failures) {
            let _ = write!(text, "\nfailed: {failure}");
        }
        text
    }
}
