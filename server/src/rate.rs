//! How much one client may ask for.

use std::time::Duration;
use tokio::time::Instant;

/// A bucket of tokens: one is spent for each message or request, and they come back at a steady rate.
#[derive(Debug)]
pub(crate) struct Bucket {
    tokens: f64,
    refilled: Instant,
    capacity: f64,
    per_second: f64,
}

impl Bucket {
    pub(crate) fn new(capacity: u32, per_second: f64, now: Instant) -> Self {
        Self {
            tokens: f64::from(capacity),
            refilled: now,
            capacity: f64::from(capacity),
            per_second,
        }
    }

    /// Whether one more is within the rate.
    #[must_use]
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        let elapsed: Duration = now.saturating_duration_since(self.refilled);
        self.refilled = now;
        self.tokens = (self.tokens + elapsed.as_secs_f64() * self.per_second).min(self.capacity);
        if self.tokens < 1.0 {
            return false;
        }
        self.tokens -= 1.0;
        true
    }

    /// How long it takes, from the last try on, until one more is within the rate.
    #[must_use]
    pub(crate) fn wait(&self) -> Duration {
        Duration::from_secs_f64(((1.0 - self.tokens) / self.per_second).max(0.0))
    }

    /// Whether nothing would be forgotten if it were made anew.
    #[must_use]
    pub(crate) fn is_full(&self, now: Instant) -> bool {
        let elapsed = now.saturating_duration_since(self.refilled);
        self.tokens + elapsed.as_secs_f64() * self.per_second >= self.capacity
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_allowed_and_a_flood_is_not() {
        let start = Instant::now();
        let mut bucket = Bucket::new(5, 10.0, start);
        assert_eq!((0..8).filter(|_| bucket.take(start)).count(), 5);
        let later = start + Duration::from_millis(250);
        assert_eq!((0..8).filter(|_| bucket.take(later)).count(), 2);
        assert!(bucket.wait() <= Duration::from_millis(100) && !bucket.is_full(later));
        let much_later = start + Duration::from_mins(1);
        assert!(bucket.is_full(much_later));
        assert_eq!((0..8).filter(|_| bucket.take(much_later)).count(), 5);
    }
}
