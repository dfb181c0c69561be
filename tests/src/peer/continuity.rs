//! What of a numbered stream arrived and what did not.

use std::collections::BTreeSet;
use std::ops::Range;

/// How a number relates to what was seen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The first of all, or the successor of the highest.
    InOrder,
    /// Higher than the successor: this many in between have not come yet.
    AfterGap(u64),
    /// One that was missing.
    Late,
    Duplicate,
}

/// Follows an endless sequence of numbers.
#[derive(Clone, Debug, Default)]
pub struct Continuity {
    first: Option<u64>,
    highest: u64,
    missing: BTreeSet<u64>,
    duplicates: u64,
}

impl Continuity {
    /// Notes one arrival.
    pub fn arrived(&mut self, number: u64) -> Arrival {
        let Some(first) = self.first else {
            self.first = Some(number);
            self.highest = number;
            return Arrival::InOrder;
        };
        if number > self.highest {
            let gap = number - self.highest - 1;
            self.missing.extend(self.highest + 1..number);
            self.highest = number;
            return if gap == 0 {
                Arrival::InOrder
            } else {
                Arrival::AfterGap(gap)
            };
        }
        if self.missing.remove(&number) {
            return Arrival::Late;
        }
        if number < first {
            // Reordered around the very beginning: the stream began earlier than we thought.
            self.missing.extend(number + 1..first);
            self.first = Some(number);
            return Arrival::Late;
        }
        self.duplicates += 1;
        Arrival::Duplicate
    }

    /// A 16-bit sequence number, extended by what was seen so far (RFC 3550 appendix A.1).
    pub fn extend(&self, sequence: u16) -> u64 {
        // A start at 2^16 leaves room for packets that were sent before the first one that arrived.
        if self.first.is_none() {
            return 0x1_0000 + u64::from(sequence);
        }
        let difference = i64::from(sequence.wrapping_sub(low_16(self.highest)).cast_signed());
        self.highest.saturating_add_signed(difference)
    }

    /// How many of `numbers` never arrived.
    pub fn lost_of(&self, numbers: Range<u64>) -> u64 {
        let Some(first) = self.first else {
            return numbers.end.saturating_sub(numbers.start);
        };
        let before = first.min(numbers.end).saturating_sub(numbers.start);
        let after = numbers
            .end
            .saturating_sub((self.highest + 1).max(numbers.start));
        let between = if numbers.is_empty() {
            0
        } else {
            self.missing.range(numbers).count() as u64
        };
        before + between + after
    }

    /// The numbers that are missing below the highest.
    pub fn missing(&self) -> impl Iterator<Item = u64> + '_ {
        self.missing.iter().copied()
    }

    pub fn highest(&self) -> Option<u64> {
        self.first.map(|_| self.highest)
    }

    /// How many numbers lie between the first and the highest, both counted.
    pub fn span(&self) -> u64 {
        self.first.map_or(0, |first| self.highest - first + 1)
    }

    pub fn missing_count(&self) -> u64 {
        self.missing.len() as u64
    }

    pub fn duplicates(&self) -> u64 {
        self.duplicates
    }
}

/// The number as it is on the wire.
#[must_use]
pub fn low_16(number: u64) -> u16 {
    u16::try_from(number & 0xffff).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_counted_until_it_is_filled() {
        let mut seen = Continuity::default();
        assert_eq!(seen.arrived(10), Arrival::InOrder);
        assert_eq!(seen.arrived(13), Arrival::AfterGap(2));
        assert_eq!(seen.lost_of(10..14), 2);
        assert_eq!(seen.arrived(11), Arrival::Late);
        assert_eq!(seen.arrived(11), Arrival::Duplicate);
        assert_eq!(seen.lost_of(10..14), 1);
    }

    #[test]
    fn what_came_before_the_first_and_after_the_last_is_lost() {
        let mut seen = Continuity::default();
        assert_eq!(seen.lost_of(0..5), 5);
        seen.arrived(3);
        seen.arrived(4);
        assert_eq!(seen.lost_of(1..7), 4);
        assert_eq!(seen.lost_of(3..5), 0);
        assert_eq!(seen.lost_of(0..2), 2);
        assert_eq!(seen.lost_of(8..9), 1);
    }

    #[test]
    fn sixteen_bits_are_extended_over_the_wrap_and_backwards() {
        let mut seen = Continuity::default();
        for sequence in [65_534_u16, 65_535, 0, 2, 1] {
            let extended = seen.extend(sequence);
            seen.arrived(extended);
        }
        assert_eq!(seen.missing_count(), 0);
        assert_eq!(seen.span(), 5);
    }
}
