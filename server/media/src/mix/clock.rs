//! When the next frame is mixed. Publishers cut their frames whenever they like; the mix has one moment for all, and whoever
//! comes just after it waits nearly a frame. So the moment is moved to where the longest wait is shortest, and then
//! follows the publishers' clocks.

use super::{FRAME_MICROS, FRAME_TIME};
use std::time::{Duration, Instant};

/// What the earliest needed packet of all should have to spare.
const GUARD: i64 = 1_500;
/// How much a frame may be shorter or longer; listeners' jitter buffers do not notice.
const EARLIER: i64 = 250;
const LATER: i64 = 1_000;
/// A new moment must be better by this much to be worth its jump.
const WORTH: i64 = 4_000;

#[derive(Debug)]
pub(super) struct Clock {
    pub(super) due: Instant,
}

impl Clock {
    /// Starts so that a packet that has just come is mixed at once.
    pub(super) fn start(now: Instant) -> Self {
        Self {
            due: now + micros(GUARD),
        }
    }

    /// Goes on to the next frame. Returns by how much it comes later than 20 ms after this one, in microseconds.
    pub(super) fn advance(&mut self, least_margin: Option<i64>) -> i64 {
        let shift = least_margin.map_or(0, |least| (GUARD - least).clamp(-EARLIER, LATER));
        self.due += FRAME_TIME;
        self.shift(shift);
        shift
    }

    pub(super) fn shift(&mut self, by: i64) {
        self.due = if by < 0 {
            self.due.checked_sub(micros(-by)).unwrap_or(self.due)
        } else {
            self.due + micros(by)
        };
    }
}

fn micros(micros: i64) -> Duration {
    Duration::from_micros(micros.unsigned_abs())
}

/// By how much to move the clock, given the least margins of all voices: just after the arrivals of that voice for which
/// the others wait least. `None` if it is well where it is.
pub(super) fn better_moment(margins: &[i64]) -> Option<i64> {
    let worst_after = |shift: i64| {
        margins
            .iter()
            .map(|margin| (margin + shift).rem_euclid(FRAME_MICROS))
            .max()
    };
    let worst = margins.iter().copied().max()?;
    let (best, shift) = margins
        .iter()
        .filter_map(|margin| {
            let later = (GUARD - margin).rem_euclid(FRAME_MICROS);
            let shift = if later > FRAME_MICROS / 2 {
                later - FRAME_MICROS
            } else {
                later
            };
            Some((worst_after(shift)?, shift))
        })
        .min()?;
    (best + WORTH < worst).then_some(shift)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_moment_is_just_after_the_largest_gap_ends() {
        // One comes just in time, the other 18 ms earlier: just after that one, the first waits only 5 ms.
        assert_eq!(better_moment(&[1_500, 18_000]), Some(3_500));
        assert_eq!(better_moment(&[1_500, 5_000]), None);
        assert_eq!(better_moment(&[]), None);
    }

    proptest! {
        #[test]
        fn nobody_waits_longer_than_a_frame_less_the_largest_gap(phases in proptest::collection::vec(0_i64..20_000, 1..4)) {
            let shift = better_moment(&phases).unwrap_or(0);
            let worst = phases.iter().map(|phase| (phase + shift).rem_euclid(20_000)).max().unwrap();
            let voices = i64::try_from(phases.len()).unwrap();
            prop_assert!(worst <= 20_000 - 20_000 / voices + GUARD + WORTH);
        }
    }
}
