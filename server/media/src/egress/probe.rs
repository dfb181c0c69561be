//! Finding out whether a link carries more than is sent: a short burst at a higher rate, padded with packets that hold
//! nothing. What arrives of it, and how spread out, tells what the link carries, long before a queue does.

use std::time::{Duration, Instant};

/// A probe lasts this long; a slow one longer, or it would be three packets.
const LENGTH: Duration = Duration::from_millis(50);
const SLOW_LENGTH: Duration = Duration::from_millis(100);
const SLOW: f64 = 1_000_000.0;
/// A probe asks for this much more than is known to pass, at most.
const STEP: f64 = 2.0;
/// The next probe after one that passed, and after one that did not; twice as long each time, up to the longest.
const AFTER_SUCCESS: Duration = Duration::from_millis(200);
const AFTER_FAILURE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
/// Reports that do not come by then will not come.
const PATIENCE: Duration = Duration::from_millis(600);
/// With fewer packets than this, or with less than half of them, nothing is known.
const FEWEST: usize = 5;
/// What arrives this much slower than it was sent was held up by the link.
const HELD_UP: f64 = 0.9;

/// A burst that is being sent, or waited for.
#[derive(Debug)]
struct Burst {
    rate: f64,
    started: Instant,
    length: Duration,
    first: u64,
    /// Of the last packet, once all are sent.
    last: Option<u64>,
    octets: usize,
    sent: usize,
    /// Departure, arrival on the viewer's clock, octets.
    arrived: Vec<(Instant, Duration, u16)>,
    answered: usize,
}

#[derive(Debug)]
pub(crate) struct Prober {
    burst: Option<Burst>,
    /// Bits per second that would be used if they were there.
    wanted: f64,
    next_at: Instant,
    pause: Duration,
}

impl Prober {
    pub(crate) const fn new(now: Instant) -> Self {
        Self {
            burst: None,
            wanted: 0.0,
            next_at: now,
            pause: AFTER_FAILURE,
        }
    }

    pub(crate) const fn want(&mut self, wanted: f64) {
        self.wanted = wanted;
    }

    /// Begins a burst if one is due. `next` is the number of the next packet that leaves.
    pub(crate) fn begin(&mut self, now: Instant, known: f64, next: u64) {
        if self.burst.is_some() || now < self.next_at || self.wanted <= known * 1.05 {
            return;
        }
        let rate = (self.wanted * 1.2).min(known * STEP);
        self.burst = Some(Burst {
            rate,
            started: now,
            length: if rate < SLOW { SLOW_LENGTH } else { LENGTH },
            first: next,
            last: None,
            octets: 0,
            sent: 0,
            arrived: Vec::new(),
            answered: 0,
        });
    }

    /// Every packet that leaves belongs to the burst under way.
    pub(crate) fn sent(&mut self, size: usize) {
        if let Some(burst) = self.burst.as_mut().filter(|burst| burst.last.is_none()) {
            burst.octets += size;
            burst.sent += 1;
        }
    }

    /// Octets of padding to send now, and ends the burst when it is over.
    pub(crate) fn padding(&mut self, now: Instant, next: u64) -> usize {
        let Some(burst) = self.burst.as_mut().filter(|burst| burst.last.is_none()) else {
            return 0;
        };
        let elapsed = now.saturating_duration_since(burst.started);
        if elapsed >= burst.length {
            burst.last = Some(next.saturating_sub(1));
            return 0;
        }
        // A packet ahead of time: the first leaves at once.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a tenth of a second of at most 40 Mbps"
        )]
        let due = (burst.rate / 8.0 * elapsed.as_secs_f64()) as usize + 200;
        due.saturating_sub(burst.octets)
    }

    /// Whether padding is being sent.
    pub(crate) fn is_sending(&self) -> bool {
        self.burst
            .as_ref()
            .is_some_and(|burst| burst.last.is_none())
    }

    /// Whether a packet was part of a burst that is waited for: its delay says nothing about the usual traffic.
    pub(crate) fn covers(&self, sequence: u64) -> bool {
        self.burst.as_ref().is_some_and(|burst| {
            sequence >= burst.first && burst.last.is_none_or(|last| sequence <= last)
        })
    }

    /// A packet is reported.
    pub(crate) fn reported(
        &mut self,
        sequence: u64,
        departure: Instant,
        arrival: Option<Duration>,
        size: u16,
    ) {
        if !self.covers(sequence) {
            return;
        }
        if let Some(burst) = &mut self.burst {
            burst.answered += 1;
            burst
                .arrived
                .extend(arrival.map(|arrival| (departure, arrival, size)));
        }
    }

    /// What a finished burst has shown to pass, in bits per second.
    pub(crate) fn result(&mut self, now: Instant) -> Option<f64> {
        let burst = self.burst.as_ref()?;
        burst.last?;
        let late = now.saturating_duration_since(burst.started) > burst.length + PATIENCE;
        if burst.answered < burst.sent && !late {
            return None;
        }
        let burst = self.burst.take()?;
        let measured = measure(&burst);
        let passed = measured.is_some_and(|(_, held_up)| !held_up);
        self.pause = if passed {
            AFTER_FAILURE
        } else {
            (self.pause * 2).min(LONGEST_PAUSE)
        };
        self.next_at = now + if passed { AFTER_SUCCESS } else { self.pause };
        measured.map(|(rate, held_up)| if held_up { rate * 0.9 } else { rate })
    }

    /// The link turned out to be narrower than thought: leave it alone for a while.
    pub(crate) fn overloaded(&mut self, now: Instant) {
        self.next_at = self.next_at.max(now + AFTER_FAILURE);
    }
}

/// Bits per second, and whether the link held the burst up.
fn measure(burst: &Burst) -> Option<(f64, bool)> {
    let mut arrived = burst.arrived.clone();
    if arrived.len() < FEWEST || arrived.len() * 2 < burst.sent {
        return None;
    }
    arrived.sort_unstable_by_key(|(departure, _, _)| *departure);
    let ((first_out, first_in, first_size), (last_out, last_in, last_size)) =
        (arrived.first()?, arrived.last()?);
    let octets: f64 = arrived.iter().map(|(_, _, size)| f64::from(*size)).sum();
    let out = last_out.saturating_duration_since(*first_out).as_secs_f64();
    let inward = last_in.saturating_sub(*first_in).as_secs_f64();
    if out <= 0.0 {
        return None;
    }
    let sent = (octets - f64::from(*last_size)) * 8.0 / out;
    // Arrivals may be closer together than departures where something on the way collected them.
    let received = (octets - f64::from(*first_size)) * 8.0 / inward.max(out / 2.0);
    Some((sent.min(received), received < HELD_UP * sent))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Probes a link of so many kbps from what is known, and returns what was found.
    fn probe(known: f64, wanted: f64, link: f64) -> Option<f64> {
        let start = Instant::now();
        let mut prober = Prober::new(start);
        prober.want(wanted);
        prober.begin(start, known, 10);
        let (mut next, mut now, mut free) = (10, start, Duration::from_secs(50));
        let mut out = Vec::new();
        while prober.is_sending() {
            let mut due = prober.padding(now, next);
            while due > 0 {
                prober.sent(290);
                free = free.max(Duration::from_secs(50) + (now - start))
                    + Duration::from_secs_f64(290.0 * 8.0 / link);
                out.push((next, now, free));
                next += 1;
                due = due.saturating_sub(290);
            }
            now += Duration::from_millis(5);
        }
        for (sequence, departure, arrival) in out {
            prober.reported(sequence, departure, Some(arrival), 290);
        }
        prober.result(now + Duration::from_millis(100))
    }

    #[test]
    fn a_wide_link_shows_the_rate_of_the_probe_and_a_narrow_one_its_own() {
        let found = probe(500_000.0, 2_000_000.0, 50_000_000.0).unwrap();
        assert!((850_000.0..1_250_000.0).contains(&found), "{found}");
        let found = probe(500_000.0, 2_000_000.0, 600_000.0).unwrap();
        assert!((480_000.0..620_000.0).contains(&found), "{found}");
    }

    #[test]
    fn nothing_is_probed_that_nobody_wants() {
        assert_eq!(probe(1_000_000.0, 900_000.0, 50_000_000.0), None);
    }
}
