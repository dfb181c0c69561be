//! What a run of the load generator found. Printed as one line of JSON.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    pub watchers: usize,
    pub seconds: f64,
    /// Media packets that the publisher sent while it was measured, audio and video.
    pub published: u64,
    /// `published` × watchers.
    pub expected: u64,
    /// Of those, what arrived.
    pub forwarded: u64,
    pub lost: u64,
    /// `lost / expected`.
    pub loss: f64,
    pub duplicates: u64,
    /// Sequence numbers of the server's streams that never came, over the whole run.
    pub sequence_holes: u64,
    /// Frames whose picture id did not follow, over the whole run.
    pub picture_jumps: u64,
    pub frames: u64,
    pub nacks: u64,
    pub plis: u64,
    pub retransmissions: u64,
    pub rejected: u64,
    pub publisher_key_frames: u64,
    pub publisher_resent: u64,
    /// From the publisher's send call to the kernel's receive stamp, milliseconds.
    pub latency_ms_p50: f64,
    pub latency_ms_p99: f64,
    pub latency_ms_max: f64,
    pub latency_samples: u64,
    /// From the watcher's answer to its first key frame, milliseconds.
    pub first_frame_ms_p50: f64,
    pub first_frame_ms_p95: f64,
    /// CPU time of the measured process while it was measured, microseconds.
    pub server_cpu_us: Option<u64>,
    pub server_rss_before_kib: Option<u64>,
    pub server_rss_after_kib: Option<u64>,
    /// Share of its time that each of our threads was busy, publisher first.
    pub busy: Vec<f64>,
    /// Share of all cores that were busy, and with neither the measured process nor us.
    pub machine_busy: f64,
    pub others_busy: f64,
    /// Datagrams that the kernel dropped at our own sockets, and at the server's.
    pub own_drops: u64,
    pub server_drops: u64,
    pub profile: String,
    /// Why the figures must not be used: the load generator was the bottleneck.
    pub saturated: Option<String>,
}

impl Report {
    /// CPU of the measured process for each forwarded packet, microseconds.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn cpu_us_per_forwarded(&self) -> Option<f64> {
        let cpu = self.server_cpu_us?;
        (self.forwarded > 0).then(|| cpu as f64 / self.forwarded as f64)
    }

    /// Memory that each watcher added, KiB.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn rss_kib_per_watcher(&self) -> Option<f64> {
        let before = self.server_rss_before_kib?;
        let after = self.server_rss_after_kib?;
        (self.watchers > 0).then(|| after.saturating_sub(before) as f64 / self.watchers as f64)
    }
}
