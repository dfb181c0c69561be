//! How much a viewer's down-link carries: packets are numbered across all its streams, the viewer reports their
//! arrivals, and a rate is made of what arrives, how late, and what does not.

use super::arrivals::Arrivals;
use super::drain::{Drain, Waits};
use super::history::History;
use super::link_loss::LinkLoss;
use super::picture::{Part, PictureWatch};
use super::probe::Prober;
use super::rate::{LinkRate, NOISE, Signs};
use super::trend::DelayTrend;
use rtc_interceptor::{PacketReport, Usage, convert_twcc};
use rtc_rtcp::transport_feedbacks::cc_feedback_report::Ecn;
use rtc_rtcp::transport_feedbacks::transport_layer_cc::TransportLayerCc;
use std::time::{Duration, Instant};

/// A queue that no slowing down shortens in this time is none: the path has become longer.
const LONGER_PATH: Duration = Duration::from_secs(6);

pub(crate) struct Estimator {
    trend: DelayTrend,
    arrivals: Arrivals,
    link_loss: LinkLoss,
    rate: LinkRate,
    prober: Prober,
    drain: Drain,
    next: u64,
    history: History,
    round_trip: Option<Duration>,
    loss: (u32, u32),
    /// Share of packets lost, smoothed over some seconds: what repairs will cost.
    lossy: f32,
    pub(crate) picture: PictureWatch,
}

impl Estimator {
    pub(crate) fn new(start_kbps: u32, now: Instant) -> Self {
        Self {
            trend: DelayTrend::new(),
            arrivals: Arrivals::new(now),
            link_loss: LinkLoss::new(now),
            rate: LinkRate::new(f64::from(start_kbps) * 1000.0),
            prober: Prober::new(now),
            drain: Drain::default(),
            next: 1,
            history: History::new(now),
            round_trip: None,
            loss: (0, 0),
            lossy: 0.0,
            picture: PictureWatch::default(),
        }
    }

    /// Numbers a packet that leaves now.
    pub(crate) fn send(&mut self, now: Instant, size: usize, part: Part) -> u16 {
        self.prober.sent(size);
        let sequence = self.next;
        self.next += 1;
        self.history.sent(now, sequence, size, part);
        low_half(sequence)
    }

    /// Takes a viewer's report.
    pub(crate) fn feedback(&mut self, now: Instant, report: &TransportLayerCc) {
        let mut usage = self.trend.usage();
        let (mut lost, mut total) = (0, 0);
        let mut left = now;
        for ack in convert_twcc(report)
            .into_iter()
            .take(usize::from(report.packet_status_count))
        {
            let back = low_half(self.next).wrapping_sub(ack.sequence_number);
            let Some(sequence) = self.next.checked_sub(u64::from(back)) else {
                continue;
            };
            let Some(sent) = self.history.report(now, sequence) else {
                continue;
            };
            total += 1;
            lost += usize::from(!ack.arrived);
            let arrival = ack.arrival.filter(|_| ack.arrived);
            if let Some(arrival) = arrival {
                left = sent.at;
                self.round_trip = Some(now.saturating_duration_since(sent.at));
                self.arrivals.push(sent.at, arrival, sent.size);
                self.picture.arrived(sent.part, arrival);
            }
            if self.prober.covers(sequence) {
                self.prober.reported(sequence, sent.at, arrival, sent.size);
                continue;
            }
            self.trend.push(&PacketReport {
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
            // One verdict of overuse within a report is one too many.
            if usage != Usage::Over {
                usage = self.trend.usage();
            }
        }
        if total > 0 {
            self.update(now, usage, lost, total);
            self.drain(now, left);
        }
    }

    fn update(&mut self, now: Instant, usage: Usage, lost: usize, total: usize) {
        self.loss.0 += u32::try_from(lost).unwrap_or(u32::MAX);
        self.loss.1 += u32::try_from(total).unwrap_or(u32::MAX);
        #[expect(clippy::cast_precision_loss, reason = "counts of one report")]
        let (lost_share, weight) = (lost as f32 / total as f32, (total as f32 / 200.0).min(0.3));
        self.lossy += (lost_share - self.lossy) * weight;
        let excess = self.link_loss.excess(now, lost, total);
        let before = self.rate.target();
        self.rate.update(
            now,
            &Signs {
                usage,
                queue: self.arrivals.queue(),
                arriving: self.arrivals.rate(),
                lost: (excess, total),
                round_trip: self.round_trip.unwrap_or_default(),
            },
        );
        if self.rate.target() < before {
            self.prober.overloaded(now);
        }
        if let Some(since) = self.rate.overloaded_since()
            && now.saturating_duration_since(since) > LONGER_PATH
        {
            self.arrivals.forget_base();
        }
        if let Some(proven) = self.prober.result(now) {
            self.rate.raise(proven);
        }
    }

    /// `left`: when the newest packet had left whose arrival is known.
    fn drain(&mut self, now: Instant, left: Instant) {
        let queue = self.arrivals.queue();
        // While it drains nothing is added to it.
        let grows = queue >= NOISE && self.drain.until().is_none();
        let backlog = grows.then(|| self.arrivals.backlog()).flatten();
        let coming = backlog.map_or(queue, |backlog| {
            backlog.foresee(queue, now.saturating_duration_since(left))
        });
        let waits = Waits {
            queue,
            left,
            coming,
        };
        if self.drain.update(now, &waits) {
            self.arrivals.forget_base();
        }
    }

    /// What would be sent if the link carried it, in kbps; what is beyond the estimate is probed for.
    pub(crate) fn want(&mut self, now: Instant, kbps: u32) {
        self.prober.want(f64::from(kbps) * 1000.0);
        let is_calm = self.rate.overloaded_since().is_none() && self.drain.until().is_none();
        if self.round_trip.is_some() && is_calm {
            self.prober.begin(now, self.rate.target(), self.next);
        }
    }

    /// Octets of padding that a probe needs now.
    pub(crate) fn padding(&mut self, now: Instant) -> usize {
        self.prober.padding(now, self.next)
    }

    /// Whether a probe is being sent, so that padding is asked for every few milliseconds.
    pub(crate) fn is_probing(&self) -> bool {
        self.prober.is_sending()
    }

    /// How long packets wait in the link's queue.
    pub(crate) fn queue(&self) -> Duration {
        self.arrivals.queue()
    }

    /// Until when pictures wait so that the link's queue drains; `None` while there is none to speak of.
    pub(crate) fn drained_at(&self) -> Option<Instant> {
        self.drain.until()
    }

    pub(crate) fn bitrate_kbps(&self) -> u32 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to at most 20 Mbps"
        )]
        let kbps = (self.rate.target() / 1000.0) as u32;
        kbps
    }

    /// Share of packets lost in the last seconds.
    pub(crate) const fn lossy(&self) -> f32 {
        self.lossy
    }

    /// The estimate without what repairs of lost packets will take of it.
    pub(crate) fn usable_kbps(&self) -> u32 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "kbps"
        )]
        let kbps = (self.bitrate_kbps() as f32 * (1.0 - self.lossy.min(0.5))) as u32;
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
            estimator.want(now, wanted_kbps);
            let sequence = estimator.send(now, 1200, Part::None);
            free = free.max(now) + spacing(kbps);
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if (random >> 16) % 100 >= percent {
                on_the_way.push_back((free + Duration::from_millis(20), sequence));
            }
            let rate = wanted_kbps.min(estimator.bitrate_kbps());
            now += spacing(if estimator.is_probing() {
                rate * 2
            } else {
                rate
            });
            estimator.padding(now);
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
    fn probes_find_a_wide_link_within_seconds() {
        let mut estimator = Estimator::new(500, Instant::now());
        let estimate = run(&mut estimator, (10_000, 0), 3000, 5);
        assert!(estimate > 2500, "{estimate}");
        assert_eq!(estimator.take_loss().to_bits(), 0.0_f32.to_bits());
    }
}
