//! Whether voices carry the ones before them (RFC 2198). That mends single losses without asking, and costs nearly as much
//! as the voices themselves: a link that has room for it gets it always, a narrow one when it loses something.

use super::allocate::VOICE_KBPS;

/// What is repeated of a voice.
pub(crate) const REDUNDANT_KBPS: u32 = 35;
/// Room for so many times the voices is plenty.
const PLENTY: u32 = 5;
/// Loss that is heard, and loss that is not.
const LOSSY: f32 = 0.02;
const CLEAN: f32 = 0.005;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Redundancy {
    is_on: bool,
    is_lossy: bool,
}

impl Default for Redundancy {
    fn default() -> Self {
        Self {
            is_on: true,
            is_lossy: false,
        }
    }
}

impl Redundancy {
    /// Decides anew. `loss` is the share of packets that the link loses.
    pub(crate) fn judge(&mut self, estimate_kbps: u32, voices: u32, loss: f32) -> bool {
        self.is_lossy = loss > if self.is_lossy { CLEAN } else { LOSSY };
        let cost = voices.max(1) * (VOICE_KBPS + REDUNDANT_KBPS);
        let enough = if self.is_lossy {
            cost + cost / 4
        } else {
            cost * PLENTY
        };
        // A fifth less before it goes, so that an estimate on the edge changes nothing.
        let least = if self.is_on { enough * 4 / 5 } else { enough };
        self.is_on = estimate_kbps >= least;
        self.is_on
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_link_repeats_voices_only_when_it_loses_some() {
        let mut redundancy = Redundancy::default();
        assert!(redundancy.judge(1000, 1, 0.0));
        assert!(!redundancy.judge(128, 1, 0.0));
        assert!(redundancy.judge(128, 1, 0.1));
        assert!(redundancy.judge(128, 1, 0.01), "it has lost some");
        assert!(!redundancy.judge(128, 1, 0.0));
        assert!(!redundancy.judge(128, 2, 0.1), "no room for it");
        assert!(redundancy.judge(1000, 2, 0.0));
    }
}
