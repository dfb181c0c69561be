//! Who stands in the door.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_util::sync::CancellationToken;

/// How many may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    pub in_all: usize,
    pub of_address: usize,
}

#[derive(Debug)]
pub(super) struct Waiting {
    places: Places,
    line: Mutex<Line>,
}

/// By arrival; the first has waited longest.
#[derive(Debug, Default)]
struct Line {
    arrivals: u64,
    all: BTreeMap<u64, (IpAddr, CancellationToken)>,
    of_address: HashMap<IpAddr, BTreeSet<u64>>,
}

/// A place in the line; given back by [`Ticket::leave`] or when dropped.
#[derive(Debug)]
pub(super) struct Ticket {
    waiting: Arc<Waiting>,
    arrival: u64,
    sent_away: CancellationToken,
}

impl Waiting {
    pub(super) fn new(places: Places) -> Self {
        Self {
            places,
            line: Mutex::default(),
        }
    }

    /// Takes a place. Where none is free, whoever has waited longest is sent away.
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr) -> Ticket {
        let mut line = self.line();
        let own = line.of_address.get(&address);
        let too_many = own.is_some_and(|own| own.len() >= self.places.of_address);
        let first_of_address = own.and_then(|own| own.first().copied());
        if let Some(first) = first_of_address.filter(|_| too_many) {
            line.send_away(first);
        } else if line.all.len() >= self.places.in_all
            && let Some(first) = line.all.keys().next().copied()
        {
            line.send_away(first);
        }
        line.arrivals += 1;
        let arrival = line.arrivals;
        let sent_away = CancellationToken::new();
        line.all.insert(arrival, (address, sent_away.clone()));
        line.of_address.entry(address).or_default().insert(arrival);
        Ticket {
            waiting: Arc::clone(self),
            arrival,
            sent_away,
        }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    fn send_away(&mut self, arrival: u64) {
        if let Some(token) = self.remove(arrival) {
            token.cancel();
        }
    }

    fn remove(&mut self, arrival: u64) -> Option<CancellationToken> {
        let (address, token) = self.all.remove(&arrival)?;
        if let Some(own) = self.of_address.get_mut(&address) {
            own.remove(&arrival);
            if own.is_empty() {
                self.of_address.remove(&address);
            }
        }
        Some(token)
    }
}

impl Ticket {
    /// Cancelled when the place is needed for somebody else.
    pub(super) fn sent_away(&self) -> CancellationToken {
        self.sent_away.clone()
    }

    /// The whole request is there: nobody waits here any more.
    pub(super) fn leave(&self) {
        self.waiting.line().remove(self.arrival);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    const PLACES: Places = Places {
        in_all: 4,
        of_address: 2,
    };

    fn address(last: u8) -> IpAddr {
        IpAddr::V4(Ipv4Addr::new(10, 0, 0, last))
    }

    #[test]
    fn the_oldest_of_an_address_makes_room_and_others_are_left_alone() {
        let waiting = Arc::new(Waiting::new(PLACES));
        let other = waiting.enter(address(1));
        let crowd: Vec<_> = (0..5).map(|_| waiting.enter(address(2))).collect();
        assert!(!other.sent_away.is_cancelled());
        let gone: Vec<_> = crowd
            .iter()
            .map(|one| one.sent_away.is_cancelled())
            .collect();
        assert_eq!(gone, [true, true, true, false, false]);
    }

    #[test]
    fn the_oldest_of_all_makes_room_when_everybody_is_a_stranger() {
        let waiting = Arc::new(Waiting::new(PLACES));
        let crowd: Vec<_> = (0..6).map(|last| waiting.enter(address(last))).collect();
        let gone = crowd
            .iter()
            .filter(|one| one.sent_away.is_cancelled())
            .count();
        assert_eq!(gone, 2);
        assert!(crowd[0].sent_away.is_cancelled() && crowd[1].sent_away.is_cancelled());
    }

    #[test]
    fn who_sent_a_request_takes_no_place_and_is_never_sent_away() {
        let waiting = Arc::new(Waiting::new(PLACES));
        let proven = waiting.enter(address(1));
        proven.leave();
        let crowd: Vec<_> = (0..50).map(|_| waiting.enter(address(1))).collect();
        assert!(!proven.sent_away.is_cancelled());
        assert!(waiting.line().all.len() <= PLACES.in_all);
        drop(crowd);
        assert!(waiting.line().all.is_empty() && waiting.line().of_address.is_empty());
    }
}
