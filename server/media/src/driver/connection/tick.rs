//! What a connection does as time passes: reports, feedback, repeats asked for, and its end when the peer is silent.

use super::{Connection, Outcome, Traffic};
use crate::api::{DisconnectReason, Quality};
use crate::driver::outbox::{Outbox, Path};
use crate::egress::slot::Slot;
use std::time::{Duration, Instant};

const REPORT_INTERVAL: Duration = Duration::from_secs(1);
const FEEDBACK_INTERVAL: Duration = Duration::from_millis(60);
/// How often presence, rates and layers are looked at.
const REVIEW_INTERVAL: Duration = Duration::from_millis(500);
const LOSS_INTERVAL: Duration = Duration::from_millis(20);

/// How long a peer may take and be silent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    pub(crate) connect: Duration,
    pub(crate) consent: Duration,
}

/// What a tick led to.
#[derive(Debug, Default)]
pub(crate) struct Tick {
    pub(crate) ended: Option<DisconnectReason>,
    /// About once a second.
    pub(crate) quality: Option<Quality>,
    /// Presence, rates and layers are to be looked at.
    pub(crate) review: bool,
}

impl Connection {
    /// Does what is due. Counts of packets asked for again and of key frame requests go to `asked`.
    pub(crate) fn tick(
        &mut self,
        now: Instant,
        timeouts: Timeouts,
        asked: &mut (u64, u64),
        out: &mut Outbox,
    ) -> Tick {
        let outcome = self.dtls.handle_timeout(now);
        self.send_dtls(out);
        let mut tick = Tick {
            ended: self.settle(outcome).as_ref().and_then(ended),
            ..Tick::default()
        };
        if !self.is_connected() {
            if now.saturating_duration_since(self.created) > timeouts.connect {
                tick.ended = Some(DisconnectReason::NeverConnected);
            }
            return tick;
        }
        if now.saturating_duration_since(self.last_heard) > timeouts.consent {
            tick.ended = Some(DisconnectReason::Silent);
            return tick;
        }
        let mut packets = self.publisher.keyframe_requests(now);
        asked.1 += packets.len() as u64;
        if self.feedback_at.is_some_and(|at| at <= now) {
            self.feedback_at = None;
            packets.extend(self.publisher.transport_feedback());
        }
        if self.loss_at.is_some_and(|at| at <= now) {
            self.loss_at = None;
            let (nacks, count) = self.publisher.nacks(now);
            asked.0 += count;
            packets.extend(nacks);
        }
        if now.saturating_duration_since(self.reported) >= REPORT_INTERVAL {
            if let Some((report, loss, jitter)) = self.publisher.receiver_report(now) {
                self.up = (loss, jitter);
                packets.push(report);
            }
            packets.extend(self.subscriber.sender_reports(now));
            tick.quality = Some(self.quality(now));
            self.reported = now;
        }
        self.send_rtcp(packets, out);
        if now.saturating_duration_since(self.reviewed) >= REVIEW_INTERVAL {
            self.reviewed = now;
            tick.review = true;
        }
        tick
    }

    fn quality(&mut self, now: Instant) -> Quality {
        let seen = self.subscriber.take_seen();
        let millis = u64::try_from(now.saturating_duration_since(self.reported).as_millis())
            .unwrap_or(1000)
            .max(1);
        let kbps = |octets: u64| u32::try_from(octets * 8 / millis).unwrap_or(u32::MAX);
        let main = self
            .subscriber
            .slots
            .iter()
            .find(|slot| slot.offered.kind == crate::api::SlotKind::Main);
        let quality = Quality {
            main_paused: self.subscriber.main_paused,
            pictures: seen.pictures,
            freezes: seen.freezes,
            frozen_ms: u32::try_from(seen.frozen.as_millis()).unwrap_or(u32::MAX),
            queue_ms: self.subscriber.estimator.queue().as_secs_f32() * 1000.0,
            rtt_ms: self
                .subscriber
                .round_trip()
                .map(|round_trip| round_trip.as_secs_f32() * 1000.0),
            main_layer: main.and_then(Slot::bound).map(|feed| feed.layer),
            loss_down: self.subscriber.take_loss(),
            loss_up: self.up.0,
            jitter_ms: self.up.1,
            estimate_kbps: self.subscriber.estimator.bitrate_kbps(),
            sent_kbps: kbps(self.traffic.sent),
            received_kbps: kbps(self.traffic.received),
            tcp: matches!(self.ice.path(), Some(Path::Tcp(_))),
        };
        self.traffic = Traffic::default();
        quality
    }

    /// When `tick` is next needed.
    pub(crate) fn next_tick(&mut self, now: Instant, timeouts: Timeouts) -> Instant {
        if self.feedback_at.is_none() && self.publisher.has_feedback() {
            self.feedback_at = Some(now + FEEDBACK_INTERVAL);
        }
        if self.loss_at.is_none() && self.publisher.has_losses() {
            self.loss_at = Some(now + LOSS_INTERVAL);
        }
        let idle = if self.is_connected() {
            (self.reported + REPORT_INTERVAL).min(self.reviewed + REVIEW_INTERVAL)
        } else {
            self.created + timeouts.connect
        };
        [
            self.dtls.poll_timeout(),
            self.feedback_at,
            self.loss_at,
            self.publisher.next_keyframe_request(now),
            self.subscriber.next_release(now),
        ]
        .into_iter()
        .flatten()
        .fold(idle, Instant::min)
        .max(now)
    }
}

fn ended(outcome: &Outcome) -> Option<DisconnectReason> {
    match outcome {
        Outcome::Ended(reason) => Some(*reason),
        _ => None,
    }
}
