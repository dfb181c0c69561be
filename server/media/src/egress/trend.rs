//! Whether a viewer's link is building a queue: the slope of one-way delay over the last bursts.
//!
//! The congestion control crate compares the growth of a single burst with its threshold, which a queue that grows by
//! less than 12 ms a burst never exceeds. This is the trendline form of the same idea (as in draft-ietf-rmcat-gcc-02
//! section 5.3, with a regression in place of the filter): small growth that goes on counts as much as a big step.

use rtc_interceptor::{ArrivalGroupAccumulator, OveruseDetector, PacketReport, Usage};
use std::collections::VecDeque;
use std::time::Instant;

/// Bursts in the regression: a second or so of video.
const WINDOW: usize = 20;
const SMOOTHING: f64 = 0.9;
const GAIN: f64 = 4.0;
/// A slope is trusted fully after this many bursts.
const MAX_BURSTS: f64 = 60.0;

pub(crate) struct DelayTrend {
    groups: ArrivalGroupAccumulator,
    detector: OveruseDetector,
    /// Arrival time and smoothed accumulated delay of each burst, in milliseconds.
    points: VecDeque<(f64, f64)>,
    accumulated: f64,
    smoothed: f64,
    bursts: f64,
    first: Option<Instant>,
}

impl DelayTrend {
    pub(crate) fn new() -> Self {
        Self {
            groups: ArrivalGroupAccumulator::default(),
            detector: OveruseDetector::new(),
            points: VecDeque::with_capacity(WINDOW),
            accumulated: 0.0,
            smoothed: 0.0,
            bursts: 0.0,
            first: None,
        }
    }

    pub(crate) fn usage(&self) -> Usage {
        self.detector.usage()
    }

    /// Takes a packet's departure and arrival.
    pub(crate) fn push(&mut self, report: &PacketReport) {
        let Some(delay) = self.groups.accumulate(report) else {
            return;
        };
        self.bursts += 1.0;
        self.accumulated += delay.delta_ms;
        self.smoothed = SMOOTHING * self.smoothed + (1.0 - SMOOTHING) * self.accumulated;
        let first = *self.first.get_or_insert(delay.at);
        let at =
            delay.at.saturating_duration_since(first).as_secs_f64() * 1000.0 + self.accumulated;
        if self.points.len() == WINDOW {
            self.points.pop_front();
        }
        self.points.push_back((at, self.smoothed));
        let slope = if self.points.len() == WINDOW {
            slope(&self.points)
        } else {
            0.0
        };
        self.detector
            .update(delay.at, slope * self.bursts.min(MAX_BURSTS) * GAIN);
    }
}

/// Least squares.
fn slope(points: &VecDeque<(f64, f64)>) -> f64 {
    let (mut sum_x, mut sum_y, mut count) = (0.0, 0.0, 0.0);
    for (x, y) in points {
        sum_x += x;
        sum_y += y;
        count += 1.0;
    }
    let (mean_x, mean_y) = (sum_x / count, sum_y / count);
    let (mut numerator, mut denominator) = (0.0, 0.0);
    for (x, y) in points {
        numerator += (x - mean_x) * (y - mean_y);
        denominator += (x - mean_x) * (x - mean_x);
    }
    if denominator > 0.0 {
        numerator / denominator
    } else {
        0.0
    }
}
