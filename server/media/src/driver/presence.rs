//! Whether a source flows, and whether a microphone passes the gate, as last told.

use std::time::{Duration, Instant};

/// A source is silent when nothing of it has come for this long.
const SILENCE: Duration = Duration::from_secs(2);

/// A track's presence, as last told.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Presence {
    pub(crate) flowing: bool,
    /// The microphone passes the gate.
    pub(crate) forwarded: bool,
    pub(crate) last_forwarded: Option<Instant>,
    /// RTP time of the first packet that passed since the gate was opened.
    pub(crate) opened_at: Option<u32>,
}

impl Presence {
    /// Whether the source began to flow or fell silent since the last call.
    pub(crate) fn flowing_change(&mut self, now: Instant, last: Option<Instant>) -> Option<bool> {
        told(&mut self.flowing, now, last)
    }

    /// Whether the passing of the gate began or ended since the last call.
    pub(crate) fn forwarded_change(&mut self, now: Instant) -> Option<bool> {
        told(&mut self.forwarded, now, self.last_forwarded)
    }
}

fn told(state: &mut bool, now: Instant, last: Option<Instant>) -> Option<bool> {
    let is = last.is_some_and(|at| now.saturating_duration_since(at) < SILENCE);
    (std::mem::replace(state, is) != is).then_some(is)
}
