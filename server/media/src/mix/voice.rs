//! One voice on its way into the mix: its packets in order, decoded as the mix needs them, with what is missing concealed.

use super::margins::Margins;
use super::{FRAME, FRAME_MICROS, RATE};
use crate::packet::SourceId;
use bytes::Bytes;
use opus::{Channels, Decoder};
use std::collections::VecDeque;
use std::time::Instant;

/// The longest packet that Opus has: 120 ms.
const LONGEST: usize = 5760;
/// After so many concealed frames in a row the voice has stopped, by intention or not.
const MOST_CONCEALED: u32 = 5;
/// A voice is never kept back longer than this for packets that come late; later ones are lost.
const MOST_MARGIN: i64 = 45_000;
/// Packets this much ahead belong to another time: the sender paused or jumped.
const OUT_OF_TIME: i64 = 200_000;
/// Packets kept at most.
const MOST_WAITING: usize = 16;
/// A payload of discontinuous transmission: nothing is said.
const SILENT_LEN: usize = 2;

#[derive(Debug)]
struct Waiting {
    at: i64,
    payload: Bytes,
}

/// Where a voice that speaks is, in samples of its sender's clock.
#[derive(Clone, Copy, Debug)]
struct Position {
    /// The first sample not decoded yet.
    next: i64,
    /// The end of what was decoded from packets; from here to `next` it was concealed.
    heard: i64,
    /// Frames concealed in a row.
    concealed: u32,
}

pub(super) struct Voice {
    pub(super) source: SourceId,
    decoder: Decoder,
    waiting: VecDeque<Waiting>,
    /// For extending timestamps.
    newest: Option<i64>,
    /// `None` while it rests.
    position: Option<Position>,
    /// Decoded and not mixed yet.
    pcm: Vec<f32>,
    pub(super) margins: Margins,
    /// Whether it belongs to the mix. One that no longer does fades out and goes.
    pub(super) heard: bool,
    level: f32,
    /// Whether to leave a frame out.
    skips: bool,
}

impl Voice {
    pub(super) fn new(source: SourceId) -> Result<Self, opus::Error> {
        Ok(Self {
            source,
            decoder: Decoder::new(RATE, Channels::Mono)?,
            waiting: VecDeque::with_capacity(MOST_WAITING),
            newest: None,
            position: None,
            pcm: Vec::with_capacity(LONGEST + 2 * FRAME),
            margins: Margins::default(),
            heard: true,
            level: 0.0,
            skips: false,
        })
    }

    pub(super) const fn rests(&self) -> bool {
        self.position.is_none()
    }

    /// Whether it has faded out.
    pub(super) fn is_gone(&self) -> bool {
        !self.heard && (self.level <= 0.0 || self.rests())
    }

    /// Takes a packet. `due` is when the next frame is mixed.
    pub(super) fn push(&mut self, now: Instant, due: Instant, timestamp: u32, payload: Bytes) {
        let at = self.extend(timestamp);
        let Some(position) = self.position else {
            if payload.len() > SILENT_LEN {
                self.begin(at);
                self.note(now, due, at);
                self.keep(at, payload);
            }
            return;
        };
        let margin = self.margin(now, due, position, at);
        if margin.abs() > OUT_OF_TIME {
            self.waiting.clear();
            self.begin(at);
            self.note(now, due, at);
        } else if at < position.next {
            self.wait_for(position, at, margin);
            if self.position.is_none_or(|position| at < position.next) {
                return;
            }
        } else {
            self.margins.note(margin);
        }
        self.keep(at, payload);
    }

    fn extend(&mut self, timestamp: u32) -> i64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the low 32 bits are what was on the wire"
        )]
        let at = self.newest.map_or(i64::from(timestamp), |newest| {
            newest + i64::from(timestamp.wrapping_sub(newest as u32).cast_signed())
        });
        self.newest = Some(self.newest.map_or(at, |newest| newest.max(at)));
        at
    }

    fn begin(&mut self, at: i64) {
        self.position = Some(Position {
            next: at,
            heard: at,
            concealed: 0,
        });
        self.pcm.clear();
        self.margins.clear();
    }

    fn note(&mut self, now: Instant, due: Instant, at: i64) {
        if let Some(position) = self.position {
            let margin = self.margin(now, due, position, at);
            self.margins.note(margin);
        }
    }

    /// How long before it is needed a packet has come, in microseconds.
    fn margin(&self, now: Instant, due: Instant, position: Position, at: i64) -> i64 {
        let ahead = at - (position.next - samples(self.pcm.len()));
        let micros = |late: Instant, early: Instant| {
            i64::try_from(late.saturating_duration_since(early).as_micros()).unwrap_or(i64::MAX / 4)
        };
        let until_due = micros(due, now) - micros(now, due);
        until_due.saturating_add(
            ahead
                .div_euclid(samples(FRAME))
                .saturating_mul(FRAME_MICROS),
        )
    }

    /// A packet has come when its time was over. If all since it was concealed, the voice waits for it and is that much
    /// later from now on; not beyond the limit, though.
    fn wait_for(&mut self, position: Position, at: i64, margin: i64) {
        let behind = (position.next - at) * 1_000_000 / i64::from(RATE);
        let most = self.margins.most().unwrap_or(0);
        if at < position.heard || most + behind > MOST_MARGIN {
            return;
        }
        self.margins.note(margin);
        self.margins.shift(behind);
        self.position = Some(Position {
            next: at,
            ..position
        });
    }

    fn keep(&mut self, at: i64, payload: Bytes) {
        let index = self.waiting.partition_point(|waiting| waiting.at < at);
        if self
            .waiting
            .get(index)
            .is_some_and(|waiting| waiting.at == at)
        {
            return;
        }
        if self.waiting.len() == MOST_WAITING {
            self.waiting.pop_front();
        }
        self.waiting
            .insert(index.min(self.waiting.len()), Waiting { at, payload });
    }

    /// Its next frame. Returns whether there was one.
    pub(super) fn frame(&mut self, frame: &mut [f32; FRAME]) -> bool {
        if !self.fill() {
            frame.fill(0.0);
            return false;
        }
        self.take(frame);
        let early = self
            .margins
            .least()
            .is_some_and(|least| self.margins.settled() && least >= FRAME_MICROS + 2_000);
        if self.skips || early {
            self.skips = false;
            self.skip(frame);
        }
        self.fade(frame);
        true
    }

    fn take(&mut self, frame: &mut [f32; FRAME]) {
        for (out, sample) in frame.iter_mut().zip(self.pcm.drain(..FRAME)) {
            *out = sample;
        }
    }

    /// All its packets come a frame before they are needed: leaves a frame out, passing over into the next.
    fn skip(&mut self, frame: &mut [f32; FRAME]) {
        if !self.fill() {
            return;
        }
        let mut following = [0.0; FRAME];
        self.take(&mut following);
        cross(frame, &following);
        self.margins.shift(-FRAME_MICROS);
    }

    /// The clock has moved. Who would now come too late waits a frame longer; who has a frame to spare leaves one out.
    pub(super) fn moved(&mut self, micros: i64) {
        self.margins.shift(micros);
        let least = self.margins.least().unwrap_or(0);
        if least < 0 {
            self.make_up(FRAME);
            self.margins.shift(FRAME_MICROS);
        } else if least >= FRAME_MICROS {
            self.skips = true;
        }
    }

    fn fade(&mut self, frame: &mut [f32; FRAME]) {
        let target = if self.heard { 1.0 } else { 0.0 };
        if (self.level - target).abs() < f32::EPSILON {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "960")]
        let step = (target - self.level) / FRAME as f32;
        for sample in frame {
            self.level += step;
            *sample *= self.level;
        }
        self.level = target;
    }

    /// Makes sure that a whole frame is decoded. Returns false if the voice rests.
    fn fill(&mut self) -> bool {
        while self.pcm.len() < FRAME {
            if !self.decode_next() {
                self.pcm.clear();
                return false;
            }
        }
        true
    }

    fn decode_next(&mut self) -> bool {
        let Some(mut position) = self.position else {
            return false;
        };
        while self
            .waiting
            .front()
            .is_some_and(|waiting| waiting.at < position.next)
        {
            self.waiting.pop_front();
        }
        match self.waiting.front().map(|waiting| waiting.at) {
            Some(at) if at == position.next => {
                let Some(waiting) = self.waiting.pop_front() else {
                    return false;
                };
                let Some(len) = self.decode(&waiting.payload) else {
                    return self.conceal(FRAME);
                };
                position.next = at + samples(len);
                position.heard = position.next;
                position.concealed = 0;
                self.position = Some(position);
                true
            }
            Some(at) if position.concealed >= MOST_CONCEALED => {
                self.begin(at);
                true
            }
            Some(at) => {
                // The packet after a lost one may carry it once more, coarser.
                let missing = usize::try_from(at - position.next).unwrap_or(FRAME);
                if missing == FRAME {
                    self.recover()
                } else {
                    self.conceal(missing.min(FRAME))
                }
            }
            None if position.concealed >= MOST_CONCEALED => {
                self.position = None;
                false
            }
            None => self.conceal(FRAME),
        }
    }

    fn decode(&mut self, payload: &[u8]) -> Option<usize> {
        let before = self.pcm.len();
        self.pcm.resize(before + LONGEST, 0.0);
        let len = self
            .decoder
            .decode_float(payload, &mut self.pcm[before..], false)
            .ok();
        self.pcm.truncate(before + len.unwrap_or(0));
        len.filter(|len| *len > 0)
    }

    fn recover(&mut self) -> bool {
        let before = self.pcm.len();
        self.pcm.resize(before + FRAME, 0.0);
        if let Some(next) = self.waiting.front() {
            let _ = self
                .decoder
                .decode_float(&next.payload, &mut self.pcm[before..], true);
        }
        self.pass(FRAME)
    }

    fn conceal(&mut self, missing: usize) -> bool {
        self.make_up(missing);
        self.pass(missing)
    }

    /// Adds samples that nobody sent, in the manner of those before.
    fn make_up(&mut self, len: usize) {
        let before = self.pcm.len();
        self.pcm.resize(before + len, 0.0);
        // Opus makes up multiples of 2.5 ms; a sender off that grid gets silence there.
        let _ = self
            .decoder
            .decode_float(&[], &mut self.pcm[before..], false);
    }

    fn pass(&mut self, len: usize) -> bool {
        if let Some(position) = &mut self.position {
            position.next += samples(len);
            position.concealed += 1;
        }
        true
    }
}

/// From the first to the second in equal power, near enough for one frame of a voice.
fn cross(first: &mut [f32; FRAME], second: &[f32; FRAME]) {
    for (index, (first, second)) in first.iter_mut().zip(second).enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "below 960")]
        let along = (index as f32 + 0.5) / FRAME as f32;
        *first += (second - *first) * along;
    }
}

fn samples(len: usize) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}
