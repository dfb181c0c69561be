//! The time as an input, so that tests can set it.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Tells the time, cut to whole microseconds as the store keeps it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System(Arc<Mutex<Steady>>),
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clock, except that it neither jumps nor goes back: see `docs/decisions/0007-a-clock-that-does-not-jump.md`.
    #[must_use]
    pub fn system() -> Self {
        let steady = Steady::new(Utc::now(), Instant::now());
        Self(Source::System(Arc::new(Mutex::new(steady))))
    }

    /// A clock that is ahead of this one if it must be, so as not to be before `last`, and then follows slowly: for a ledger that
    /// was written under a wall clock which has been set back since.
    #[must_use]
    pub fn no_earlier_than(&self, last: DateTime<Utc>) -> Self {
        match &self.0 {
            Source::System(_) if last > self.now() => {
                let steady = Steady::new(last, Instant::now());
                Self(Source::System(Arc::new(Mutex::new(steady))))
            }
            Source::System(_) | Source::Set(_) => self.clone(),
        }
    }

    /// A clock that stands still until [`Clock::advance`].
    #[must_use]
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self(Source::Set(Arc::new(AtomicI64::new(at.timestamp_micros()))))
    }

    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::System(steady) => {
                let mut steady = steady.lock().unwrap_or_else(PoisonError::into_inner);
                steady.tell(Utc::now(), Instant::now()).trunc_subsecs(6)
            }
            Source::Set(micros) => {
                DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst)).unwrap_or_default()
            }
        }
    }

    /// Moves a fixed clock; the system's clock is not ours to move.
    pub fn advance(&self, by: TimeDelta) {
        if let Source::Set(micros) = &self.0 {
            micros.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
        }
    }
}

/// A difference up to this is drift, and simply taken over when it leads forward.
const DRIFT: TimeDelta = TimeDelta::milliseconds(500);
/// How much faster or slower than true it goes while it catches up: one part in so many.
const SLEW: i32 = 20;

/// A wall clock carried on by the monotonic one. Where the system's is set to another time, this one comes nearer by one
/// second in twenty, so that no speaking time, grace period or roll call ends by it and no two facts change places.
#[derive(Debug)]
struct Steady {
    told: DateTime<Utc>,
    at: Instant,
    jumped: bool,
}

impl Steady {
    fn new(wall: DateTime<Utc>, at: Instant) -> Self {
        Self {
            told: wall,
            at,
            jumped: false,
        }
    }

    fn tell(&mut self, wall: DateTime<Utc>, at: Instant) -> DateTime<Utc> {
        let elapsed =
            TimeDelta::from_std(at.saturating_duration_since(self.at)).unwrap_or_default();
        let carried = self.told + elapsed;
        let off = wall - carried;
        let jumped = off.abs() > DRIFT;
        if jumped && !self.jumped {
            tracing::warn!(
                seconds = off.num_seconds(),
                "the system's clock was set to another time; meetings follow it slowly"
            );
        }
        self.jumped = jumped;
        let most = elapsed / SLEW;
        let new = if jumped {
            carried + off.clamp(-most, most)
        } else {
            wall.max(carried - most)
        };
        self.told = new.max(self.told);
        self.at = at;
        self.told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    #[test]
    fn a_wall_clock_that_drifts_is_followed() {
        let (wall, start) = (Utc::now(), Instant::now());
        let mut steady = Steady::new(wall, start);
        let told = steady.tell(
            wall + TimeDelta::milliseconds(1_003),
            start + Duration::from_secs(1),
        );
        assert_eq!(told, wall + TimeDelta::milliseconds(1_003));
    }

    #[test]
    fn an_hour_ahead_is_not_an_hour_of_speaking_time() {
        let (wall, start) = (Utc::now(), Instant::now());
        let mut steady = Steady::new(wall, start);
        let ahead = wall + TimeDelta::hours(1);
        let told = steady.tell(ahead, start + Duration::from_secs(10));
        assert_eq!(told, wall + TimeDelta::milliseconds(10_500));
    }

    #[test]
    fn a_ledger_that_ends_in_the_future_goes_on_from_there() {
        let clock = Clock::system();
        let last = clock.now() + TimeDelta::hours(1);
        let ahead = clock.no_earlier_than(last);
        let first = ahead.now();
        assert!(first >= last && first - last < TimeDelta::minutes(1));
        std::thread::sleep(Duration::from_millis(5));
        assert!(ahead.now() > first);
        assert!(clock.now() < last);
    }

    #[test]
    fn after_a_day_it_is_right_again() {
        let (wall, start) = (Utc::now(), Instant::now());
        let mut steady = Steady::new(wall, start);
        for minute in 1..=(24 * 60) {
            let elapsed = Duration::from_secs(minute * 60);
            let behind = wall - TimeDelta::hours(1) + TimeDelta::from_std(elapsed).unwrap();
            let told = steady.tell(behind, start + elapsed);
            if minute == 24 * 60 {
                assert_eq!(told, behind);
            }
        }
    }

    proptest! {
        #[test]
        fn it_never_goes_back_nor_more_than_a_little_faster(
            steps in prop::collection::vec((0_u64..5_000, -7_200_000_i64..7_200_000, any::<bool>()), 1..100)
        ) {
            let (wall, start) = (Utc::now(), Instant::now());
            let mut steady = Steady::new(wall, start);
            let (mut at, mut offset, mut last) = (start, 0, wall);
            for (millis, jump, jumps) in steps {
                let step = Duration::from_millis(millis);
                at += step;
                if jumps {
                    offset += jump;
                }
                let true_time = wall + TimeDelta::from_std(at - start).unwrap();
                let told = steady.tell(true_time + TimeDelta::milliseconds(offset), at);
                prop_assert!(told >= last);
                let most = TimeDelta::from_std(step).unwrap() + TimeDelta::from_std(step).unwrap() / SLEW + DRIFT;
                prop_assert!(told - last <= most);
                last = told;
            }
        }
    }
}
