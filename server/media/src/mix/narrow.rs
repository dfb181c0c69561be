//! Whether a link is too narrow for several voice streams.

/// Three voices of 32 kbps and their headers are about 180 kbps; one mix is about 50.
const BELOW_KBPS: u32 = 64;
/// It must have clearly more again before the streams come back.
const ABOVE_KBPS: u32 = 96;

/// Remembers what was decided, so that an estimate on the edge does not change it back and forth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Narrow(bool);

impl Narrow {
    /// Decides anew.
    pub(crate) fn judge(&mut self, estimate_kbps: u32) -> bool {
        let limit = if self.0 { ABOVE_KBPS } else { BELOW_KBPS };
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
        assert!(!narrow.judge(70));
        assert!(narrow.judge(60));
        assert!(narrow.judge(70));
        assert!(narrow.judge(90));
        assert!(!narrow.judge(100));
        assert!(!narrow.judge(70));
    }
}
