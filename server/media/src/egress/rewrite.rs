//! Makes one continuous stream of the pieces of many sources that follow each other in a slot.
//!
//! Whatever the sources do, a receiver sees sequence numbers without holes of ours, a timestamp that runs with the wall
//! clock even while nothing is bound, and picture numbers that only grow.

use crate::codec::vp8::Vp8Descriptor;
use crate::packet::Packet;
use std::time::Instant;

/// How a slot's clock may step at a switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clock {
    pub(crate) rate: u32,
    /// At least this many ticks lie between two sources.
    minimum_step: u32,
    /// Steps are whole multiples of this: audio frames keep their grid, or a jitter buffer conceals.
    grid: u32,
}

impl Clock {
    pub(crate) const AUDIO: Self = Self {
        rate: 48_000,
        minimum_step: 960,
        grid: 960,
    };
    pub(crate) const VIDEO: Self = Self {
        rate: 90_000,
        minimum_step: 90,
        grid: 1,
    };

    /// Ticks for the time since the slot last advanced.
    fn step(self, since: Instant, now: Instant) -> u32 {
        let micros = now.saturating_duration_since(since).as_micros();
        let ticks = micros * u128::from(self.rate) / 1_000_000;
        // A pause of half a day wraps the timestamp, as it would in any RTP stream.
        #[expect(clippy::cast_possible_truncation, reason = "RTP time is modulo 2^32")]
        let ticks = ticks as u32;
        let ticks = ticks.max(self.minimum_step);
        (ticks + self.grid / 2) / self.grid * self.grid
    }
}

/// The numbers under which a packet leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Numbers {
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    pub(crate) picture_id: u16,
    pub(crate) tl0_picture_index: u8,
}

/// What is added to a source's numbers from one switch to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offsets {
    /// Older packets belong to before the switch.
    first_sequence: u64,
    sequence: u64,
    timestamp: u32,
    picture_id: u16,
    tl0_picture_index: u8,
}

impl Offsets {
    /// The outgoing numbers; `None` for what is older than the switch.
    pub(crate) fn apply(&self, packet: &Packet) -> Option<Numbers> {
        if packet.sequence < self.first_sequence {
            return None;
        }
        let (picture_id, tl0_picture_index) = pictures(packet.vp8.as_ref());
        Some(Numbers {
            sequence: packet.sequence.wrapping_add(self.sequence),
            timestamp: packet.timestamp.wrapping_add(self.timestamp),
            picture_id: picture_id.wrapping_add(self.picture_id) & 0x7fff,
            tl0_picture_index: tl0_picture_index.wrapping_add(self.tl0_picture_index),
        })
    }

    /// The source's sequence number of what left under `sequence`; `None` if that was before the switch.
    pub(crate) fn source_sequence(&self, sequence: u64) -> Option<u64> {
        let source = sequence.wrapping_sub(self.sequence);
        (source >= self.first_sequence && source < self.first_sequence + (1 << 40))
            .then_some(source)
    }
}

fn pictures(descriptor: Option<&Vp8Descriptor>) -> (u16, u8) {
    descriptor.map_or((0, 0), |descriptor| {
        (
            descriptor.picture_id.unwrap_or_default(),
            descriptor.tl0_picture_index.unwrap_or_default(),
        )
    })
}

/// The state of one slot's outgoing stream.
#[derive(Clone, Debug)]
pub(crate) struct Rewriter {
    clock: Clock,
    last: Numbers,
    /// When `last.timestamp` was reached.
    advanced_at: Instant,
    offsets: Option<Offsets>,
}

impl Rewriter {
    /// Starts before the first packet, at random numbers; the sequence number starts below 2^15, so that both ends agree
    /// on the SRTP rollover counter.
    pub(crate) fn new(clock: Clock, now: Instant, random: [u32; 2]) -> Self {
        Self {
            clock,
            last: Numbers {
                sequence: u64::from(random[0] & 0x7fff),
                timestamp: random[1],
                picture_id: 0,
                tl0_picture_index: 0,
            },
            advanced_at: now,
            offsets: None,
        }
    }

    /// From now on the stream continues with `packet` and what follows it.
    pub(crate) fn switch_to(&mut self, packet: &Packet) -> Offsets {
        let (picture_id, tl0_picture_index) = pictures(packet.vp8.as_ref());
        let timestamp = self
            .last
            .timestamp
            .wrapping_add(self.clock.step(self.advanced_at, packet.arrival));
        let offsets = Offsets {
            first_sequence: packet.sequence,
            sequence: (self.last.sequence + 1).wrapping_sub(packet.sequence),
            timestamp: timestamp.wrapping_sub(packet.timestamp),
            picture_id: self
                .last
                .picture_id
                .wrapping_add(1)
                .wrapping_sub(picture_id)
                & 0x7fff,
            tl0_picture_index: self
                .last
                .tl0_picture_index
                .wrapping_add(1)
                .wrapping_sub(tl0_picture_index),
        };
        self.offsets = Some(offsets);
        offsets
    }

    /// The numbers of a packet of the source switched to last; `None` if it is from before the switch.
    pub(crate) fn rewrite(&mut self, packet: &Packet) -> Option<Numbers> {
        let numbers = self.offsets.as_ref()?.apply(packet)?;
        self.last.sequence = self.last.sequence.max(numbers.sequence);
        if is_after(numbers.timestamp, self.last.timestamp) {
            self.last.timestamp = numbers.timestamp;
            self.advanced_at = packet.arrival;
        }
        if packet.vp8.is_some() {
            let newer = numbers.picture_id.wrapping_sub(self.last.picture_id) & 0x7fff;
            if newer != 0 && newer < 0x4000 {
                self.last.picture_id = numbers.picture_id;
            }
            let newer = numbers
                .tl0_picture_index
                .wrapping_sub(self.last.tl0_picture_index);
            if newer != 0 && newer < 0x80 {
                self.last.tl0_picture_index = numbers.tl0_picture_index;
            }
        }
        Some(numbers)
    }

    /// The stream's RTP time at `now`, for sender reports.
    pub(crate) fn timestamp_at(&self, now: Instant) -> u32 {
        let micros = now.saturating_duration_since(self.advanced_at).as_micros();
        #[expect(clippy::cast_possible_truncation, reason = "RTP time is modulo 2^32")]
        let ticks = (micros * u128::from(self.clock.rate) / 1_000_000) as u32;
        self.last.timestamp.wrapping_add(ticks)
    }

    pub(crate) const fn last_sequence(&self) -> u64 {
        self.last.sequence
    }
}

/// Whether an RTP timestamp is later than another, modulo 2^32.
fn is_after(a: u32, b: u32) -> bool {
    a != b && a.wrapping_sub(b) < 1 << 31
}

#[cfg(test)]
#[path = "rewrite_test.rs"]
mod tests;
