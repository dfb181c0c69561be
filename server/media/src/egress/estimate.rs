//! How much a viewer's down-link carries: packets are numbered across all its streams, the viewer reports their
//! arrivals, and Google congestion control makes a rate of that.

use super::link_loss::LinkLoss;
use super::trend::DelayTrend;
use rtc_interceptor::{
    LossController, PacketReport, RateCalculator, RateController, Usage, convert_twcc,
};
use rtc_rtcp::transport_feedbacks::cc_feedback_report::Ecn;
use rtc_rtcp::transport_feedbacks::transport_layer_cc::TransportLayerCc;
use std::time::{Duration, Instant};

/// Enough for a round trip and a report interval at a few megabits.
const HISTORY: usize = 1024;
const MIN_BITRATE: f64 = 64_000.0;
const MAX_BITRATE: f64 = 20_000_000.0;

#[derive(Clone, Copy, Debug)]
struct Sent {
    sequence: u64,
    at: Instant,
    size: u16,
    reported: bool,
}

pub(crate) struct Estimator {
    trend: DelayTrend,
    by_delay: RateController,
    by_loss: LossController,
    link_loss: LinkLoss,
    acknowledged: RateCalculator,
    target: f64,
    next: u64,
    /// A ring by sequence number, grown to `HISTORY` with the first packets.
    sent: Vec<Sent>,
    round_trip: Option<Duration>,
    loss: (u32, u32),
}

impl Estimator {
    pub(crate) fn new(start_kbps: u32, now: Instant) -> Self {
        let start = (f64::from(start_kbps) * 1000.0).clamp(MIN_BITRATE, MAX_BITRATE);
        Self {
            trend: DelayTrend::new(),
            by_delay: RateController::new(start, MIN_BITRATE, MAX_BITRATE),
            by_loss: LossController::new(start, MIN_BITRATE, MAX_BITRATE),
            link_loss: LinkLoss::new(now),
            acknowledged: RateCalculator::default(),
            target: start,
            next: 1,
            sent: Vec::new(),
            round_trip: None,
            loss: (0, 0),
        }
    }

    /// Numbers a packet that leaves now.
    pub(crate) fn send(&mut self, now: Instant, size: usize) -> u16 {
        let sequence = self.next;
        self.next += 1;
        let sent = Sent {
            sequence,
            at: now,
            size: u16::try_from(size).unwrap_or(u16::MAX),
            reported: false,
        };
        let index = ring_index(sequence);
        if index < self.sent.len() {
            self.sent[index] = sent;
        } else {
            // The first round fills the ring in order: index 0 is number 1024's, so the very first starts at 1.
            while self.sent.len() < index {
                self.sent.push(Sent {
                    sequence: 0,
                    at: now,
                    size: 0,
                    reported: true,
                });
            }
            self.sent.push(sent);
        }
        low_half(sequence)
    }

    /// Takes a viewer's report.
    pub(crate) fn feedback(&mut self, now: Instant, report: &TransportLayerCc) {
        let mut reports = Vec::with_capacity(usize::from(report.packet_status_count));
        for ack in convert_twcc(report)
            .into_iter()
            .take(usize::from(report.packet_status_count))
        {
            let back = low_half(self.next).wrapping_sub(ack.sequence_number);
            let Some(sequence) = self.next.checked_sub(u64::from(back)) else {
                continue;
            };
            let Some(sent) = self.sent.get_mut(ring_index(sequence)) else {
                continue;
            };
            if sent.sequence != sequence || sent.reported {
                continue;
            }
            sent.reported = true;
            if ack.arrived {
                self.round_trip = Some(now.saturating_duration_since(sent.at));
            }
            self.loss.0 += u32::from(!ack.arrived);
            self.loss.1 += 1;
            reports.push(PacketReport {
                ssrc: 0,
                id: sequence,
                rtp_sequence_number: 0,
                is_twcc: true,
                twcc_sequence_number: ack.sequence_number,
                size: usize::from(sent.size),
                arrived: ack.arrived,
                departure: sent.at,
                arrival: ack.arrival,
                ecn: Ecn::NotEct,
            });
        }
        self.update(now, &reports);
    }

    /// The more pessimistic of what queueing and what loss say.
    fn update(&mut self, now: Instant, reports: &[PacketReport]) {
        if reports.is_empty() {
            return;
        }
        let mut usage = self.trend.usage();
        for report in reports {
            if report.arrived {
                self.acknowledged.add(now, report.size);
            }
            self.trend.push(report);
            // One verdict of overuse within a report is one too many.
            if usage != Usage::Over {
                usage = self.trend.usage();
            }
        }
        let received = self.acknowledged.rate_bits_per_second(now);
        let by_delay = self.by_delay.update(now, usage, received);
        let lost = reports.iter().filter(|report| !report.arrived).count();
        let excess = self.link_loss.excess(now, lost, reports.len());
        let by_loss = self.by_loss.update(now, excess, reports.len());
        self.target = by_delay.min(by_loss).clamp(MIN_BITRATE, MAX_BITRATE);
    }

    pub(crate) fn bitrate_kbps(&self) -> u32 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to at most 20 Mbps"
        )]
        let kbps = (self.target / 1000.0) as u32;
        kbps
    }

    /// From a packet's departure to its report: a round trip and up to one report interval.
    pub(crate) const fn round_trip(&self) -> Option<Duration> {
        self.round_trip
    }

    /// The share of packets lost since the last call.
    pub(crate) fn take_loss(&mut self) -> f32 {
        let (lost, total) = std::mem::take(&mut self.loss);
        if total == 0 {
            return 0.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of a second")]
        let share = lost as f32 / total as f32;
        share
    }
}

#[expect(clippy::cast_possible_truncation, reason = "smaller than the ring")]
const fn ring_index(sequence: u64) -> usize {
    (sequence % HISTORY as u64) as usize
}

#[expect(clippy::cast_possible_truncation, reason = "the low half")]
const fn low_half(sequence: u64) -> u16 {
    sequence as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingress::transport_feedback::TransportFeedback;
    use rtc_shared::marshal::Unmarshal as _;
    use std::collections::VecDeque;

    /// A sender with `wanted_kbps` that keeps to the estimate, on a link that carries `kbps`, queues the rest, and loses
    /// `percent` of all packets at random.
    fn run(
        estimator: &mut Estimator,
        (kbps, percent): (u32, u32),
        wanted_kbps: u32,
        seconds: u64,
    ) -> u32 {
        let start = Instant::now();
        let mut random = 1_u32;
        let spacing = |kbps: u32| Duration::from_micros(1200 * 8 * 1000 / u64::from(kbps));
        let mut receiver = TransportFeedback::new(start);
        let mut on_the_way = VecDeque::new();
        let (mut now, mut free, mut reported) = (start, start, start);
        while now < start + Duration::from_secs(seconds) {
            let sequence = estimator.send(now, 1200);
            free = free.max(now) + spacing(kbps);
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if (random >> 16) % 100 >= percent {
                on_the_way.push_back((free + Duration::from_millis(20), sequence));
            }
            now += spacing(wanted_kbps.min(estimator.bitrate_kbps()));
            while let Some((arrival, sequence)) =
                on_the_way.pop_front_if(|(arrival, _)| *arrival <= now)
            {
                receiver.record(arrival, sequence);
            }
            if now - reported > Duration::from_millis(100) {
                reported = now;
                while let Some(packet) = receiver.build(1, 2) {
                    let report = TransportLayerCc::unmarshal(&mut &packet[..]).unwrap();
                    estimator.feedback(now, &report);
                }
            }
        }
        estimator.bitrate_kbps()
    }

    #[test]
    fn a_link_that_queues_brings_the_estimate_down() {
        let mut estimator = Estimator::new(3000, Instant::now());
        let estimate = run(&mut estimator, (500, 0), 1000, 5);
        assert!(estimate < 700, "500 kbps pass, the estimate is {estimate}");
    }

    #[test]
    fn a_link_that_loses_one_packet_in_ten_is_not_starved() {
        let mut estimator = Estimator::new(2000, Instant::now());
        let estimate = run(&mut estimator, (1200, 10), 800, 60);
        assert!(
            estimate > 600,
            "800 kbps would pass, the estimate is {estimate}"
        );
    }

    #[test]
    fn a_free_link_lets_it_grow() {
        let mut estimator = Estimator::new(500, Instant::now());
        let estimate = run(&mut estimator, (10_000, 0), 500, 20);
        assert!(estimate > 600, "{estimate}");
        assert_eq!(estimator.take_loss().to_bits(), 0.0_f32.to_bits());
    }
}
