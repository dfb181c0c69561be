//! How each seat's link and picture do, for the board: measured every second, shown seldom.
//!
//! The seconds are averaged. A figure that is shown stays while it is nearly true, and a seat is not shown again within a pause
//! that grows with the briefing, so that all seats together cost the board no more than [`RATE`] entries a second.

use super::Meeting;
use super::api::Measured;
use crate::ids::SeatId;
use crate::wire::SeatQuality;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, VecDeque};

/// The shortest time between two showings of a seat.
const PAUSE: TimeDelta = TimeDelta::seconds(5);
/// How many seats are shown a second, in a briefing so large that the pause alone would not bound it.
const RATE: i32 = 200;
/// What freezes are counted over.
const WINDOW: TimeDelta = TimeDelta::seconds(60);
/// How much of the average the newest second is: it follows a step within about 5 s.
const NEWEST: f32 = 0.3;
/// A figure within this share of what is shown is nearly true.
const NEARLY: f32 = 0.15;

#[derive(Debug, Default)]
pub(crate) struct Qualities {
    seats: BTreeMap<SeatId, Record>,
}

#[derive(Debug)]
struct Record {
    average: Measured,
    /// When the picture stood still in the last minute: how often, and for how many milliseconds.
    stills: VecDeque<(DateTime<Utc>, u32, u32)>,
    shown: SeatQuality,
    shown_at: DateTime<Utc>,
    /// At which seq of the ledger that was. Whoever saw no more than that seq may not have seen it.
    mark: u64,
}

impl Qualities {
    /// Takes a second of a seat. True if it is to be shown again; `at_once` does not wait for the pause.
    pub(crate) fn observe(
        &mut self,
        now: DateTime<Utc>,
        seat: SeatId,
        measured: Measured,
        at_once: bool,
        seq: u64,
    ) -> bool {
        let pause = self.pause();
        let mut first = false;
        let record = self.seats.entry(seat).or_insert_with(|| {
            first = true;
            Record {
                average: measured,
                stills: VecDeque::new(),
                shown: figures(seat, &measured),
                shown_at: now,
                mark: seq,
            }
        });
        record.take(now, measured);
        let due = first || at_once || now - record.shown_at >= pause;
        let fresh = record.figures(seat);
        if !due || (!first && fresh == record.shown) {
            return false;
        }
        record.shown = fresh;
        record.shown_at = now;
        record.mark = seq;
        true
    }

    fn pause(&self) -> TimeDelta {
        let seats = TimeDelta::seconds(i64::try_from(self.seats.len()).unwrap_or(i64::MAX / 2_000));
        PAUSE.max(seats / RATE)
    }

    pub(crate) fn get(&self, seat: SeatId) -> Option<&SeatQuality> {
        self.seats.get(&seat).map(|record| &record.shown)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &SeatQuality> {
        self.seats.values().map(|record| &record.shown)
    }

    /// What somebody who was told everything up to `seq` may not have seen.
    pub(crate) fn since(&self, seq: u64) -> impl Iterator<Item = &SeatQuality> {
        let newer = move |record: &&Record| record.mark >= seq;
        self.seats
            .values()
            .filter(newer)
            .map(|record| &record.shown)
    }
}

impl Record {
    fn take(&mut self, now: DateTime<Utc>, measured: Measured) {
        if measured.freezes > 0 || measured.frozen_ms > 0 {
            self.stills
                .push_back((now, measured.freezes, measured.frozen_ms));
        }
        while self
            .stills
            .front()
            .is_some_and(|(at, ..)| now - *at >= WINDOW)
        {
            self.stills.pop_front();
        }
        let average = &mut self.average;
        let round_trip = match (average.rtt_ms, measured.rtt_ms) {
            (Some(old), Some(new)) => Some(blend(old, new)),
            (old, new) => new.or(old),
        };
        *average = Measured {
            loss_down: blend(average.loss_down, measured.loss_down),
            loss_up: blend(average.loss_up, measured.loss_up),
            jitter_ms: blend(average.jitter_ms, measured.jitter_ms),
            rtt_ms: round_trip,
            sent_kbps: blend(average.sent_kbps, measured.sent_kbps),
            received_kbps: blend(average.received_kbps, measured.received_kbps),
            estimate_kbps: blend(average.estimate_kbps, measured.estimate_kbps),
            ..measured
        };
    }

    /// What is to be shown now: of the figures only those that are no longer nearly what is shown are others.
    fn figures(&self, seat: SeatId) -> SeatQuality {
        let shown = &self.shown;
        let average = &self.average;
        let frozen_ms: u32 = self.stills.iter().map(|(_, _, frozen)| frozen).sum();
        SeatQuality {
            seat,
            loss_down: steady(shown.loss_down, average.loss_down * 100.0, 0.8),
            loss_up: steady(shown.loss_up, average.loss_up * 100.0, 0.8),
            jitter_ms: steady(shown.jitter_ms, average.jitter_ms, 5.0),
            rtt_ms: average
                .rtt_ms
                .map(|new| shown.rtt_ms.map_or(whole(new), |old| steady(old, new, 5.0))),
            freezes: self.stills.iter().map(|(_, freezes, _)| freezes).sum(),
            frozen_seconds: (frozen_ms + 500) / 1_000,
            main: average.main,
            sent_kbps: steady(shown.sent_kbps, average.sent_kbps, 10.0),
            received_kbps: steady(shown.received_kbps, average.received_kbps, 10.0),
            estimate_kbps: steady(shown.estimate_kbps, average.estimate_kbps, 10.0),
        }
    }
}

/// A seat's first second.
fn figures(seat: SeatId, measured: &Measured) -> SeatQuality {
    SeatQuality {
        seat,
        loss_down: whole(measured.loss_down * 100.0),
        loss_up: whole(measured.loss_up * 100.0),
        jitter_ms: whole(measured.jitter_ms),
        rtt_ms: measured.rtt_ms.map(whole),
        freezes: 0,
        frozen_seconds: 0,
        main: measured.main,
        sent_kbps: whole(measured.sent_kbps),
        received_kbps: whole(measured.received_kbps),
        estimate_kbps: whole(measured.estimate_kbps),
    }
}

fn blend(old: f32, new: f32) -> f32 {
    old + (new - old) * NEWEST
}

/// What is shown, while it is within `margin` or [`NEARLY`] of the truth; else the truth to two digits. Nothing is shown as nothing.
fn steady(shown: u32, measured: f32, margin: f32) -> u32 {
    let fresh = whole(measured);
    #[expect(
        clippy::cast_precision_loss,
        reason = "figures of a link are far below 2^24"
    )]
    let off = (shown as f32 - measured).abs();
    let near = off <= margin.max(measured * NEARLY);
    if near && (fresh == 0) == (shown == 0) {
        shown
    } else {
        fresh
    }
}

/// A whole number, to two digits above 100.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of the target"
)]
fn whole(value: f32) -> u32 {
    let value = value.round().clamp(0.0, 10_000_000.0) as u32;
    let digits = value.checked_ilog10().unwrap_or_default();
    let step = 10_u32.pow(digits.saturating_sub(1));
    if value < 100 {
        value
    } else {
        (value + step / 2) / step * step
    }
}

impl Meeting {
    pub(super) fn measured(
        &mut self,
        now: DateTime<Utc>,
        seat: SeatId,
        measured: Measured,
        at_once: bool,
    ) {
        let seq = self.durable.head.seq;
        if self
            .live
            .qualities
            .observe(now, seat, measured, at_once, seq)
        {
            self.dirty_since.get_or_insert(seq + 1);
            self.dirty.quality.insert(seat);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_whole_and_large_ones_have_two_digits() {
        let all = [0.0, 0.4, 7.6, 99.4, 104.0, 1_849.0, -3.0].map(whole);
        assert_eq!(all, [0, 0, 8, 99, 100, 1_800, 0]);
    }

    #[test]
    fn what_is_nearly_true_stays() {
        assert_eq!(steady(1_800, 1_950.0, 10.0), 1_800);
        assert_eq!(steady(1_800, 2_400.0, 10.0), 2_400);
        assert_eq!(steady(3, 2.5, 0.8), 3);
        assert_eq!(steady(0, 0.6, 0.8), 1, "some loss is not no loss");
        assert_eq!(steady(1, 0.2, 0.8), 0);
    }
}
