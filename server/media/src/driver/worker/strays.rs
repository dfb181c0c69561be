//! Who moved: the kernel gives datagrams of an address to the worker of its choice, and a client that changes its address
//! is served on by the worker that has it. Its checks name it; all else that comes from there is known by its checks.

use crate::driver::shared::WorkerId;
use foldhash::quality::RandomState;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Clients check their path every few seconds.
const FORGET: Duration = Duration::from_secs(30);
/// A client that invents addresses must not fill the memory.
const MOST: usize = 4096;

#[derive(Debug, Default)]
pub(super) struct Strays {
    owners: HashMap<SocketAddr, (WorkerId, Instant), RandomState>,
}

impl Strays {
    /// A check from an address was for a connection of another worker.
    pub(super) fn checked(&mut self, now: Instant, from: SocketAddr, owner: WorkerId) {
        if self.owners.len() < MOST || self.owners.contains_key(&from) {
            self.owners.insert(from, (owner, now));
        }
    }

    pub(super) fn owner(&self, from: SocketAddr) -> Option<WorkerId> {
        self.owners.get(&from).map(|(owner, _)| *owner)
    }

    pub(super) fn forget_old(&mut self, now: Instant) {
        self.owners
            .retain(|_, (_, checked)| now.saturating_duration_since(*checked) < FORGET);
    }
}
