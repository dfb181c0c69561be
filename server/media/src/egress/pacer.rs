//! Spreads what would flood a narrow link: pictures wait here, for a moment, rather than in the link's queue, where the
//! voices would wait behind them. A link that is wide for what it gets never makes anything wait.

use crate::packet::Packet;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Above the estimate, so that a frame of many packets is soon through; the estimate holds on the average.
const HASTE: f64 = 1.5;
/// With more than this waiting it is not one frame but too much: below the estimate, so that the link's queue stays short.
const BACKLOG: Duration = Duration::from_millis(250);
const PATIENCE: f64 = 0.9;
/// What a link takes at once.
const BURST: Duration = Duration::from_millis(20);
const LEAST_BURST: f64 = 3_000.0;
/// Voices and repeats go at once and are paid for later; repeats only until this much is owed.
const DEBT: Duration = Duration::from_millis(200);
/// More than this never waits. What has waited that long is of no use.
const LONGEST: Duration = Duration::from_millis(600);
/// A slide may take longer: it is worth waiting for.
const LONGEST_CONTENT: Duration = Duration::from_secs(8);

#[derive(Debug)]
struct Waiting {
    slot: usize,
    packet: Arc<Packet>,
    content: bool,
}

#[derive(Debug)]
pub(crate) struct Pacer {
    /// Octets per second of the estimate.
    rate: f64,
    /// Octets that may leave now; below 0 they are owed.
    budget: f64,
    refilled: Instant,
    queue: VecDeque<Waiting>,
    queued: [usize; 2],
    /// Pictures wait until then whatever the budget: the link's queue drains.
    closed_until: Option<Instant>,
}

/// What to do with a picture's packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Send,
    /// Give it to `wait`.
    Wait,
    /// Too much waits already: everything of pictures must be given up, and begin again with a key frame.
    GiveUp,
}

impl Pacer {
    pub(crate) const fn new(now: Instant) -> Self {
        Self {
            rate: 0.0,
            budget: 0.0,
            refilled: now,
            queue: VecDeque::new(),
            queued: [0; 2],
            closed_until: None,
        }
    }

    /// Makes pictures wait until then; `None`: no longer.
    pub(crate) const fn close(&mut self, until: Option<Instant>) {
        self.closed_until = until;
    }

    fn is_closed(&self, now: Instant) -> bool {
        self.closed_until.is_some_and(|until| now < until)
    }

    fn refill(&mut self, now: Instant, kbps: u32) {
        self.rate = f64::from(kbps) * 1000.0 / 8.0;
        // The packets of one frame are asked for at one moment.
        if now == self.refilled {
            return;
        }
        let elapsed = now.saturating_duration_since(self.refilled).as_secs_f64();
        self.refilled = now;
        let speed = self.speed();
        self.budget =
            (self.budget + speed * elapsed).min((speed * BURST.as_secs_f64()).max(LEAST_BURST));
    }

    #[expect(clippy::cast_precision_loss, reason = "octets in a queue")]
    fn speed(&self) -> f64 {
        let backlog = (self.queued[0] + self.queued[1]) as f64;
        self.rate
            * if backlog > self.rate * BACKLOG.as_secs_f64() {
                PATIENCE
            } else {
                HASTE
            }
    }

    #[expect(clippy::cast_precision_loss, reason = "octets in a queue")]
    fn waiting(&self, content: bool) -> Duration {
        Duration::from_secs_f64(self.queued[usize::from(content)] as f64 / self.rate.max(1.0))
    }

    /// A picture's packet is about to leave.
    #[expect(clippy::cast_precision_loss, reason = "octets of a packet")]
    pub(crate) fn turn(&mut self, now: Instant, kbps: u32, size: usize, content: bool) -> Turn {
        self.refill(now, kbps);
        if self.queue.is_empty() && self.budget > 0.0 && !self.is_closed(now) {
            self.budget -= size as f64;
            return Turn::Send;
        }
        let longest = if content { LONGEST_CONTENT } else { LONGEST };
        if self.waiting(content) > longest {
            Turn::GiveUp
        } else {
            Turn::Wait
        }
    }

    pub(crate) fn wait(&mut self, slot: usize, packet: Arc<Packet>, content: bool) {
        self.queued[usize::from(content)] += packet.payload.len();
        self.queue.push_back(Waiting {
            slot,
            packet,
            content,
        });
    }

    /// Pays for what goes at once.
    #[expect(clippy::cast_precision_loss, reason = "octets of a packet")]
    pub(crate) fn pay(&mut self, size: usize) {
        self.budget -= size as f64;
    }

    /// What was paid for was not sent after all.
    #[expect(clippy::cast_precision_loss, reason = "octets of a packet")]
    pub(crate) fn refund(&mut self, size: usize) {
        self.budget += size as f64;
    }

    /// Whether the link has room for a repeat.
    pub(crate) fn has_credit(&mut self, now: Instant, kbps: u32) -> bool {
        self.refill(now, kbps);
        !self.is_closed(now) && self.budget > -self.rate * DEBT.as_secs_f64()
    }

    /// The next packet whose turn has come, and its slot.
    pub(crate) fn next(&mut self, now: Instant, kbps: u32) -> Option<(usize, Arc<Packet>)> {
        if self.queue.is_empty() || self.is_closed(now) {
            return None;
        }
        self.refill(now, kbps);
        if self.budget <= 0.0 {
            return None;
        }
        let waiting = self.queue.pop_front()?;
        let size = waiting.packet.payload.len();
        self.queued[usize::from(waiting.content)] -= size;
        self.pay(size);
        Some((waiting.slot, waiting.packet))
    }

    /// When something may leave; `None` if nothing waits.
    pub(crate) fn next_at(&self, now: Instant) -> Option<Instant> {
        if self.queue.is_empty() {
            return None;
        }
        let speed = self.speed().max(1.0);
        let short = (-self.budget / speed).clamp(0.001, 0.1);
        let paid = now + Duration::from_secs_f64(short);
        Some(self.closed_until.map_or(paid, |open| open.max(paid)))
    }

    /// Forgets what waits for a slot.
    pub(crate) fn forget(&mut self, slot: usize) {
        self.queue.retain(|waiting| {
            let keep = waiting.slot != slot;
            if !keep {
                self.queued[usize::from(waiting.content)] -= waiting.packet.payload.len();
            }
            keep
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::{Feed, Format, SourceId};
    use bytes::Bytes;

    fn packet(now: Instant, sequence: u64) -> Arc<Packet> {
        Arc::new(Packet {
            feed: Feed {
                source: SourceId(1),
                layer: 0,
            },
            generation: 0,
            format: Format::Filler(crate::sdp::Codec::Vp8),
            sequence,
            timestamp: 0,
            arrival: now,
            marker: false,
            starts_keyframe: false,
            audio_level: None,
            payload: Bytes::from_static(&[0; 1000]),
        })
    }

    /// Offers a burst of packets and returns when each left, in milliseconds, and how many were given up.
    fn burst(kbps: u32, count: u64, content: bool) -> (Vec<u128>, usize) {
        let start = Instant::now();
        let mut pacer = Pacer::new(start);
        let (mut left, mut given_up) = (Vec::new(), 0);
        pacer.refill(start + Duration::from_secs(1), kbps);
        let start = start + Duration::from_secs(1);
        for sequence in 0..count {
            match pacer.turn(start, kbps, 1000, content) {
                Turn::Send => left.push(0),
                Turn::Wait => pacer.wait(0, packet(start, sequence), content),
                Turn::GiveUp => given_up += 1,
            }
        }
        let mut now = start;
        while let Some(at) = pacer.next_at(now) {
            now = at;
            while pacer.next(now, kbps).is_some() {
                left.push((now - start).as_millis());
            }
        }
        (left, given_up)
    }

    #[test]
    fn a_wide_link_waits_for_nothing() {
        let (left, _) = burst(4_000, 12, false);
        assert!(left.iter().all(|at| *at == 0), "{left:?}");
    }

    #[test]
    fn a_key_frame_on_a_narrow_link_is_spread_over_its_time() {
        let (left, given_up) = burst(500, 20, false);
        assert_eq!((left.len(), given_up), (20, 0));
        let last = left.last().copied().unwrap();
        assert!((170..=330).contains(&last), "20 kB at 500 kbps: {last} ms");
    }

    #[test]
    fn a_camera_that_is_too_much_is_given_up_and_a_slide_is_not() {
        let (left, given_up) = burst(128, 60, false);
        assert!(given_up > 40 && left.len() < 20, "{} left", left.len());
        let (left, given_up) = burst(128, 60, true);
        assert_eq!((left.len(), given_up), (60, 0));
    }

    #[test]
    fn while_the_link_drains_nothing_but_voices_leaves() {
        let start = Instant::now();
        let mut pacer = Pacer::new(start);
        let now = start + Duration::from_secs(1);
        let open = now + Duration::from_millis(200);
        pacer.close(Some(open));
        assert_eq!(pacer.turn(now, 1000, 1000, false), Turn::Wait);
        pacer.wait(0, packet(now, 0), false);
        assert!(pacer.next(now, 1000).is_none());
        assert!(!pacer.has_credit(now, 1000));
        assert_eq!(pacer.next_at(now), Some(open));
        assert!(pacer.next(open, 1000).is_some());
    }

    #[test]
    fn repeats_stop_when_the_link_owes_enough() {
        let start = Instant::now();
        let mut pacer = Pacer::new(start);
        let mut repeats = 0;
        while pacer.has_credit(start, 500) {
            pacer.pay(1000);
            repeats += 1;
        }
        assert!((10..=20).contains(&repeats), "{repeats}");
        assert!(pacer.has_credit(start + Duration::from_millis(500), 500));
    }
}
