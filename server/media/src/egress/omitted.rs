//! Which packets of a source a viewer was not sent, so that those it was sent are numbered without holes.

/// How far back a late packet or a request for a repeat may reach.
const WINDOW: u64 = 512;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Omitted {
    highest: u64,
    /// Of the last `WINDOW` numbers up to `highest`; a ring by number.
    recent: [u64; (WINDOW / 64) as usize],
    total: u64,
}

impl Omitted {
    /// Begins with a packet that is sent.
    pub(crate) const fn from(first: u64) -> Self {
        Self {
            highest: first,
            recent: [0; (WINDOW / 64) as usize],
            total: 0,
        }
    }

    pub(crate) const fn is_newest(&self, number: u64) -> bool {
        number > self.highest
    }

    /// Notes a packet that is sent.
    pub(crate) fn sent(&mut self, number: u64) {
        if number > self.highest {
            self.advance(number);
        }
    }

    /// Leaves a packet out. Returns false if it is too late for that: packets behind it have left under numbers that
    /// count it.
    #[must_use]
    pub(crate) fn omit(&mut self, number: u64) -> bool {
        if number <= self.highest {
            return false;
        }
        self.advance(number);
        self.recent[word(number)] |= bit(number);
        self.total += 1;
        true
    }

    /// How many were left out before a packet.
    pub(crate) fn before(&self, number: u64) -> u64 {
        if self.total == 0 || number > self.highest {
            return self.total;
        }
        let oldest = number.max((self.highest + 1).saturating_sub(WINDOW));
        let since = (oldest..=self.highest).filter(|number| self.is_set(*number));
        self.total - since.count() as u64
    }

    pub(crate) fn has(&self, number: u64) -> bool {
        number <= self.highest && number + WINDOW > self.highest && self.is_set(number)
    }

    const fn is_set(&self, number: u64) -> bool {
        self.recent[word(number)] & bit(number) != 0
    }

    fn advance(&mut self, number: u64) {
        let skipped = (self.highest + 1).max((number + 1).saturating_sub(WINDOW))..=number;
        for skipped in skipped {
            self.recent[word(skipped)] &= !bit(skipped);
        }
        self.highest = number;
    }
}

const fn word(number: u64) -> usize {
    ((number % WINDOW) / 64) as usize
}

const fn bit(number: u64) -> u64 {
    1 << (number % 64)
}
