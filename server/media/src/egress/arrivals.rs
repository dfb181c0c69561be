//! What the arrivals at a viewer say: how much gets through, and how long it waits on the way.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The rate is taken over this much of the viewer's time, and over the last part of it where that is lower: a link that
/// has just become narrow is to be noticed at once.
const WINDOW: Duration = Duration::from_millis(500);
const NEWEST: Duration = Duration::from_millis(200);
/// Less time than this makes no rate.
const SHORTEST: Duration = Duration::from_millis(150);
/// The shortest way seen within one to two of these is the way without a queue. Clocks drift by less than a
/// millisecond in that time.
const BASE_WINDOW: Duration = Duration::from_secs(20);
/// The queue is what even the luckiest of the last packets has waited: of three, or two where few come.
const LUCKY: usize = 3;
const FEW: usize = 2;
const LATELY: f64 = 0.15;
/// Packets one behind the other, and the time between the first and the last of them, that make a rate.
const FEWEST: u32 = 3;
const SHORTEST_BACKLOG: f64 = 0.05;
/// Seconds by which the last of them must have waited longer than the first. A way that is merely uneven looks alike otherwise.
const GROWTH: f64 = 0.02;
/// What has been sent since the last report is guessed for no longer than this.
const FORESIGHT: Duration = Duration::from_millis(500);

/// A packet that arrived.
#[derive(Clone, Copy, Debug)]
struct Arrived {
    /// On the viewer's clock, in seconds.
    at: f64,
    /// Seconds from departure to arrival, on two clocks that share no zero.
    way: f64,
    octets: u32,
}

/// The last packets, each of which had come to the link before the one ahead of it was through, and waited longer and longer. The
/// link was never idle between the first and the last of them, so what it carried is what it can carry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Backlog {
    /// Bits per second.
    pub(crate) carried: f64,
    /// What is being sent.
    sent: f64,
}

impl Backlog {
    /// How long the queue is by now, if sending has gone on like that for so long since the last packet whose arrival is known.
    pub(crate) fn foresee(&self, queue: Duration, unheard: Duration) -> Duration {
        let growth = (self.sent / self.carried - 1.0).clamp(-1.0, 10.0);
        let more = unheard.min(FORESIGHT).as_secs_f64() * growth;
        Duration::try_from_secs_f64(queue.as_secs_f64() + more).unwrap_or_default()
    }
}

#[derive(Debug)]
pub(crate) struct Arrivals {
    epoch: Instant,
    recent: VecDeque<Arrived>,
    base: [f64; 2],
    base_started: Instant,
}

impl Arrivals {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            epoch: now,
            recent: VecDeque::new(),
            base: [f64::INFINITY; 2],
            base_started: now,
        }
    }

    pub(crate) fn push(&mut self, departure: Instant, arrival: Duration, size: u16) {
        let at = arrival.as_secs_f64();
        let left = departure.saturating_duration_since(self.epoch);
        let way = at - left.as_secs_f64();
        self.recent.push_back(Arrived {
            at,
            way,
            octets: u32::from(size),
        });
        let newest = at - WINDOW.as_secs_f64();
        while self.recent.front().is_some_and(|packet| packet.at < newest) {
            self.recent.pop_front();
        }
        if departure.saturating_duration_since(self.base_started) > BASE_WINDOW {
            self.base = [way, self.base[0]];
            self.base_started = departure;
        }
        self.base[0] = self.base[0].min(way);
    }

    /// How long packets wait in queues now.
    pub(crate) fn queue(&self) -> Duration {
        Duration::try_from_secs_f64(self.way() - self.base()).unwrap_or_default()
    }

    /// The shortest way of the last packets; not a number before there were enough.
    fn way(&self) -> f64 {
        let candidates = self.recent.iter().rev().take(LUCKY);
        let newest = self.recent.back().map_or(0.0, |packet| packet.at);
        let lately = candidates
            .enumerate()
            .take_while(|(index, packet)| *index < FEW || newest - packet.at < LATELY);
        let (mut count, mut shortest) = (0, f64::INFINITY);
        for (_, packet) in lately {
            (count, shortest) = (count + 1, packet.way.min(shortest));
        }
        if count < FEW { f64::NAN } else { shortest }
    }

    fn base(&self) -> f64 {
        self.base[0].min(self.base[1])
    }

    /// What the last packets say of the link if they waited one behind the other; `None` if they did not, or too few did.
    pub(crate) fn backlog(&self) -> Option<Backlog> {
        let base = self.base();
        let mut packets = self.recent.iter().rev();
        let last = packets.next()?;
        let (mut first, mut octets, mut count) = (last, last.octets, 0);
        for ahead in packets {
            if first.way - base < first.at - ahead.at {
                break;
            }
            octets += ahead.octets;
            (first, count) = (ahead, count + 1);
        }
        // The first one was through before the time began.
        let bits = f64::from(octets - first.octets) * 8.0;
        let arrived = last.at - first.at;
        let grows = last.way - first.way >= GROWTH;
        (grows && count >= FEWEST && arrived >= SHORTEST_BACKLOG).then(|| Backlog {
            carried: bits / arrived,
            sent: self.sent(),
        })
    }

    /// Bits per second at which the last packets had left.
    fn sent(&self) -> f64 {
        let left = |packet: &Arrived| packet.at - packet.way;
        let octets: u32 = self.recent.iter().map(|packet| packet.octets).sum();
        let ends = self.recent.front().zip(self.recent.back());
        let span = ends.map_or(0.0, |(first, last)| left(last) - left(first));
        f64::from(octets) * 8.0 / span.max(SHORTEST.as_secs_f64())
    }

    /// Takes the way as it is now for the shortest: the path has changed.
    pub(crate) fn forget_base(&mut self) {
        let way = self.way();
        if way.is_finite() {
            self.base = [way; 2];
        }
    }

    /// Bits per second that arrive; `None` before enough has.
    pub(crate) fn rate(&self) -> Option<f64> {
        let whole = self.rate_over(WINDOW)?;
        Some(
            self.rate_over(NEWEST)
                .map_or(whole, |newest| newest.min(whole)),
        )
    }

    fn rate_over(&self, window: Duration) -> Option<f64> {
        let last = self.recent.back()?.at;
        let from = last - window.as_secs_f64();
        let mut within = self.recent.iter().filter(|packet| packet.at >= from);
        let span = last - within.next()?.at;
        if span < SHORTEST.as_secs_f64() {
            return None;
        }
        let octets: u32 = within.map(|packet| packet.octets).sum();
        Some(f64::from(octets) * 8.0 / span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_link_and_the_queue_what_has_been_waited() {
        let start = Instant::now();
        let mut arrivals = Arrivals::new(start);
        // 1000 octets each 10 ms leave, and after a second of that arrive each 20 ms.
        let mut arrival = Duration::from_secs(100);
        for step in 0..150 {
            arrival += Duration::from_millis(if step < 100 { 10 } else { 20 });
            arrivals.push(start + Duration::from_millis(10) * step, arrival, 1000);
            if step == 99 {
                assert!((790_000.0..810_000.0).contains(&arrivals.rate().unwrap()));
                assert!(arrivals.queue() < Duration::from_millis(1));
            }
        }
        assert!((390_000.0..410_000.0).contains(&arrivals.rate().unwrap()));
        let queue = arrivals.queue().as_millis();
        assert!((470..=500).contains(&queue), "{queue}");
        let backlog = arrivals.backlog().unwrap();
        assert!((390_000.0..410_000.0).contains(&backlog.carried));
        let (now, later) = (Duration::from_millis(200), Duration::from_millis(100));
        let foreseen = backlog.foresee(now, later).as_millis();
        assert!(
            (300..=310).contains(&foreseen),
            "twice as much leaves: {foreseen}"
        );
        arrivals.forget_base();
        assert_eq!(arrivals.queue(), Duration::ZERO);
        assert_eq!(arrivals.backlog(), None);
    }

    #[test]
    fn a_slow_link_that_is_idle_now_and_then_shows_no_rate() {
        let start = Instant::now();
        let mut arrivals = Arrivals::new(start);
        for step in 0..50_u32 {
            // 1000 octets take 40 ms of every 60, a voice between them 4 ms.
            let (octets, time) = if step % 2 == 0 { (1000, 40) } else { (100, 4) };
            let left =
                Duration::from_millis(60) * (step / 2) + Duration::from_millis(50) * (step % 2);
            arrivals.push(start + left, left + Duration::from_millis(time), octets);
        }
        assert_eq!(arrivals.backlog(), None);
    }

    #[test]
    fn a_way_that_is_uneven_shows_no_backlog() {
        let start = Instant::now();
        let mut arrivals = Arrivals::new(start);
        for step in 0..200_u32 {
            let left = Duration::from_millis(8) * step;
            let uneven = Duration::from_millis(u64::from(step * 7 % 20));
            arrivals.push(start + left, left + uneven, 1000);
        }
        assert_eq!(arrivals.backlog(), None);
    }

    #[test]
    fn a_link_that_has_just_become_narrow_shows_its_rate_within_a_tenth_of_a_second() {
        let start = Instant::now();
        let mut arrivals = Arrivals::new(start);
        let mut free = start;
        for millis in (0..1040).step_by(5) {
            let now = start + Duration::from_millis(millis);
            let each = Duration::from_millis(if millis < 1000 { 4 } else { 16 });
            free = free.max(now) + each;
            arrivals.push(now, free - start, 1000);
        }
        let carried = arrivals.backlog().unwrap().carried;
        assert!((490_000.0..510_000.0).contains(&carried), "{carried}");
    }
}
