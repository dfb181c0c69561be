//! Replay protection: which packets of a stream were taken already.

/// Which of the last 64 `WORDS` packets of a stream have been taken (RFC 3711 section 3.3.2).
pub(super) struct Replays<const WORDS: usize> {
    /// The highest extended number: rollover counter and sequence number.
    highest: u64,
    /// A ring by number.
    taken: [u64; WORDS],
}

impl<const WORDS: usize> Replays<WORDS> {
    const WINDOW: u64 = 64 * WORDS as u64;

    pub(super) fn new(first: u64) -> Self {
        let mut replays = Self {
            highest: first,
            taken: [0; WORDS],
        };
        replays.mark(first);
        replays
    }

    /// The extended number nearest to the highest so far; `None` before the first rollover's beginning.
    pub(super) fn extend(&self, sequence: u16) -> Option<u64> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_possible_wrap,
            reason = "the signed distance of two 16-bit numbers"
        )]
        let distance = sequence.wrapping_sub(self.highest as u16) as i16;
        self.highest.checked_add_signed(i64::from(distance))
    }

    /// Whether it was taken, or is too old to tell.
    pub(super) fn has(&self, index: u64) -> bool {
        if index > self.highest {
            return false;
        }
        let (word, bit) = Self::place(index);
        self.highest - index >= Self::WINDOW || self.taken[word] & bit != 0
    }

    pub(super) fn accept(&mut self, index: u64) {
        if index > self.highest {
            if index - self.highest >= Self::WINDOW {
                self.taken = [0; WORDS];
            } else {
                for between in self.highest + 1..index {
                    let (word, bit) = Self::place(between);
                    self.taken[word] &= !bit;
                }
            }
            self.highest = index;
        }
        self.mark(index);
    }

    fn mark(&mut self, index: u64) {
        let (word, bit) = Self::place(index);
        self.taken[word] |= bit;
    }

    const fn place(index: u64) -> (usize, u64) {
        let at = index % Self::WINDOW;
        ((at / 64) as usize, 1 << (at % 64))
    }
}
