//! Tells the loss that a link always has from the loss that our own rate causes. A radio link that loses one packet in
//! ten loses it at any rate; slowing down for it would starve the point and mend nothing.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Loss is looked at in pieces of this length.
const PIECE: Duration = Duration::from_millis(500);
/// What the link loses at its best within so many pieces is its own.
const PIECES: usize = 6;
/// More than this is never taken for the link's own: a shaper that drops the excess looks alike.
const MOST: f64 = 0.15;

#[derive(Debug)]
pub(crate) struct LinkLoss {
    piece_started: Instant,
    lost: u32,
    total: u32,
    pieces: VecDeque<f64>,
}

impl LinkLoss {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            piece_started: now,
            lost: 0,
            total: 0,
            pieces: VecDeque::with_capacity(PIECES),
        }
    }

    /// Takes the packets of a report and returns how many of the lost ones are beyond what the link always loses.
    pub(crate) fn excess(&mut self, now: Instant, lost: usize, total: usize) -> usize {
        self.lost += u32::try_from(lost).unwrap_or(u32::MAX);
        self.total += u32::try_from(total).unwrap_or(u32::MAX);
        if now.saturating_duration_since(self.piece_started) >= PIECE && self.total >= 10 {
            if self.pieces.len() == PIECES {
                self.pieces.pop_front();
            }
            self.pieces
                .push_back(f64::from(self.lost) / f64::from(self.total));
            (self.piece_started, self.lost, self.total) = (now, 0, 0);
        }
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count of packets within one report"
        )]
        let always = (total as f64 * self.own()).ceil() as usize;
        lost.saturating_sub(always)
    }

    fn own(&self) -> f64 {
        if self.pieces.len() < PIECES {
            return 0.0;
        }
        // The mean beside the minimum: few packets make a piece's share jump.
        let least = self.pieces.iter().copied().fold(f64::INFINITY, f64::min);
        let mean = self.pieces.iter().sum::<f64>() / f64::from(u32::try_from(PIECES).unwrap_or(1));
        if least > 0.0 { mean.min(MOST) } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steady_loss_becomes_the_links_own_and_a_burst_does_not() {
        let start = Instant::now();
        let mut loss = LinkLoss::new(start);
        let at = |step: u32| start + Duration::from_millis(100) * step;
        assert_eq!(loss.excess(at(0), 2, 20), 2, "at first all of it counts");
        for step in 1..60 {
            loss.excess(at(step), 2, 20);
        }
        assert_eq!(loss.excess(at(60), 2, 20), 0);
        assert_eq!(loss.excess(at(61), 10, 20), 8);
        // Two good seconds, and it is not the link's own any more.
        for step in 62..82 {
            loss.excess(at(step), 0, 20);
        }
        assert_eq!(loss.excess(at(82), 2, 20), 2);
    }
}
