//! The mix of one briefing: every frame is decoded once, summed once for each distinct set of voices, encoded once, and
//! that is what everybody hears who hears the same.

use super::clock::{Clock, better_moment};
use super::limiter::Limiter;
use super::voice::Voice;
use super::{FRAME, FRAME_TIME, RATE};
use crate::packet::SourceId;
use bytes::Bytes;
use opus::{Application, Bitrate, Channels, Encoder};
use std::time::{Duration, Instant};

/// Enough for speech of the full band; with headers about 50 kbps.
const BITRATE: i32 = 24_000;
/// The loss that the encoder prepares for, in percent: it decides how much goes into repeats of the frame before.
const EXPECTED_LOSS: i32 = 10;
const COMPLEXITY: i32 = 5;
/// No frame of 20 ms at this rate comes near it.
const LONGEST_PAYLOAD: usize = 1000;
/// A thread that was away this long starts the clock anew instead of mixing what is over.
const STALLED: Duration = Duration::from_millis(100);

/// The voices, decoded for one moment.
struct Decoded {
    source: SourceId,
    frame: Box<[f32; FRAME]>,
}

/// What those hear who hear everybody but `without`.
struct Output {
    without: Option<SourceId>,
    encoder: Encoder,
    limiter: Limiter,
}

/// One encoded frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mixed<'a> {
    /// Whose voice is left out, because this is what its owner hears.
    pub(crate) without: Option<SourceId>,
    pub(crate) payload: &'a [u8],
    /// Samples since the mix began.
    pub(crate) timestamp: u32,
    /// As in RFC 6464.
    pub(crate) level: u8,
}

/// Mixes the voices of one briefing.
#[derive(Default)]
pub(crate) struct Mixer {
    voices: Vec<Voice>,
    decoded: Vec<Decoded>,
    outputs: Vec<Output>,
    /// Stands while everybody rests.
    clock: Option<Clock>,
    timestamp: u32,
    /// When the newest frame was due.
    last: Option<Instant>,
    /// Voices have come or gone since the clock was last set by all of them.
    unsettled: bool,
}

impl Mixer {
    /// Says whose voices belong to the mix.
    pub(crate) fn hear(&mut self, heard: &[SourceId]) -> Result<(), opus::Error> {
        for voice in &mut self.voices {
            voice.heard = heard.contains(&voice.source);
        }
        for source in heard {
            if !self.voices.iter().any(|voice| voice.source == *source) {
                self.voices.push(Voice::new(*source)?);
                self.unsettled = true;
            }
        }
        Ok(())
    }

    /// Says which mixes are wanted: of everybody (`None`), or of all but one.
    pub(crate) fn want(&mut self, wanted: &[Option<SourceId>]) -> Result<(), opus::Error> {
        self.outputs
            .retain(|output| wanted.contains(&output.without));
        for without in wanted {
            if !self.outputs.iter().any(|output| output.without == *without) {
                self.outputs.push(Output::new(*without)?);
            }
        }
        Ok(())
    }

    /// Takes a packet of a voice; one that does not belong to the mix is ignored.
    pub(crate) fn push(&mut self, now: Instant, source: SourceId, timestamp: u32, payload: Bytes) {
        let Some(voice) = self.voices.iter_mut().find(|voice| voice.source == source) else {
            return;
        };
        let due = self.clock.as_ref().map(|clock| clock.due);
        let started = due.is_none().then(|| Clock::start(now));
        let due = due
            .or_else(|| started.as_ref().map(|clock| clock.due))
            .unwrap_or(now);
        voice.push(now, due, timestamp, payload);
        if !voice.rests()
            && let Some(clock) = started
        {
            self.resume(&clock);
            self.clock = Some(clock);
        }
    }

    /// The listeners' time went on while everybody rested, in whole frames.
    fn resume(&mut self, clock: &Clock) {
        let Some(last) = self.last else { return };
        let away = clock.due.saturating_duration_since(last).as_micros();
        let frames = ((away + FRAME_TIME.as_micros() / 2) / FRAME_TIME.as_micros()).max(1);
        // The frame after the last one is counted when it is mixed.
        self.timestamp = self
            .timestamp
            .wrapping_add(ticks(u64::try_from(frames - 1).unwrap_or(0)));
    }

    /// When `mix` is next to be called; `None` while everybody rests.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.clock.as_ref().map(|clock| clock.due)
    }

    /// Mixes one frame and gives what came of it, once for each mix that is wanted and has anything to say.
    pub(crate) fn mix(&mut self, now: Instant, mut emit: impl FnMut(Mixed<'_>)) {
        let Some(clock) = &mut self.clock else { return };
        if now.saturating_duration_since(clock.due) > STALLED {
            self.timestamp = self
                .timestamp
                .wrapping_add(ticks(frames(now.saturating_duration_since(clock.due))));
            clock.due = now;
        }
        self.last = Some(clock.due);
        let mut spoken = 0;
        for voice in &mut self.voices {
            if self.decoded.len() == spoken {
                self.decoded.push(Decoded {
                    source: voice.source,
                    frame: Box::new([0.0; FRAME]),
                });
            }
            let decoded = &mut self.decoded[spoken];
            if voice.frame(&mut decoded.frame) {
                decoded.source = voice.source;
                spoken += 1;
            }
        }
        let spoken = &self.decoded[..spoken];
        let mut payload = [0; LONGEST_PAYLOAD];
        for output in &mut self.outputs {
            if let Some((len, level)) = output.encode(spoken, &mut payload) {
                emit(Mixed {
                    without: output.without,
                    payload: &payload[..len],
                    timestamp: self.timestamp,
                    level,
                });
            }
        }
        self.timestamp = self.timestamp.wrapping_add(ticks(1));
        self.voices.retain(|voice| !voice.is_gone());
        self.keep_time();
    }

    fn keep_time(&mut self) {
        let Some(clock) = &mut self.clock else { return };
        let speaking = || self.voices.iter().filter(|voice| !voice.rests());
        if speaking().next().is_none() {
            self.clock = None;
            return;
        }
        let least = speaking().filter_map(|voice| voice.margins.least()).min();
        let mut shift = clock.advance(least);
        for voice in &mut self.voices {
            voice.margins.shift(shift);
        }
        let heard = self.voices.iter().filter(|voice| voice.heard);
        if self.unsettled && heard.clone().all(|voice| voice.margins.settled()) {
            self.unsettled = false;
            let margins: Vec<i64> = heard.filter_map(|voice| voice.margins.least()).collect();
            shift = better_moment(&margins).unwrap_or(0);
            if shift != 0 {
                clock.shift(shift);
                for voice in &mut self.voices {
                    voice.moved(shift);
                }
            }
        }
    }
}

impl Output {
    fn new(without: Option<SourceId>) -> Result<Self, opus::Error> {
        let mut encoder = Encoder::new(RATE, Channels::Mono, Application::Voip)?;
        encoder.set_bitrate(Bitrate::Bits(BITRATE))?;
        encoder.set_inband_fec(true)?;
        encoder.set_packet_loss_perc(EXPECTED_LOSS)?;
        encoder.set_complexity(COMPLEXITY)?;
        // No discontinuous transmission of its own: when all who are heard pause, nothing is mixed.
        Ok(Self {
            without,
            encoder,
            limiter: Limiter::default(),
        })
    }

    /// Length of the payload and its level; `None` if there is nothing to say.
    fn encode(&mut self, spoken: &[Decoded], payload: &mut [u8]) -> Option<(usize, u8)> {
        let mut sum = [0.0; FRAME];
        let mut voices = 0;
        for decoded in spoken {
            if Some(decoded.source) != self.without {
                voices += 1;
                for (sum, sample) in sum.iter_mut().zip(decoded.frame.iter()) {
                    *sum += sample;
                }
            }
        }
        if voices == 0 {
            return None;
        }
        self.limiter.apply(&mut sum);
        let len = self.encoder.encode_float(&sum, payload).ok()?;
        Some((len, level(&sum)))
    }
}

/// The audio level octet of RFC 6464: whether it is a voice, and -dBov.
fn level(frame: &[f32; FRAME]) -> u8 {
    const VOICE: u8 = 0x80;
    #[expect(clippy::cast_precision_loss, reason = "960")]
    let power = frame.iter().map(|sample| sample * sample).sum::<f32>() / FRAME as f32;
    let below = (-10.0 * power.max(1e-13).log10()).clamp(0.0, 127.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 7 bits"
    )]
    let below = below as u8;
    if below < 55 { below | VOICE } else { below }
}

fn frames(time: Duration) -> u64 {
    u64::try_from(time.as_micros() / FRAME_TIME.as_micros()).unwrap_or(0)
}

#[expect(clippy::cast_possible_truncation, reason = "RTP time is modulo 2^32")]
const fn ticks(frames: u64) -> u32 {
    frames.wrapping_mul(FRAME as u64) as u32
}
