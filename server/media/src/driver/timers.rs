//! When each connection next needs a look: a hierarchical timer wheel (Varghese and Lauck, 1987). To schedule, to move and
//! to cancel cost the same with ten connections as with ten thousand, and none of it allocates once the connection is
//! known.
//!
//! Six levels of 64 slots; a slot of the lowest holds one millisecond, a slot of each next one all 64 below it. The level
//! of an entry is that of the highest digit (to base 64) in which its time differs from now, so whatever lies on a lower
//! level is due before whatever lies on a higher one. When the wheel reaches a slot of a higher level, its entries move
//! down.

use std::time::{Duration, Instant};

const SLOTS: usize = 64;
const LEVELS: usize = 6;
/// Longer waits are cut to this (over two years).
const LONGEST: u64 = (1 << (6 * LEVELS)) - 1;
/// The list of entries whose time has come, behind those of all slots.
const DUE: usize = LEVELS * SLOTS;
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// In milliseconds since the wheel was made.
    at: u64,
    /// The list it is in; `None` while it is not scheduled.
    list: Option<u16>,
    previous: u32,
    next: u32,
}

const IDLE: Entry = Entry {
    at: 0,
    list: None,
    previous: NONE,
    next: NONE,
};

#[derive(Debug)]
pub(super) struct Timers {
    start: Instant,
    /// How far the wheel has turned.
    now: u64,
    /// One for each connection number; each is in at most one of the lists.
    entries: Vec<Entry>,
    heads: [u32; DUE + 1],
    /// Which slots of each level hold anything.
    occupied: [u64; LEVELS],
}

impl Timers {
    pub(super) fn new(start: Instant) -> Self {
        Self {
            start,
            now: 0,
            entries: Vec::new(),
            heads: [NONE; DUE + 1],
            occupied: [0; LEVELS],
        }
    }

    /// Makes sure that `connection` is looked at by `at`, rounded up to the next millisecond.
    pub(super) fn schedule(&mut self, connection: usize, at: Instant) {
        if self.entries.len() <= connection {
            self.entries.resize(connection + 1, IDLE);
        }
        let at = self.ticks_up(at).max(self.now);
        let entry = &mut self.entries[connection];
        if entry.list.is_some() && entry.at <= at {
            return;
        }
        self.unlink(connection);
        self.entries[connection].at = at;
        self.place(connection);
    }

    pub(super) fn cancel(&mut self, connection: usize) {
        if connection < self.entries.len() {
            self.unlink(connection);
        }
    }

    /// When to call `pop` next; never later than the earliest entry.
    pub(super) fn next(&self) -> Option<Instant> {
        if self.heads[DUE] != NONE {
            return Some(self.instant(self.now));
        }
        self.next_slot().map(|(_, at)| self.instant(at))
    }

    /// The next connection whose time has come.
    pub(super) fn pop(&mut self, now: Instant) -> Option<usize> {
        let until = self.ticks_down(now);
        loop {
            let head = self.heads[DUE];
            if head != NONE {
                let connection = head as usize;
                self.unlink(connection);
                return Some(connection);
            }
            let Some((list, at)) = self.next_slot().filter(|(_, at)| *at <= until) else {
                self.now = self.now.max(until);
                return None;
            };
            self.now = at;
            self.empty(list);
        }
    }

    /// Puts the entries of a slot that was reached where they now belong.
    fn empty(&mut self, list: usize) {
        let mut next = std::mem::replace(&mut self.heads[list], NONE);
        self.occupied[list / SLOTS] &= !(1 << (list % SLOTS));
        while next != NONE {
            let connection = next as usize;
            let entry = &mut self.entries[connection];
            next = entry.next;
            entry.list = None;
            self.place(connection);
        }
    }

    /// The first slot that holds anything, and when it is reached.
    fn next_slot(&self) -> Option<(usize, u64)> {
        let (level, slots) = (0..).zip(&self.occupied).find(|(_, slots)| **slots != 0)?;
        // On no level lies anything behind the wheel's own position: it would differ in a higher digit.
        let slot = slots.trailing_zeros() as usize;
        let above = self.now >> (6 * (level + 1)) << (6 * (level + 1));
        Some((level * SLOTS + slot, above + ((slot as u64) << (6 * level))))
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "taken modulo the number of slots"
    )]
    fn place(&mut self, connection: usize) {
        let at = self.entries[connection].at;
        let list = if at <= self.now {
            DUE
        } else {
            let level = (63 - (at ^ self.now).leading_zeros() as usize) / 6;
            if level >= LEVELS {
                // Beyond the wheel's turn, at most once in two years: looked at when the turn is over.
                self.entries[connection].at = self.now | LONGEST;
                return self.place(connection);
            }
            let slot = (at >> (6 * level)) as usize % SLOTS;
            self.occupied[level] |= 1 << slot;
            level * SLOTS + slot
        };
        self.link(connection, list);
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "connections are counted in thousands, lists in hundreds"
    )]
    fn link(&mut self, connection: usize, list: usize) {
        let head = std::mem::replace(&mut self.heads[list], connection as u32);
        if head != NONE {
            self.entries[head as usize].previous = connection as u32;
        }
        let entry = &mut self.entries[connection];
        entry.list = Some(list as u16);
        entry.previous = NONE;
        entry.next = head;
    }

    fn unlink(&mut self, connection: usize) {
        let entry = self.entries[connection];
        let Some(list) = entry.list else { return };
        self.entries[connection].list = None;
        if entry.next != NONE {
            self.entries[entry.next as usize].previous = entry.previous;
        }
        if entry.previous != NONE {
            self.entries[entry.previous as usize].next = entry.next;
            return;
        }
        let list = usize::from(list);
        self.heads[list] = entry.next;
        if entry.next == NONE && list != DUE {
            self.occupied[list / SLOTS] &= !(1 << (list % SLOTS));
        }
    }

    fn instant(&self, ticks: u64) -> Instant {
        self.start + Duration::from_millis(ticks)
    }

    fn ticks_down(&self, at: Instant) -> u64 {
        let passed = at.saturating_duration_since(self.start);
        u64::try_from(passed.as_millis()).unwrap_or(u64::MAX)
    }

    /// Rounded up, so that nothing comes before its time.
    fn ticks_up(&self, at: Instant) -> u64 {
        let passed = at.saturating_duration_since(self.start);
        u64::try_from(passed.as_micros().div_ceil(1000)).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn each_connection_comes_once_at_its_earliest_time() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut timers = Timers::new(start);
        timers.schedule(7, at(50));
        timers.schedule(7, at(20));
        timers.schedule(7, at(90));
        timers.schedule(3, at(30));
        assert_eq!(timers.next(), Some(at(20)));
        assert_eq!(timers.pop(at(10)), None);
        assert_eq!(timers.pop(at(60)), Some(7));
        assert_eq!(timers.pop(at(60)), Some(3));
        assert_eq!(timers.pop(at(60)), None);
        timers.schedule(3, at(70));
        timers.cancel(3);
        assert_eq!(timers.pop(at(100)), None);
    }

    #[derive(Clone, Debug)]
    enum Step {
        Schedule(usize, u64),
        Cancel(usize),
        Pass(u64),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        // Waits of all lengths, from microseconds to days.
        let micros = || (0_u32..38, any::<u64>()).prop_map(|(bits, any)| any & ((1 << bits) - 1));
        let step = prop_oneof![
            4 => (0_usize..12, micros()).prop_map(|(connection, wait)| Step::Schedule(connection, wait)),
            1 => (0_usize..12).prop_map(Step::Cancel),
            2 => micros().prop_map(Step::Pass),
        ];
        proptest::collection::vec(step, 1..120)
    }

    proptest! {
        /// Against a list that is searched from end to end.
        #[test]
        fn everybody_comes_in_time_and_nobody_early(steps in steps()) {
            let start = Instant::now();
            let mut timers = Timers::new(start);
            let mut model: BTreeMap<usize, Instant> = BTreeMap::new();
            let mut now = start;
            for step in steps {
                match step {
                    Step::Schedule(connection, wait) => {
                        let at = now + Duration::from_micros(wait);
                        timers.schedule(connection, at);
                        let known = model.entry(connection).or_insert(at);
                        *known = at.min(*known);
                    }
                    Step::Cancel(connection) => {
                        timers.cancel(connection);
                        model.remove(&connection);
                    }
                    Step::Pass(wait) => {
                        now += Duration::from_micros(wait);
                        while let Some(connection) = timers.pop(now) {
                            let at = model.remove(&connection);
                            prop_assert!(at.is_some_and(|at| at <= now), "{connection} came early or unasked");
                        }
                        let millisecond = Duration::from_millis(1);
                        for (connection, at) in &model {
                            prop_assert!(*at + millisecond > now, "{connection} is late");
                        }
                    }
                }
                let earliest = model.values().min();
                prop_assert_eq!(timers.next().is_some(), earliest.is_some());
                if let (Some(next), Some(earliest)) = (timers.next(), earliest) {
                    prop_assert!(next < *earliest + Duration::from_millis(1));
                }
            }
        }
    }
}
