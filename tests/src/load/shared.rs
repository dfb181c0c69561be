//! What the threads of one load run tell each other.

use anyhow::{Context as _, Result};
use nix::time::{ClockId, clock_gettime};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// One for each run.
#[derive(Debug, Default)]
pub struct Shared {
    /// Packets of the counted publisher.
    pub audio_sent: AtomicU64,
    pub video_sent: AtomicU64,
    pub connected: AtomicUsize,
    /// Viewers that had a picture they can decode.
    pub seeing: AtomicUsize,
    pub measuring: AtomicBool,
    pub stop: AtomicBool,
}

impl Shared {
    pub fn sent(&self) -> (u64, u64) {
        (
            self.audio_sent.load(Ordering::Relaxed),
            self.video_sent.load(Ordering::Relaxed),
        )
    }
}

/// CPU time of the calling thread.
pub fn thread_cpu_time() -> Result<Duration> {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)
        .map(Duration::from)
        .context("thread clock")
}

/// Follows how busy a thread is while measuring; the last time counts.
#[derive(Debug, Default)]
pub struct BusyMeter {
    begin: Option<(Duration, std::time::Instant)>,
    share: f64,
}

impl BusyMeter {
    pub fn poll(&mut self, measuring: bool, now: std::time::Instant) -> Result<()> {
        match (measuring, self.begin) {
            (true, None) => self.begin = Some((thread_cpu_time()?, now)),
            (false, Some((cpu, at))) => {
                let wall = now.saturating_duration_since(at).as_secs_f64();
                let used = thread_cpu_time()?.saturating_sub(cpu).as_secs_f64();
                self.share = if wall > 0.0 { used / wall } else { 0.0 };
                self.begin = None;
            }
            _ => {}
        }
        Ok(())
    }

    pub fn share(&self) -> f64 {
        self.share
    }
}
