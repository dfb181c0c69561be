//! Whether a link is too narrow for several voice streams.

use crate::egress::allocate::VOICE_KBPS;

/// A voice needs some more room than it takes, for what is repeated of it.
const ROOM_KBPS: u32 = VOICE_KBPS * 11 / 8;
const MIX_KBPS: u32 = 64;

/// Remembers what was decided, so that an estimate on the edge does not change it back and forth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Narrow(bool);

impl Narrow {
    /// Decides anew for so many voices that are heard.
    pub(crate) fn judge(&mut self, estimate_kbps: u32, voices: usize) -> bool {
        let voices = u32::try_from(voices).unwrap_or(u32::MAX);
        let below = ROOM_KBPS.saturating_mul(voices).max(MIX_KBPS);
        // It must have clearly more again before the streams come back.
        let limit = if self.0 { below + below / 2 } else { below };
        self.0 = estimate_kbps < limit;
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_on_the_edge_changes_nothing() {
        let mut narrow = Narrow::default();
        assert!(!narrow.judge(70, 1));
        assert!(narrow.judge(60, 1));
        assert!(narrow.judge(70, 1));
        assert!(narrow.judge(90, 1));
        assert!(!narrow.judge(100, 1));
        assert!(!narrow.judge(70, 1));
    }

    #[test]
    fn each_voice_must_have_room() {
        let mut narrow = Narrow::default();
        assert!(!narrow.judge(128, 2));
        assert!(narrow.judge(128, 3));
        assert!(!narrow.judge(300, 3));
    }
}
