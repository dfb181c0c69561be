//! What was sent to a viewer and has not been reported yet: a ring by number that is as long as the reports need it.

use super::picture::Part;
use std::time::{Duration, Instant};

/// Enough for a round trip and a report interval at a few megabits.
const LONGEST: usize = 1024;
const SHORTEST: usize = 64;

/// A packet that was sent and is now reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Departure {
    pub(crate) at: Instant,
    pub(crate) size: u16,
    pub(crate) part: Part,
}

#[derive(Clone, Copy, Debug)]
struct Sent {
    /// The low half of its number.
    number: u32,
    /// Microseconds since `History::start`, modulo 2^32: over an hour.
    at: u32,
    size: u16,
    part: Part,
    reported: bool,
}

const NOTHING: Sent = Sent {
    number: 0,
    at: 0,
    size: 0,
    part: Part::None,
    reported: true,
};

#[derive(Debug)]
pub(crate) struct History {
    start: Instant,
    /// Empty until the first packet; its length is a power of two.
    ring: Vec<Sent>,
    /// Whether the viewer reports at all. For one that does not, nothing is worth to be remembered for long.
    is_read: bool,
}

#[expect(clippy::cast_possible_truncation, reason = "the low half is compared")]
const fn low(number: u64) -> u32 {
    number as u32
}

impl History {
    pub(crate) const fn new(start: Instant) -> Self {
        Self {
            start,
            ring: Vec::new(),
            is_read: false,
        }
    }

    /// Notes a packet that leaves now. Numbers grow by one.
    pub(crate) fn sent(&mut self, now: Instant, number: u64, size: usize, part: Part) {
        if self.ring.is_empty() {
            self.ring.resize(SHORTEST, NOTHING);
        }
        let mut index = self.index(low(number));
        if !self.ring[index].reported && self.is_read && self.ring.len() < LONGEST {
            self.grow();
            index = self.index(low(number));
        }
        self.ring[index] = Sent {
            number: low(number),
            at: self.micros(now),
            size: u16::try_from(size).unwrap_or(u16::MAX),
            part,
            reported: false,
        };
    }

    /// Takes the report on a packet; `None` if it was reported before or is forgotten.
    pub(crate) fn report(&mut self, now: Instant, number: u64) -> Option<Departure> {
        self.is_read = true;
        if self.ring.is_empty() {
            return None;
        }
        let index = self.index(low(number));
        let sent = &mut self.ring[index];
        if sent.number != low(number) || sent.reported {
            return None;
        }
        sent.reported = true;
        let Sent { at, size, part, .. } = *sent;
        let since = Duration::from_micros(u64::from(self.micros(now).wrapping_sub(at)));
        let at = now.checked_sub(since)?;
        Some(Departure { at, size, part })
    }

    fn grow(&mut self) {
        let longer = vec![NOTHING; 2 * self.ring.len()];
        for sent in std::mem::replace(&mut self.ring, longer) {
            if !sent.reported {
                let index = self.index(sent.number);
                self.ring[index] = sent;
            }
        }
    }

    fn index(&self, number: u32) -> usize {
        number as usize & (self.ring.len() - 1)
    }

    #[expect(clippy::cast_possible_truncation, reason = "modulo 2^32")]
    fn micros(&self, at: Instant) -> u32 {
        at.saturating_duration_since(self.start).as_micros() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_packet_is_reported_once_with_its_time_and_size() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut history = History::new(start);
        assert_eq!(history.report(at(0), 1), None);
        // Far beyond what 32 bits of microseconds hold.
        let late = 10_000_000;
        history.sent(at(late), 7, 1200, Part::End);
        history.sent(at(late + 5), 8, 90_000, Part::End);
        let departure = |millis, size| {
            Some(Departure {
                at: at(millis),
                size,
                part: Part::End,
            })
        };
        assert_eq!(
            history.report(at(late + 100), 8),
            departure(late + 5, u16::MAX)
        );
        assert_eq!(history.report(at(late + 100), 7), departure(late, 1200));
        assert_eq!(history.report(at(late + 100), 7), None);
        assert_eq!(history.report(at(late + 100), 9), None);
    }

    #[test]
    fn it_is_as_long_as_the_reports_are_late() {
        let now = Instant::now();
        let mut prompt = History::new(now);
        let mut late = History::new(now);
        let mut silent = History::new(now);
        late.report(now, 0);
        for number in 1..5000_u64 {
            for history in [&mut prompt, &mut late, &mut silent] {
                history.sent(now, number, 100, Part::None);
            }
            assert!(prompt.report(now, number).is_some());
            if number > 300 {
                assert!(late.report(now, number - 300).is_some(), "{number}");
            }
        }
        assert_eq!(prompt.ring.len(), SHORTEST);
        assert_eq!(late.ring.len(), 512);
        assert_eq!(silent.ring.len(), SHORTEST);
    }
}
