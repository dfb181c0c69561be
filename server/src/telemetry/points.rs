//! How the points' links do, summed over all points: a second of one point is one observation. A national briefing has
//! thousands of points, so none has a series of its own; the secretary's board shows each.

use giaoban_media::Quality;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::sync::atomic::AtomicU64;

#[derive(Clone, Debug)]
pub struct PointMetrics {
    loss_down: Histogram,
    loss_up: Histogram,
    jitter: Histogram,
    round_trip: Histogram,
    queue: Histogram,
    estimate: Histogram,
    sent: Histogram,
    shown: Family<ShownLabels, Counter>,
    pictures: Counter,
    freezes: Counter,
    frozen: Counter<f64, AtomicU64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ShownLabels {
    main: Shown,
}

/// What a point has on its main picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
enum Shown {
    Nothing,
    Paused,
    Low,
    Middle,
    High,
}

impl Default for PointMetrics {
    fn default() -> Self {
        Self {
            loss_down: shares(),
            loss_up: shares(),
            jitter: milliseconds(),
            round_trip: milliseconds(),
            queue: milliseconds(),
            estimate: rates(),
            sent: rates(),
            shown: Family::default(),
            pictures: Counter::default(),
            freezes: Counter::default(),
            frozen: Counter::default(),
        }
    }
}

impl PointMetrics {
    /// Notes a second of one point.
    pub(crate) fn observe(&self, quality: &Quality) {
        self.loss_down.observe(f64::from(quality.loss_down));
        self.loss_up.observe(f64::from(quality.loss_up));
        self.jitter.observe(f64::from(quality.jitter_ms) / 1000.0);
        if let Some(rtt_ms) = quality.rtt_ms {
            self.round_trip.observe(f64::from(rtt_ms) / 1000.0);
        }
        self.queue.observe(f64::from(quality.queue_ms) / 1000.0);
        self.estimate
            .observe(f64::from(quality.estimate_kbps) * 1000.0);
        self.sent.observe(f64::from(quality.sent_kbps) * 1000.0);
        let main = match (quality.main_paused, quality.main_layer) {
            (true, _) => Shown::Paused,
            (false, None) => Shown::Nothing,
            (false, Some(0)) => Shown::Low,
            (false, Some(1)) => Shown::Middle,
            (false, Some(_)) => Shown::High,
        };
        self.shown.get_or_create(&ShownLabels { main }).inc();
        self.pictures.inc_by(u64::from(quality.pictures));
        self.freezes.inc_by(u64::from(quality.freezes));
        self.frozen.inc_by(f64::from(quality.frozen_ms) / 1000.0);
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("point");
        for (name, help, histogram) in [
            (
                "loss_down",
                "Share of packets lost on the way to a point, by point and second",
                &self.loss_down,
            ),
            (
                "loss_up",
                "Share of packets lost on the way from a point, by point and second",
                &self.loss_up,
            ),
            (
                "estimate_bits_per_second",
                "What a point's link is thought to carry",
                &self.estimate,
            ),
            (
                "sent_bits_per_second",
                "What was sent to a point",
                &self.sent,
            ),
        ] {
            registry.register(name, help, histogram.clone());
        }
        for (name, help, histogram) in [
            ("jitter", "Jitter of what a point sends", &self.jitter),
            ("round_trip", "Round trip to a point", &self.round_trip),
            (
                "queue",
                "How long packets wait in the queue of a point's link",
                &self.queue,
            ),
        ] {
            registry.register_with_unit(name, help, Unit::Seconds, histogram.clone());
        }
        registry.register(
            "main",
            "Seconds of points by what is on their main picture",
            self.shown.clone(),
        );
        registry.register(
            "pictures",
            "Main pictures that points got whole",
            self.pictures.clone(),
        );
        registry.register(
            "freezes",
            "Times of more than 200 ms without a new main picture",
            self.freezes.clone(),
        );
        registry.register_with_unit(
            "frozen",
            "Time without a new main picture, in freezes",
            Unit::Seconds,
            self.frozen.clone(),
        );
    }
}

fn shares() -> Histogram {
    Histogram::new([0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5])
}

/// From 1 ms to 4 s.
fn milliseconds() -> Histogram {
    Histogram::new((0..13).map(|power| 0.001 * f64::from(1_u32 << power)))
}

/// From 64 kbps to 16 Mbps.
fn rates() -> Histogram {
    Histogram::new((0..9).map(|power| 64_000.0 * f64::from(1_u32 << power)))
}
