//! Keeps the sum of several voices below full scale: turned down where it must be, and never cut off hard.

use super::FRAME;

/// Full scale is 1. A mix is turned down to this, about -2 dB.
const CEILING: f32 = 0.8;
/// Gain is worked out for pieces of this many samples, 2.5 ms.
const PIECE: usize = 120;
/// How fast it is turned up again in one piece: about 6 dB in half a second.
const RELEASE: f32 = 1.0035;

#[derive(Debug)]
pub(super) struct Limiter {
    gain: f32,
}

impl Default for Limiter {
    fn default() -> Self {
        Self { gain: 1.0 }
    }
}

impl Limiter {
    /// Turns a frame down where it is too loud. Afterwards no sample is beyond full scale.
    pub(super) fn apply(&mut self, frame: &mut [f32; FRAME]) {
        let mut allowed = [1.0_f32; FRAME / PIECE];
        for (allowed, piece) in allowed.iter_mut().zip(frame.chunks_exact(PIECE)) {
            let peak = piece
                .iter()
                .fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
            if peak > CEILING {
                *allowed = CEILING / peak;
            }
        }
        for (index, piece) in frame.chunks_exact_mut(PIECE).enumerate() {
            // At its end the gain must do for the next piece, too.
            let here = allowed[index].min(allowed.get(index + 1).copied().unwrap_or(1.0));
            let target = here.min(self.gain * RELEASE).min(1.0);
            #[expect(clippy::cast_precision_loss, reason = "120")]
            let step = (target - self.gain) / PIECE as f32;
            for sample in piece {
                self.gain += step;
                *sample = knee(*sample * self.gain);
            }
            self.gain = target;
        }
    }
}

/// Straight up to the ceiling, then bent, so that the onset of something loud is not cut off while the gain goes down.
fn knee(sample: f32) -> f32 {
    let over = sample.abs() - CEILING;
    if over <= 0.0 {
        sample
    } else {
        let room = 1.0 - CEILING;
        (CEILING + room * (over / room).tanh()).copysign(sample)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_goes_beyond_full_scale(frames in proptest::collection::vec((0.0_f32..4.0, 1_usize..400), 1..12)) {
            let mut limiter = Limiter::default();
            for (amplitude, period) in frames {
                let mut frame = [0.0; FRAME];
                for (index, sample) in frame.iter_mut().enumerate() {
                    *sample = if index / period % 2 == 0 { amplitude } else { -amplitude };
                }
                limiter.apply(&mut frame);
                prop_assert!(frame.iter().all(|sample| sample.abs() <= 1.0));
            }
        }

        #[test]
        fn what_is_not_too_loud_stays_as_it_is(samples in proptest::collection::vec(-0.79_f32..0.79, FRAME)) {
            let before: [f32; FRAME] = samples.try_into().unwrap();
            let mut frame = before;
            Limiter::default().apply(&mut frame);
            prop_assert_eq!(frame.map(f32::to_bits), before.map(f32::to_bits));
        }
    }

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "below 960")]
    fn a_loud_tone_is_turned_down_and_not_bent() {
        let mut limiter = Limiter::default();
        let mut frame = [0.0; FRAME];
        for _ in 0..5 {
            for (index, sample) in frame.iter_mut().enumerate() {
                *sample = 1.6 * (index as f32 * std::f32::consts::TAU / 48.0).sin();
            }
            limiter.apply(&mut frame);
        }
        let peak = frame
            .iter()
            .fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        assert!((0.75..=0.81).contains(&peak), "{peak}");
    }
}
