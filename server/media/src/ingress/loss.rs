//! Which packets of a stream are missing, and when to ask for them (RFC 4585 section 6.2.1).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Between two requests for the same packet. A round trip over a bad link; asking sooner only doubles the repeats.
const RETRY: Duration = Duration::from_millis(80);
const MAX_TRIES: u8 = 8;
/// A longer hole is an outage, which a key frame mends better than hundreds of repeats.
const MAX_MISSING: usize = 256;

#[derive(Clone, Copy, Debug)]
struct Missing {
    asked: Option<Instant>,
    tries: u8,
}

/// The missing packets of one stream by extended sequence number.
#[derive(Debug, Default)]
pub(crate) struct LossTracker {
    missing: BTreeMap<u64, Missing>,
}

impl LossTracker {
    /// `next` arrived though everything from `from` on was still to come.
    pub(crate) fn gap(&mut self, from: u64, next: u64) {
        if next - from > MAX_MISSING as u64 {
            self.missing.clear();
            return;
        }
        for sequence in from..next {
            self.missing.insert(
                sequence,
                Missing {
                    asked: None,
                    tries: 0,
                },
            );
        }
        while self.missing.len() > MAX_MISSING {
            self.missing.pop_first();
        }
    }

    /// Returns whether the packet had been missing.
    pub(crate) fn arrived(&mut self, sequence: u64) -> bool {
        self.missing.remove(&sequence).is_some()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.missing.is_empty()
    }

    /// The sequence numbers to ask for now, lowest first. Packets asked for too often are given up.
    pub(crate) fn due(&mut self, now: Instant) -> Vec<u16> {
        let mut due = Vec::new();
        self.missing.retain(|&sequence, missing| {
            if missing
                .asked
                .is_some_and(|asked| now.saturating_duration_since(asked) < RETRY)
            {
                return true;
            }
            if missing.tries >= MAX_TRIES {
                return false;
            }
            missing.asked = Some(now);
            missing.tries += 1;
            due.push((sequence & 0xffff) as u16);
            true
        });
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_packet_is_asked_for_until_it_comes_or_is_given_up() {
        let start = Instant::now();
        let mut tracker = LossTracker::default();
        tracker.gap(65_535, 65_538);
        assert_eq!(tracker.due(start), [65_535, 0, 1]);
        assert!(
            tracker.due(start + Duration::from_millis(10)).is_empty(),
            "not twice within a round trip"
        );
        assert!(tracker.arrived(65_536));
        assert_eq!(tracker.due(start + RETRY), [65_535, 1]);
        for round in 2..20 {
            tracker.due(start + RETRY * round);
        }
        assert!(tracker.is_empty());
    }

    #[test]
    fn an_outage_is_not_repaired_packet_by_packet() {
        let mut tracker = LossTracker::default();
        tracker.gap(0, 10_000);
        assert!(tracker.is_empty());
    }
}
