//! How much REST one account may ask for: so that a broken program, or a stolen sign-in, does not take the server from the rest.

use crate::rate::Bucket;
use giaoban_store::AccountId;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use tokio::time::Instant;

/// Accounts remembered at most before those that asked for nothing lately are forgotten.
const ACCOUNTS: usize = 10_000;

/// What each account has left.
pub struct Pace {
    per_minute: u32,
    buckets: Mutex<HashMap<AccountId, Bucket>>,
}

impl Pace {
    /// So many requests at once, and as many more in each minute.
    #[must_use]
    pub fn new(per_minute: u32) -> Self {
        Self {
            per_minute: per_minute.max(1),
            buckets: Mutex::default(),
        }
    }

    /// Spends one request of the account. When it has none left: the seconds to wait.
    pub fn spend(&self, account: AccountId, now: Instant) -> Result<(), u64> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= ACCOUNTS {
            buckets.retain(|_, bucket| !bucket.is_full(now));
        }
        let per_second = f64::from(self.per_minute) / 60.0;
        let bucket = buckets
            .entry(account)
            .or_insert_with(|| Bucket::new(self.per_minute, per_second, now));
        if bucket.take(now) {
            return Ok(());
        }
        Err(bucket.wait().as_secs() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use uuid::Uuid;

    #[test]
    fn an_account_waits_its_turn_and_no_other_does() {
        let (pace, start) = (Pace::new(6), Instant::now());
        let (one, other) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
        for _ in 0..6 {
            assert_eq!(pace.spend(one, start), Ok(()));
        }
        assert_eq!(pace.spend(one, start), Err(11));
        assert_eq!(pace.spend(other, start), Ok(()));
        assert_eq!(pace.spend(one, start + Duration::from_secs(11)), Ok(()));
    }
}
