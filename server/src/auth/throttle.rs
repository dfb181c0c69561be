//! Slows down guessing of passwords: by name in the store (all nodes together), by address in memory.

use chrono::{DateTime, TimeDelta, Utc};
use giaoban_store::{Store, StoreError};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// (window, failures within it that close the door, seconds to wait).
const BY_NAME: [(TimeDelta, u64, u64); 2] = [
    (TimeDelta::minutes(1), 5, 60),
    (TimeDelta::minutes(15), 20, 900),
];
/// A whole office may sit behind one address: its limit is wider.
const FAILURES_OF_ADDRESS: u32 = 60;
const ADDRESS_WINDOW: TimeDelta = TimeDelta::minutes(1);
/// Addresses remembered at most; beyond it those whose window has passed are forgotten.
const ADDRESSES: usize = 10_000;

/// Seconds to wait before this name may try again.
pub async fn name_must_wait(
    store: &Store,
    username: &str,
    now: DateTime<Utc>,
) -> Result<Option<u64>, StoreError> {
    for (window, limit, wait) in BY_NAME {
        if store
            .login_attempts()
            .failures_since(username, now - window)
            .await?
            >= limit
        {
            return Ok(Some(wait));
        }
    }
    Ok(None)
}

/// Failures of each address in the current window.
#[derive(Default)]
pub struct Addresses(Mutex<HashMap<IpAddr, Window>>);

struct Window {
    since: DateTime<Utc>,
    failures: u32,
}

impl Addresses {
    /// Seconds to wait before this address may try again.
    pub fn must_wait(&self, address: IpAddr, now: DateTime<Utc>) -> Option<u64> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let window = known.get(&address)?;
        let left = window.since + ADDRESS_WINDOW - now;
        (window.failures >= FAILURES_OF_ADDRESS && left > TimeDelta::zero())
            .then(|| left.num_seconds().unsigned_abs() + 1)
    }

    pub fn note_failure(&self, address: IpAddr, now: DateTime<Utc>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= ADDRESSES && !known.contains_key(&address) {
            known.retain(|_, window| now - window.since < ADDRESS_WINDOW);
            if known.len() >= ADDRESSES {
                return;
            }
        }
        let window = known.entry(address).or_insert(Window {
            since: now,
            failures: 0,
        });
        if now - window.since >= ADDRESS_WINDOW {
            *window = Window {
                since: now,
                failures: 0,
            };
        }
        window.failures += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn an_address_waits_until_its_window_has_passed() {
        let addresses = Addresses::default();
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let start = DateTime::UNIX_EPOCH;
        for _ in 0..FAILURES_OF_ADDRESS {
            assert_eq!(addresses.must_wait(address, start), None);
            addresses.note_failure(address, start);
        }
        assert!(addresses.must_wait(address, start).is_some());
        assert_eq!(addresses.must_wait(address, start + ADDRESS_WINDOW), None);
    }
}
