//! Letting a queue on the link drain. What waits there delays the voices, and no lower rate shortens it as fast as sending
//! no pictures at all does: they wait on our side for as long as the queue will take.

use super::rate::{LONG_QUEUE, NOISE, SHORT_QUEUE};
use std::time::{Duration, Instant};

/// Nothing is held back for longer than this without another report that asks for it.
const LONGEST: Duration = Duration::from_secs(1);
/// With no pictures on it a queue becomes shorter. If it does not, by so much of the time, it is none: the way has become
/// longer, or others use the link.
const PATIENCE: Duration = Duration::from_secs(1);
const SLOWEST: u32 = 8;

/// What a report says of the queue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waits {
    /// How long the newest packet waited whose arrival is known, and when it had left.
    pub(crate) queue: Duration,
    pub(crate) left: Instant,
    /// How long one will wait that leaves now.
    pub(crate) coming: Duration,
}

#[derive(Clone, Copy, Debug)]
struct Draining {
    since: Instant,
    until: Instant,
    /// The longest queue of this time, and when it was seen.
    longest: (Duration, Instant),
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Drain(Option<Draining>);

impl Drain {
    /// Returns whether what seemed to be a queue is none.
    pub(crate) fn update(&mut self, now: Instant, waits: &Waits) -> bool {
        let Waits {
            queue,
            left,
            coming,
        } = *waits;
        let Some(draining) = &mut self.0 else {
            self.0 = (queue >= NOISE && coming >= LONG_QUEUE).then(|| Draining {
                since: now,
                until: now + coming.min(LONGEST),
                longest: (queue, now),
            });
            return false;
        };
        // What left before waits behind all that had been sent too much.
        if queue < SHORT_QUEUE {
            if left >= draining.since {
                self.0 = None;
            }
            return false;
        }
        let (longest, seen) = draining.longest;
        let waited = now.saturating_duration_since(seen);
        if queue >= longest {
            draining.longest = (queue, now);
        } else if waited >= PATIENCE && longest.saturating_sub(queue) < waited / SLOWEST {
            self.0 = None;
            return true;
        }
        draining.until = draining.until.max(now + queue.min(LONGEST));
        false
    }

    /// Until when pictures wait.
    pub(crate) fn until(&self) -> Option<Instant> {
        self.0.map(|draining| draining.until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn report(drain: &mut Drain, now: Instant, queue: u64, coming: u64) -> bool {
        let waits = Waits {
            queue: ms(queue),
            left: now.checked_sub(ms(50)).unwrap(),
            coming: ms(coming),
        };
        drain.update(now, &waits)
    }

    #[test]
    fn pictures_wait_until_the_queue_is_short() {
        let now = Instant::now() + ms(1000);
        let mut drain = Drain::default();
        assert!(!report(&mut drain, now, 140, 140));
        assert_eq!(drain.until(), None, "not long enough yet");
        report(&mut drain, now, 80, 300);
        assert_eq!(drain.until(), Some(now + ms(300)), "it will be");
        report(&mut drain, now + ms(20), 40, 40);
        assert_eq!(drain.until(), Some(now + ms(300)), "the worst is to come");
        report(&mut drain, now + ms(250), 120, 120);
        assert_eq!(drain.until(), Some(now + ms(370)), "not short enough yet");
        report(&mut drain, now + ms(350), 40, 40);
        assert_eq!(drain.until(), None);
    }

    #[test]
    fn what_no_restraint_shortens_is_no_queue() {
        let now = Instant::now() + ms(1000);
        let mut drain = Drain::default();
        assert!(!report(&mut drain, now, 200, 200));
        assert!(!report(&mut drain, now + ms(900), 190, 190));
        assert!(report(&mut drain, now + ms(1100), 190, 190));
        // A real one drains, if slowly.
        for step in 0..8 {
            let queue = 600 - 50 * step;
            assert!(!report(
                &mut drain,
                now + ms(2000 + 200 * step),
                queue,
                queue
            ));
        }
    }
}
