//! Makes one continuous stream of the pieces of many sources that follow each other in a slot.
//!
//! Whatever the sources do, a receiver sees sequence numbers without holes of ours, a timestamp that runs with the wall
//! clock even while nothing is bound, and picture numbers that only grow.

use super::omitted::Omitted;
use crate::packet::{Format, Packet};
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
    /// The picture id of VP8 and VP9, in its low 15 bits; AV1's frame number.
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
    omitted: Omitted,
}

impl Offsets {
    /// The outgoing numbers; `None` for what is older than the switch.
    pub(crate) fn apply(&self, packet: &Packet) -> Option<Numbers> {
        if packet.sequence < self.first_sequence {
            return None;
        }
        let pictures = Pictures::of(&packet.format);
        Some(Numbers {
            sequence: packet
                .sequence
                .wrapping_add(self.sequence)
                .wrapping_sub(self.omitted.before(packet.sequence)),
            timestamp: packet.timestamp.wrapping_add(self.timestamp),
            picture_id: pictures.id.wrapping_add(self.picture_id) & pictures.mask,
            tl0_picture_index: pictures.tl0.wrapping_add(self.tl0_picture_index),
        })
    }

    /// The source's sequence number of what left under `sequence`; `None` if that was before the switch.
    pub(crate) fn source_sequence(&self, sequence: u64) -> Option<u64> {
        let least = sequence.wrapping_sub(self.sequence);
        // Every packet left out before it moves it up, and what is left out shares its number with what was sent after.
        let mut source = least;
        loop {
            let next = least.wrapping_add(self.omitted.before(source));
            if next == source {
                break;
            }
            source = next;
        }
        while self.omitted.has(source) {
            source += 1;
        }
        (source >= self.first_sequence && source < self.first_sequence + (1 << 40))
            .then_some(source)
    }

    /// Whether the viewer was not sent the packet behind this one.
    pub(crate) fn omits_next(&self, sequence: u64) -> bool {
        self.omitted.has(sequence + 1)
    }
}

/// How a codec numbers its pictures.
#[derive(Clone, Copy)]
struct Pictures {
    id: u16,
    tl0: u8,
    /// The bits in which `id` counts.
    mask: u16,
}

impl Pictures {
    fn of(format: &Format) -> Self {
        const NONE: Pictures = Pictures {
            id: 0,
            tl0: 0,
            mask: 0,
        };
        let (id, tl0, mask) = match format {
            Format::Vp8(descriptor) => {
                (descriptor.picture_id, descriptor.tl0_picture_index, 0x7fff)
            }
            Format::Vp9(descriptor, _) => {
                (descriptor.picture_id, descriptor.tl0_picture_index, 0x7fff)
            }
            Format::Av1(Some(descriptor)) => (Some(descriptor.frame_number), None, 0xffff),
            Format::Av1(None) | Format::Opus(_) | Format::H264(_) | Format::Filler(_) => {
                return NONE;
            }
        };
        Self {
            id: id.unwrap_or_default(),
            tl0: tl0.unwrap_or_default(),
            mask,
        }
    }

    /// Whether a number is later than another.
    const fn is_after(self, a: u16, b: u16) -> bool {
        let newer = a.wrapping_sub(b) & self.mask;
        newer != 0 && newer <= self.mask / 2
    }
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
        let pictures = Pictures::of(&packet.format);
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
                .wrapping_sub(pictures.id),
            tl0_picture_index: self
                .last
                .tl0_picture_index
                .wrapping_add(1)
                .wrapping_sub(pictures.tl0),
            omitted: Omitted::from(packet.sequence),
        };
        self.offsets = Some(offsets);
        offsets
    }

    /// The numbers of a packet of the source switched to last; `None` if it is from before the switch.
    pub(crate) fn rewrite(&mut self, packet: &Packet) -> Option<Numbers> {
        let offsets = self.offsets.as_mut()?;
        offsets.omitted.sent(packet.sequence);
        let numbers = offsets.apply(packet)?;
        self.last.sequence = self.last.sequence.max(numbers.sequence);
        if is_after(numbers.timestamp, self.last.timestamp) {
            self.last.timestamp = numbers.timestamp;
            self.advanced_at = packet.arrival;
        }
        let pictures = Pictures::of(&packet.format);
        if pictures.is_after(numbers.picture_id, self.last.picture_id) {
            self.last.picture_id = numbers.picture_id;
        }
        let newer = numbers
            .tl0_picture_index
            .wrapping_sub(self.last.tl0_picture_index);
        if pictures.mask != 0 && newer != 0 && newer < 0x80 {
            self.last.tl0_picture_index = numbers.tl0_picture_index;
        }
        Some(numbers)
    }

    /// Leaves a packet of the source switched to last out of the stream. Returns false if it is too late for that.
    #[must_use]
    pub(crate) fn omit(&mut self, packet: &Packet) -> bool {
        self.offsets
            .as_mut()
            .is_none_or(|offsets| offsets.omitted.omit(packet.sequence))
    }

    /// Whether a packet is newer than all of its source before it.
    pub(crate) fn is_newest(&self, packet: &Packet) -> bool {
        self.offsets
            .as_ref()
            .is_none_or(|offsets| offsets.omitted.is_newest(packet.sequence))
    }

    /// What is added to the numbers of the source switched to last.
    pub(crate) const fn offsets(&self) -> Option<&Offsets> {
        self.offsets.as_ref()
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
