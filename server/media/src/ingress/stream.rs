//! One RTP stream as it arrives: order, duplicates, padding, statistics (RFC 3550 section 6.4, appendix A).

use super::loss::LossTracker;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What to do with a packet that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// Forward it under this sequence number, which has no holes where padding was.
    Media(u64),
    /// Padding that came too late to be left out: packets behind it have left under numbers that count it. Forward
    /// something empty under this number, or the viewers miss it for ever.
    Filler(u64),
    /// Nothing to forward.
    Padding,
    Duplicate,
}

/// What RTCP reports of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct StreamReport {
    pub(crate) highest_sequence: u32,
    /// In 1/256 since the last report.
    pub(crate) fraction_lost: u8,
    pub(crate) total_lost: u32,
    /// In ticks of the media clock.
    pub(crate) jitter: u32,
    pub(crate) last_sender_report: u32,
    /// In 1/65536 s.
    pub(crate) delay: u32,
}

const WINDOW: u64 = 1024;
/// Sequence numbers start here, so that packets older than the first have a number too.
const ORIGIN: u64 = 1 << 16;

#[derive(Debug)]
pub(crate) struct Stream {
    clock_rate: u32,
    first: u64,
    highest: u64,
    started: bool,
    /// Which of the last `WINDOW` numbers up to `highest` have arrived; a ring by number.
    seen: [u64; (WINDOW / 64) as usize],
    /// Numbers of padding-only packets within the window, ascending.
    padding: VecDeque<u64>,
    /// How many padding-only packets there were before those in `padding`.
    padding_before: u64,
    loss: LossTracker,
    received: u64,
    prior: (u64, u64),
    transit: Option<f64>,
    jitter: f64,
    epoch: Instant,
    sender_report: Option<(u32, Instant)>,
    pub(crate) last_arrival: Instant,
    pub(crate) rate: Meter,
}

/// Bits per second over the last half second or so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meter {
    bytes: u64,
    since: Instant,
    bits_per_second: u32,
    last: Option<Instant>,
}

impl Meter {
    pub(crate) const fn new(now: Instant) -> Self {
        Self {
            bytes: 0,
            since: now,
            bits_per_second: 0,
            last: None,
        }
    }

    pub(crate) fn count(&mut self, now: Instant, len: usize) {
        self.last = Some(now);
        self.bytes += len as u64;
        let elapsed = now.saturating_duration_since(self.since);
        if elapsed >= Duration::from_millis(500) {
            let bits_per_second = self.bytes * 8_000
                / u64::try_from(elapsed.as_millis())
                    .unwrap_or(u64::MAX)
                    .max(1);
            self.bits_per_second = u32::try_from(bits_per_second).unwrap_or(u32::MAX);
            self.bytes = 0;
            self.since = now;
        }
    }

    pub(crate) const fn is_used(&self) -> bool {
        self.last.is_some()
    }

    /// 0 if nothing has come for a second.
    pub(crate) fn current(&self, now: Instant) -> u32 {
        let silent = self
            .last
            .is_none_or(|last| now.saturating_duration_since(last) > Duration::from_secs(1));
        if silent { 0 } else { self.bits_per_second }
    }
}

impl Stream {
    pub(crate) fn new(clock_rate: u32, now: Instant) -> Self {
        Self {
            clock_rate,
            first: 0,
            highest: 0,
            started: false,
            seen: [0; (WINDOW / 64) as usize],
            padding: VecDeque::new(),
            padding_before: 0,
            loss: LossTracker::default(),
            received: 0,
            prior: (0, 0),
            transit: None,
            jitter: 0.0,
            epoch: now,
            sender_report: None,
            last_arrival: now,
            rate: Meter::new(now),
        }
    }

    /// Takes a packet. `repeated` ones came over the retransmission stream and say nothing about jitter.
    pub(crate) fn receive(
        &mut self,
        now: Instant,
        sequence: u16,
        timestamp: u32,
        len: usize,
        padding_only: bool,
        repeated: bool,
    ) -> Arrival {
        let extended = self.extend(sequence);
        if self.started && self.is_duplicate(extended) {
            return Arrival::Duplicate;
        }
        self.last_arrival = now;
        self.rate.count(now, len);
        if !repeated {
            self.measure_jitter(now, timestamp);
        }
        let newest = !self.started || extended > self.highest;
        if !self.started {
            self.started = true;
            self.first = extended;
            self.highest = extended;
        } else if newest {
            if extended > self.highest + 1 {
                self.loss.gap(self.highest + 1, extended);
            }
            self.advance_to(extended);
        } else {
            self.loss.arrived(extended);
        }
        self.mark(extended);
        self.received += 1;
        if padding_only && newest {
            self.padding.push_back(extended);
            return Arrival::Padding;
        }
        let skipped = self
            .padding
            .iter()
            .rev()
            .skip_while(|padding| **padding > extended)
            .count() as u64;
        let number = extended - self.padding_before - skipped;
        if padding_only {
            Arrival::Filler(number)
        } else {
            Arrival::Media(number)
        }
    }

    fn extend(&self, sequence: u16) -> u64 {
        if !self.started {
            return ORIGIN + u64::from(sequence);
        }
        #[expect(
            clippy::cast_possible_wrap,
            reason = "the signed distance of two 16-bit numbers"
        )]
        let distance = sequence.wrapping_sub((self.highest & 0xffff) as u16) as i16;
        self.highest.saturating_add_signed(i64::from(distance))
    }

    fn is_duplicate(&self, extended: u64) -> bool {
        if extended > self.highest {
            return false;
        }
        if self.highest - extended >= WINDOW || extended < self.first.saturating_sub(WINDOW / 2) {
            // Too old to tell, and too old to be of use.
            return true;
        }
        let bit = extended % WINDOW;
        self.seen[(bit / 64) as usize] & (1 << (bit % 64)) != 0
    }

    fn advance_to(&mut self, extended: u64) {
        if extended - self.highest >= WINDOW {
            self.seen = [0; (WINDOW / 64) as usize];
        } else {
            for number in self.highest + 1..=extended {
                let bit = number % WINDOW;
                self.seen[(bit / 64) as usize] &= !(1 << (bit % 64));
            }
        }
        self.highest = extended;
        while self
            .padding
            .front()
            .is_some_and(|padding| padding + WINDOW < extended)
        {
            self.padding.pop_front();
            self.padding_before += 1;
        }
    }

    fn mark(&mut self, extended: u64) {
        let bit = extended % WINDOW;
        self.seen[(bit / 64) as usize] |= 1 << (bit % 64);
    }

    fn measure_jitter(&mut self, now: Instant, timestamp: u32) {
        let arrival =
            now.saturating_duration_since(self.epoch).as_secs_f64() * f64::from(self.clock_rate);
        let transit = arrival - f64::from(timestamp);
        if let Some(last) = self.transit {
            let difference = (transit - last).abs();
            // A timestamp that wrapped or jumped is no jitter.
            if difference < f64::from(self.clock_rate) * 5.0 {
                self.jitter += (difference - self.jitter) / 16.0;
            }
        }
        self.transit = Some(transit);
    }

    pub(crate) fn sender_report(&mut self, now: Instant, ntp: u64) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the middle 32 bits of the NTP time (RFC 3550 section 6.4.1)"
        )]
        let middle = (ntp >> 16) as u32;
        self.sender_report = Some((middle, now));
    }

    /// Closes a reporting interval; `None` before the first packet.
    pub(crate) fn report(&mut self, now: Instant) -> Option<StreamReport> {
        if !self.started {
            return None;
        }
        let expected = self.highest - self.first + 1;
        let lost_of = |expected: u64, received: u64| expected.saturating_sub(received);
        let interval_expected = expected - self.prior.0.min(expected);
        let interval_lost = lost_of(interval_expected, self.received - self.prior.1);
        self.prior = (expected, self.received);
        let (last_sender_report, delay) = self.sender_report.map_or((0, 0), |(middle, at)| {
            let delay = now.saturating_duration_since(at).as_secs_f64() * 65_536.0;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "saturates, and is never negative"
            )]
            (middle, delay as u32)
        });
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "bounded by the field widths of RFC 3550"
        )]
        let report = StreamReport {
            highest_sequence: (self.highest - ORIGIN) as u32,
            fraction_lost: (interval_lost * 256)
                .checked_div(interval_expected)
                .unwrap_or(0)
                .min(255) as u8,
            total_lost: lost_of(expected, self.received).min(0x7f_ffff) as u32,
            jitter: self.jitter as u32,
            last_sender_report,
            delay,
        };
        Some(report)
    }

    pub(crate) fn jitter_ms(&self) -> f32 {
        #[expect(clippy::cast_possible_truncation, reason = "a display value")]
        let jitter = (self.jitter * 1000.0 / f64::from(self.clock_rate)) as f32;
        jitter
    }

    pub(crate) fn has_losses(&self) -> bool {
        !self.loss.is_empty()
    }

    /// Sequence numbers to ask the publisher for now.
    pub(crate) fn nacks(&mut self, now: Instant) -> Vec<u16> {
        self.loss.due(now)
    }
}

#[cfg(test)]
#[path = "stream_test.rs"]
mod tests;
