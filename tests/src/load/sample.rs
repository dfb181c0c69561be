//! Readings of the measured process, of this process and of the machine at two moments.

use super::crowd::Crowd;
use super::report::Report;
use super::thread::Outcome;
use crate::harness::process;
use anyhow::Result;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// A thread busier than this may have been late.
const SATURATED: f64 = 0.85;

/// What is measured.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Subject {
    /// The process whose CPU time and memory are read.
    pub process: Option<u32>,
    /// The measured server's media port, for its socket's drops.
    pub media_port: Option<u16>,
}

/// Readings at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    pub at: Instant,
    pub cpu: Duration,
    pub own_cpu: Duration,
    machine: (u64, u64),
    own_drops: u64,
    server_drops: u64,
    /// Packets of the counted publisher, audio and video.
    pub sent: (u64, u64),
}

impl Sample {
    pub fn take(subject: Subject, crowd: &Crowd) -> Result<Self> {
        Ok(Self {
            own_drops: process::udp_drops(|port| crowd.has_port(port))?,
            server_drops: process::udp_drops(|port| subject.media_port == Some(port))?,
            machine: process::machine_ticks()?,
            sent: crowd.shared.sent(),
            cpu: subject
                .process
                .map(process::cpu_time)
                .transpose()?
                .unwrap_or_default(),
            own_cpu: process::cpu_time(std::process::id())?,
            at: Instant::now(),
        })
    }
}

/// Two samples.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    pub begin: Sample,
    pub end: Sample,
}

impl Window {
    pub fn seconds(&self) -> f64 {
        self.end.at.duration_since(self.begin.at).as_secs_f64()
    }

    /// CPU of the measured process.
    pub fn cpu(&self) -> Duration {
        self.end.cpu.saturating_sub(self.begin.cpu)
    }

    /// CPU of this process.
    pub fn own_cpu(&self) -> Duration {
        self.end.own_cpu.saturating_sub(self.begin.own_cpu)
    }

    /// Share of all cores that others than the measured process and this one used.
    pub fn others_busy(&self) -> f64 {
        let ours = (self.cpu() + self.own_cpu()).as_secs_f64() / (self.seconds() * cores());
        (self.machine_busy() - ours).max(0.0)
    }

    fn machine_busy(&self) -> f64 {
        share(
            self.end.machine.0 - self.begin.machine.0,
            self.end.machine.1 - self.begin.machine.1,
        )
    }

    /// What every report says about the machine and the threads.
    pub fn describe(&self, report: &mut Report, outcomes: &[Outcome]) {
        report.seconds = self.seconds();
        report.server_cpu_us = Some(micros(self.cpu()));
        report.machine_busy = self.machine_busy();
        report.others_busy = self.others_busy();
        report.own_drops = self.end.own_drops.saturating_sub(self.begin.own_drops);
        report.server_drops = self
            .end
            .server_drops
            .saturating_sub(self.begin.server_drops);
        report.busy = outcomes.iter().map(|outcome| outcome.busy).collect();
        report.saturated = why_saturated(report);
    }
}

pub fn cores() -> f64 {
    std::thread::available_parallelism().map_or(1.0, |cores| {
        f64::from(u32::try_from(cores.get()).unwrap_or(1))
    })
}

pub fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

fn why_saturated(report: &Report) -> Option<String> {
    if report.own_drops > 0 {
        return Some(format!(
            "the load generator read too slowly: the kernel dropped {} datagrams at its sockets",
            report.own_drops
        ));
    }
    let busiest = report.busy.iter().copied().fold(0.0, f64::max);
    (busiest > SATURATED).then(|| {
        format!(
            "a thread of the load generator was busy {:.0} % of the time",
            busiest * 100.0
        )
    })
}
