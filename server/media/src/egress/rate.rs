//! The rate that a viewer's link is thought to carry, from queueing and loss: up slowly, down at once.
//!
//! As in draft-ietf-rmcat-gcc-02 sections 5.5 and 6, with two differences. What is not used is not believed: without
//! traffic to prove it, the rate grows only by probes ([`super::probe`]). And the way down takes the queue along that
//! has already built up, so that it drains while the rate is low.

use rtc_interceptor::Usage;
use std::time::{Duration, Instant};

pub(crate) const MIN_BITRATE: f64 = 64_000.0;
pub(crate) const MAX_BITRATE: f64 = 20_000_000.0;
/// Of what arrives, this much is sent after an overload; less if a queue must drain too.
const BACK_OFF: f64 = 0.85;
const MOST_BACK_OFF: f64 = 0.5;
/// A queue that grows by less than this is noise.
pub(crate) const NOISE: Duration = Duration::from_millis(40);
/// A queue this long is an overload even while it does not grow.
pub(crate) const LONG_QUEUE: Duration = Duration::from_millis(150);
/// Growth waits until a queue is this short.
pub(crate) const SHORT_QUEUE: Duration = Duration::from_millis(60);
/// Growth per second far from the last overload, and near it.
const GROWTH: f64 = 1.15;
const CAREFUL_GROWTH: f64 = 1.03;
/// More loss than this beyond the link's own lowers the rate.
const TOLERATED_LOSS: f64 = 0.1;
/// Loss is judged over this long; a single report holds too few packets.
const LOSS_WINDOW: Duration = Duration::from_millis(500);

/// What one report says of the link.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signs {
    pub(crate) usage: Usage,
    /// How long packets wait in the queue.
    pub(crate) queue: Duration,
    /// What arrives, in bits per second; `None` before enough has.
    pub(crate) arriving: Option<f64>,
    /// Packets lost beyond the link's own loss, and all packets.
    pub(crate) lost: (usize, usize),
    pub(crate) round_trip: Duration,
}

#[derive(Debug)]
pub(crate) struct LinkRate {
    target: f64,
    /// What arrived when the link was last overloaded.
    ceiling: Option<f64>,
    lowered: Option<Instant>,
    updated: Option<Instant>,
    loss: (usize, usize),
    loss_since: Option<Instant>,
    /// The last window lost more than is tolerated.
    losing: bool,
    overloaded_since: Option<Instant>,
}

impl LinkRate {
    pub(crate) fn new(start: f64) -> Self {
        Self {
            target: start.clamp(MIN_BITRATE, MAX_BITRATE),
            ceiling: None,
            lowered: None,
            updated: None,
            loss: (0, 0),
            loss_since: None,
            losing: false,
            overloaded_since: None,
        }
    }

    pub(crate) const fn target(&self) -> f64 {
        self.target
    }

    /// Since when every report has shown an overload.
    pub(crate) const fn overloaded_since(&self) -> Option<Instant> {
        self.overloaded_since
    }

    pub(crate) fn update(&mut self, now: Instant, signs: &Signs) {
        let overload =
            (signs.usage == Usage::Over && signs.queue >= NOISE) || signs.queue >= LONG_QUEUE;
        if overload {
            self.overloaded_since.get_or_insert(now);
            self.back_off(now, signs);
        } else {
            self.overloaded_since = None;
        }
        self.lose(now, signs);
        let elapsed = self
            .updated
            .replace(now)
            .map_or(0.0, |updated| (now - updated).as_secs_f64().min(1.0));
        let recovering = self
            .lowered
            .is_some_and(|lowered| now - lowered < signs.round_trip + LOSS_WINDOW);
        if overload || self.losing || recovering || signs.usage != Usage::Normal {
            return;
        }
        let proven = signs.arriving.unwrap_or(0.0) * 1.5;
        if signs.queue < SHORT_QUEUE && self.target < proven {
            let near = self
                .ceiling
                .is_some_and(|ceiling| self.target > BACK_OFF * ceiling);
            let growth = if near { CAREFUL_GROWTH } else { GROWTH };
            self.target = (self.target * growth.powf(elapsed))
                .min(proven)
                .min(MAX_BITRATE);
            // Well above the old ceiling it has proven wrong.
            self.ceiling = self.ceiling.filter(|ceiling| self.target < 1.3 * ceiling);
        }
    }

    fn back_off(&mut self, now: Instant, signs: &Signs) {
        let soon = signs.round_trip + Duration::from_millis(100);
        if self.lowered.is_some_and(|lowered| now - lowered < soon) {
            return;
        }
        let Some(arriving) = signs.arriving else {
            return;
        };
        let share = (BACK_OFF - signs.queue.as_secs_f64() / 2.0).max(MOST_BACK_OFF);
        if arriving * share < self.target {
            self.ceiling = Some(arriving);
            self.target = (arriving * share).max(MIN_BITRATE);
            self.lowered = Some(now);
        }
    }

    fn lose(&mut self, now: Instant, signs: &Signs) {
        self.loss.0 += signs.lost.0;
        self.loss.1 += signs.lost.1;
        let since = *self.loss_since.get_or_insert(now);
        if now - since < LOSS_WINDOW || self.loss.1 < 10 {
            return;
        }
        let (lost, total) = std::mem::take(&mut self.loss);
        self.loss_since = Some(now);
        #[expect(clippy::cast_precision_loss, reason = "counts of half a second")]
        let share = lost as f64 / total as f64;
        self.losing = share > TOLERATED_LOSS;
        if !self.losing {
            return;
        }
        // What arrives has passed; below that there is nothing to mend.
        let floor = BACK_OFF * signs.arriving.unwrap_or(MIN_BITRATE);
        self.target = (self.target * (1.0 - share / 2.0))
            .max(floor.min(self.target))
            .max(MIN_BITRATE);
    }

    /// A probe has shown that this much passes.
    pub(crate) fn raise(&mut self, proven: f64) {
        if proven > self.target {
            self.target = proven.min(MAX_BITRATE);
            self.ceiling = self.ceiling.filter(|ceiling| self.target < *ceiling);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALM: Signs = Signs {
        usage: Usage::Normal,
        queue: Duration::ZERO,
        arriving: Some(1_000_000.0),
        lost: (0, 20),
        round_trip: Duration::from_millis(50),
    };

    fn run(rate: &mut LinkRate, start: Instant, signs: &Signs, reports: u32) -> Instant {
        for report in 1..=reports {
            rate.update(start + Duration::from_millis(100) * report, signs);
        }
        start + Duration::from_millis(100) * reports
    }

    #[test]
    fn what_is_not_used_is_not_believed() {
        let mut rate = LinkRate::new(1_000_000.0);
        run(&mut rate, Instant::now(), &CALM, 300);
        assert!((1_400_000.0..=1_500_000.0).contains(&rate.target()));
        rate.raise(4_000_000.0);
        assert!(rate.target() > 3_900_000.0);
    }

    #[test]
    fn a_queue_brings_it_below_what_arrives_and_a_long_one_further() {
        for (queue, most) in [(50, 850_000.0), (400, 660_000.0)] {
            let mut rate = LinkRate::new(3_000_000.0);
            let signs = Signs {
                usage: Usage::Over,
                queue: Duration::from_millis(queue),
                ..CALM
            };
            run(&mut rate, Instant::now(), &signs, 1);
            assert!(rate.target() <= most, "{queue} ms: {}", rate.target());
        }
    }

    #[test]
    fn a_short_queue_is_noise() {
        let mut rate = LinkRate::new(1_000_000.0);
        let signs = Signs {
            usage: Usage::Over,
            queue: Duration::from_millis(30),
            ..CALM
        };
        run(&mut rate, Instant::now(), &signs, 20);
        assert!(rate.target() >= 1_000_000.0);
    }

    #[test]
    fn loss_beyond_the_links_own_slows_down_to_what_passes_and_no_further() {
        let mut rate = LinkRate::new(3_000_000.0);
        let signs = Signs {
            lost: (8, 20),
            ..CALM
        };
        run(&mut rate, Instant::now(), &signs, 100);
        assert!((840_000.0..=860_000.0).contains(&rate.target()));
    }
}
