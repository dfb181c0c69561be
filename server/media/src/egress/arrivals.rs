//! What the arrivals at a viewer say: how much gets through, and how long it waits on the way.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The rate is taken over this much of the viewer's time, and over the last part of it where that is lower: a link that
/// has just become narrow is to be noticed at once.
const WINDOW: Duration = Duration::from_millis(500);
const NEWEST: Duration = Duration::from_millis(200);
/// Less time than this makes no rate.
const SHORTEST: Duration = Duration::from_millis(150);
/// The shortest way seen within one to two of these is the way without a queue. Clocks drift by less than a
/// millisecond in that time.
const BASE_WINDOW: Duration = Duration::from_secs(20);
/// The queue is what even the luckiest of the last packets has waited.
const LUCKY: usize = 3;

#[derive(Debug)]
pub(crate) struct Arrivals {
    epoch: Instant,
    /// Arrival on the viewer's clock, and octets.
    recent: VecDeque<(Duration, u32)>,
    /// Seconds from departure to arrival, on two clocks that share no zero.
    last: VecDeque<f64>,
    base: [f64; 2],
    base_started: Instant,
}

impl Arrivals {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            epoch: now,
            recent: VecDeque::new(),
            last: VecDeque::with_capacity(LUCKY),
            base: [f64::INFINITY; 2],
            base_started: now,
        }
    }

    pub(crate) fn push(&mut self, departure: Instant, arrival: Duration, size: u16) {
        self.recent.push_back((arrival, u32::from(size)));
        let newest = arrival.saturating_sub(WINDOW);
        while self.recent.front().is_some_and(|(at, _)| *at < newest) {
            self.recent.pop_front();
        }
        let way = arrival.as_secs_f64()
            - departure
                .saturating_duration_since(self.epoch)
                .as_secs_f64();
        if self.last.len() == LUCKY {
            self.last.pop_front();
        }
        self.last.push_back(way);
        if departure.saturating_duration_since(self.base_started) > BASE_WINDOW {
            self.base = [way, self.base[0]];
            self.base_started = departure;
        }
        self.base[0] = self.base[0].min(way);
    }

    /// How long packets wait in queues now.
    pub(crate) fn queue(&self) -> Duration {
        let lucky = self.last.iter().copied().fold(f64::INFINITY, f64::min);
        let base = self.base[0].min(self.base[1]);
        if self.last.len() < LUCKY {
            return Duration::ZERO;
        }
        Duration::try_from_secs_f64(lucky - base).unwrap_or_default()
    }

    /// Takes the way as it is now for the shortest: the path has changed.
    pub(crate) fn forget_base(&mut self) {
        let lucky = self.last.iter().copied().fold(f64::INFINITY, f64::min);
        self.base = [lucky; 2];
    }

    /// Bits per second that arrive; `None` before enough has.
    pub(crate) fn rate(&self) -> Option<f64> {
        let whole = self.rate_over(WINDOW)?;
        Some(
            self.rate_over(NEWEST)
                .map_or(whole, |newest| newest.min(whole)),
        )
    }

    fn rate_over(&self, window: Duration) -> Option<f64> {
        let (last, _) = self.recent.back()?;
        let from = last.saturating_sub(window);
        let mut within = self.recent.iter().filter(|(at, _)| *at >= from);
        let (first, _) = within.next()?;
        let span = last.saturating_sub(*first);
        if span < SHORTEST {
            return None;
        }
        let octets: u32 = within.map(|(_, size)| size).sum();
        Some(f64::from(octets) * 8.0 / span.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_link_and_the_queue_what_has_been_waited() {
        let start = Instant::now();
        let mut arrivals = Arrivals::new(start);
        // 1000 octets each 10 ms leave, and after a second of that arrive each 20 ms.
        let mut arrival = Duration::from_secs(100);
        for step in 0..150 {
            arrival += Duration::from_millis(if step < 100 { 10 } else { 20 });
            arrivals.push(start + Duration::from_millis(10) * step, arrival, 1000);
            if step == 99 {
                assert!((790_000.0..810_000.0).contains(&arrivals.rate().unwrap()));
                assert!(arrivals.queue() < Duration::from_millis(1));
            }
        }
        assert!((390_000.0..410_000.0).contains(&arrivals.rate().unwrap()));
        let queue = arrivals.queue().as_millis();
        assert!((470..=500).contains(&queue), "{queue}");
        arrivals.forget_base();
        assert_eq!(arrivals.queue(), Duration::ZERO);
    }
}
