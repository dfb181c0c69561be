//! When each connection next needs a look. Never a scan of all of them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

#[derive(Debug, Default)]
pub(super) struct Timers {
    heap: BinaryHeap<Reverse<(Instant, usize)>>,
    /// The earliest entry in the heap for each connection; later ones for it are stale.
    scheduled: Vec<Option<Instant>>,
}

impl Timers {
    /// Makes sure that `connection` is looked at no later than `at`.
    pub(super) fn schedule(&mut self, connection: usize, at: Instant) {
        if self.scheduled.len() <= connection {
            self.scheduled.resize(connection + 1, None);
        }
        let slot = &mut self.scheduled[connection];
        if slot.is_none_or(|earlier| at < earlier) {
            *slot = Some(at);
            self.heap.push(Reverse((at, connection)));
        }
    }

    pub(super) fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// The next connection whose time has come.
    pub(super) fn pop(&mut self, now: Instant) -> Option<usize> {
        while let Some(&Reverse((at, connection))) = self.heap.peek() {
            if at > now {
                return None;
            }
            self.heap.pop();
            if let Some(slot) = self.scheduled.get_mut(connection)
                && *slot == Some(at)
            {
                *slot = None;
                return Some(connection);
            }
        }
        None
    }

    pub(super) fn cancel(&mut self, connection: usize) {
        if let Some(slot) = self.scheduled.get_mut(connection) {
            *slot = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn each_connection_comes_once_at_its_earliest_time() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut timers = Timers::default();
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
}
