//! The audio mixer: for those who can take one voice stream only, up to three voices become one. Pure: packets and time
//! in, packets out; `driver/mixer.rs` is the thread that runs it. `docs/media/mixing.md` explains it.

mod clock;
mod limiter;
mod margins;
mod mixer;
pub(crate) mod narrow;
#[cfg(test)]
mod signal_test;
mod voice;

pub(crate) use mixer::Mixer;

use std::time::Duration;

/// Samples of one frame: 20 ms of one channel at 48 kHz.
pub(crate) const FRAME: usize = 960;
pub(crate) const FRAME_TIME: Duration = Duration::from_millis(20);
const FRAME_MICROS: i64 = 20_000;
pub(crate) const RATE: u32 = 48_000;
