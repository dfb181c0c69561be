//! How many windows each account has open, over all briefings.

use giaoban_signaling::ids::AccountId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Shared by all sockets. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Windows {
    most: u32,
    open: Arc<Mutex<HashMap<AccountId, u32>>>,
}

/// One open window; given back when dropped.
#[derive(Debug)]
pub(crate) struct Window {
    windows: Windows,
    account: AccountId,
}

impl Windows {
    pub(super) fn new(most: u32) -> Self {
        Self {
            most,
            open: Arc::default(),
        }
    }

    /// One more for this account; `None` when it has as many as it may.
    pub(super) fn open(&self, account: AccountId) -> Option<Window> {
        let mut open = self.lock();
        let count = open.entry(account).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Window {
            windows: self.clone(),
            account,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<AccountId, u32>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let mut open = self.windows.lock();
        if let Some(count) = open.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_closed_window_makes_room_for_another() {
        let windows = Windows::new(2);
        let who = AccountId(Uuid::from_u128(1));
        let first = windows.open(who).unwrap();
        let _second = windows.open(who).unwrap();
        assert!(windows.open(who).is_none());
        assert!(windows.open(AccountId(Uuid::from_u128(2))).is_some());
        drop(first);
        assert!(windows.open(who).is_some());
    }
}
