//! What a run of the load generator found. Printed as one line of JSON.

use super::histogram::Histogram;
use super::sample::share;
use super::thread::Outcome;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// Frames whose time stamp did not follow, over the whole run.
    pub timestamp_jumps: u64,
    pub frames: u64,
    /// Packets that were not opened but counted by their headers, while it was measured: see `Verify::Samples`.
    pub counted_closed: u64,
    /// Feedback that the viewers sent while it was measured.
    pub transport_feedbacks: u64,
    pub receiver_reports: u64,
    pub nacks: u64,
    pub plis: u64,
    pub retransmissions: u64,
    /// Feedback that came back to the publishers, over the whole run.
    pub publisher_feedbacks: u64,
    pub rejected: u64,
    /// Why peers ended by themselves.
    pub failures: Vec<String>,
    pub publisher_key_frames: u64,
    pub publisher_resent: u64,
    /// From the publisher's send call to the kernel's receive stamp, milliseconds.
    pub latency_ms_p50: f64,
    pub latency_ms_p99: f64,
    pub latency_ms_max: f64,
    pub latency_samples: u64,
    /// From the begin of the join to the first picture that can be decoded, milliseconds.
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
    /// What only this kind of run finds.
    #[serde(default)]
    pub details: BTreeMap<String, f64>,
}

impl Report {
    /// Adds what the members found. Loss and `forwarded` are what their streams say by themselves.
    pub fn gather(&mut self, outcomes: &[Outcome]) {
        let mut latency = Histogram::default();
        let mut first_frame = Histogram::default();
        for outcome in outcomes {
            latency.merge(&outcome.latency);
            self.rejected += outcome.rejected;
            self.failures.extend_from_slice(&outcome.failures);
            for member in &outcome.members {
                self.profile.clone_from(&member.profile);
                self.publisher_feedbacks += member.feedbacks;
                self.publisher_key_frames += member.key_frames;
                self.publisher_resent += member.resent;
                if let Some(after) = member.seen_after {
                    first_frame.add(u64::try_from(after.as_nanos()).unwrap_or(u64::MAX));
                }
                let Some(viewer) = &member.viewer else {
                    continue;
                };
                let (before, after) = (member.before, viewer.measured());
                self.forwarded += after.packets - before.packets;
                self.lost += after.lost.saturating_sub(before.lost);
                self.counted_closed += after.closed - before.closed;
                self.transport_feedbacks += after.transport_feedbacks - before.transport_feedbacks;
                self.receiver_reports += after.receiver_reports - before.receiver_reports;
                self.nacks += after.nacks - before.nacks;
                self.plis += after.plis - before.plis;
                self.retransmissions += after.retransmissions - before.retransmissions;
                for slot in &viewer.slots {
                    self.duplicates += slot.source.duplicates();
                    self.sequence_holes += slot.sequence.missing_count();
                    self.picture_jumps += slot.picture_jumps;
                    self.timestamp_jumps += slot.timestamp_jumps;
                    self.frames += slot.frames;
                }
            }
        }
        self.expected = self.forwarded + self.lost;
        self.loss = share(self.lost, self.expected);
        self.latency_ms_p50 = latency.quantile_ms(0.5).unwrap_or_default();
        self.latency_ms_p99 = latency.quantile_ms(0.99).unwrap_or_default();
        self.latency_ms_max = latency.highest_ms();
        self.latency_samples = latency.total();
        self.first_frame_ms_p50 = first_frame.quantile_ms(0.5).unwrap_or_default();
        self.first_frame_ms_p95 = first_frame.quantile_ms(0.95).unwrap_or_default();
    }

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
