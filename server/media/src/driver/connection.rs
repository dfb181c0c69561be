//! One peer: ICE, DTLS, SRTP, what it publishes and what it views. Knows no socket and no other peer.

use super::ice::{Check, Credentials, IceLite};
use super::outbox::{Outbox, Path, TcpId};
use super::pool::{Buffers, Packets};
use super::presence::Presence;
use crate::api::{DisconnectReason, Quality, SourceKind};
use crate::crypto::dtls::{DtlsConfigs, DtlsOutcome, DtlsSession};
use crate::crypto::srtp::{SrtpKeys, SrtpReader, SrtpWriter};
use crate::egress::slot::{Offered, Repeat, Slot};
use crate::egress::subscriber::{Subscriber, Wishes};
use crate::egress::write::Written;
use crate::ingress::publisher::{Ingress, Publisher};
use crate::packet::{Feed, Packet, SourceId};
use crate::sdp::Session;
use crate::wire::rtcp;
use crate::wire::stun::BindingRequest;
use giaoban_signaling::ids::{BriefingId, PeerId, SeatId};
use rtc_rtcp::goodbye::Goodbye;
use rtc_rtcp::sender_report::SenderReport;
use rtc_srtp::crypto::RTCCryptoProvider;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

const REPORT_INTERVAL: Duration = Duration::from_secs(1);
const FEEDBACK_INTERVAL: Duration = Duration::from_millis(60);
/// How often presence, rates and layers are looked at.
const REVIEW_INTERVAL: Duration = Duration::from_millis(500);
const LOSS_INTERVAL: Duration = Duration::from_millis(20);

/// What a peer was admitted for.
#[derive(Clone, Debug)]
pub(crate) struct Admission {
    pub(crate) peer: PeerId,
    pub(crate) briefing: BriefingId,
    pub(crate) publishes: Option<SeatId>,
    pub(crate) views: Option<SeatId>,
    pub(crate) link_kbps: u32,
}

/// What a datagram or a tick led to.
#[derive(Debug)]
pub(crate) enum Outcome {
    Connected,
    Ended(DisconnectReason),
    /// A packet of the track with this index.
    Media(usize, Packet),
    /// What a viewer's reports ask for.
    Wishes(Wishes),
}

/// Packets and octets since the last quality report.
#[derive(Debug, Default)]
struct Traffic {
    sent: u64,
    received: u64,
}

pub(crate) struct Connection {
    pub(crate) admission: Admission,
    pub(crate) created: Instant,
    pub(crate) ice: IceLite,
    dtls: DtlsSession,
    keys: Option<(SrtpReader, SrtpWriter)>,
    pub(crate) publisher: Publisher,
    pub(crate) presence: Vec<Presence>,
    /// What was forwarded of each track and layer, to be used again.
    pub(crate) packets: Vec<[Packets; 3]>,
    pub(crate) subscriber: Subscriber,
    provider: Arc<dyn RTCCryptoProvider>,
    /// Addresses from which authentic checks have come.
    pub(crate) addresses: Vec<SocketAddr>,
    /// TCP connections from which authentic checks have come.
    pub(crate) sockets: Vec<TcpId>,
    last_heard: Instant,
    reported: Instant,
    reviewed: Instant,
    feedback_at: Option<Instant>,
    loss_at: Option<Instant>,
    traffic: Traffic,
    up: (f32, f32),
}

impl Connection {
    #[expect(clippy::too_many_arguments, reason = "all that an answer has settled")]
    pub(crate) fn new(
        admission: Admission,
        session: &Session,
        credentials: Credentials,
        configs: Arc<DtlsConfigs>,
        provider: Arc<dyn RTCCryptoProvider>,
        now: Instant,
        mut random: impl FnMut() -> u32,
        source: impl FnMut() -> SourceId,
    ) -> Self {
        let publisher = Publisher::new(session, random(), now, source);
        let subscriber = Subscriber::new(session, now, admission.link_kbps, random);
        Self {
            created: now,
            ice: IceLite::new(credentials),
            dtls: DtlsSession::new(
                configs,
                Arc::clone(&provider),
                session.offer.fingerprints.clone(),
            ),
            keys: None,
            presence: vec![Presence::default(); publisher.tracks.len()],
            packets: publisher
                .tracks
                .iter()
                .map(|_| <[Packets; 3]>::default())
                .collect(),
            publisher,
            subscriber,
            provider,
            addresses: Vec::new(),
            sockets: Vec::new(),
            last_heard: now,
            reported: now,
            reviewed: now,
            feedback_at: None,
            loss_at: None,
            traffic: Traffic::default(),
            up: (0.0, 0.0),
            admission,
        }
    }

    pub(crate) const fn is_connected(&self) -> bool {
        self.keys.is_some()
    }

    /// Answers a STUN check. `None` if it is not for us.
    pub(crate) fn check(
        &mut self,
        now: Instant,
        request: &mut BindingRequest,
        via: Path,
        from: SocketAddr,
        out: &mut Outbox,
    ) -> Option<Check> {
        let check = self.ice.check(request, via, from, self.provider.crypto())?;
        self.last_heard = now;
        out.push(&check.response, via);
        Some(check)
    }

    pub(crate) fn handle_dtls(
        &mut self,
        now: Instant,
        datagram: &[u8],
        out: &mut Outbox,
    ) -> Option<Outcome> {
        self.last_heard = now;
        let outcome = self.dtls.handle(now, datagram);
        self.send_dtls(out);
        self.settle(outcome)
    }

    fn settle(&mut self, outcome: DtlsOutcome) -> Option<Outcome> {
        match outcome {
            DtlsOutcome::Pending => None,
            DtlsOutcome::Established(keys) => Some(self.install(&keys)),
            DtlsOutcome::Failed(reason) => {
                tracing::debug!(peer = %self.admission.peer, reason, "DTLS failed");
                Some(Outcome::Ended(DisconnectReason::Handshake))
            }
            DtlsOutcome::PeerClosed => Some(Outcome::Ended(DisconnectReason::PeerClosed)),
        }
    }

    fn install(&mut self, keys: &SrtpKeys) -> Outcome {
        let crypto = self.provider.crypto();
        let (Some(reader), Some(writer)) =
            (SrtpReader::new(keys, crypto), SrtpWriter::new(keys, crypto))
        else {
            return Outcome::Ended(DisconnectReason::Handshake);
        };
        tracing::debug!(peer = %self.admission.peer, profile = ?keys.profile(), "media keys agreed");
        self.keys = Some((reader, writer));
        Outcome::Connected
    }

    fn send_dtls(&mut self, out: &mut Outbox) {
        let outgoing = self.dtls.take_outgoing();
        if let Some(path) = self.ice.path() {
            for datagram in outgoing {
                out.push(&datagram, path);
            }
        }
    }

    /// Takes an SRTP packet. An error: it is none of this peer's.
    pub(crate) fn handle_rtp(
        &mut self,
        now: Instant,
        datagram: &mut [u8],
        buffers: &mut Buffers,
    ) -> Result<Option<Outcome>, Rejected> {
        let (reader, _) = self.keys.as_mut().ok_or(Rejected)?;
        let len = datagram.len() as u64;
        let packet = buffers.keep(reader.open_rtp(datagram).ok_or(Rejected)?);
        self.last_heard = now;
        self.dtls.park();
        self.traffic.received += len;
        match self.publisher.receive(now, &packet) {
            Ingress::Media { track, packet } => Ok(Some(Outcome::Media(track, packet))),
            Ingress::Absorbed => Ok(None),
            Ingress::Unknown => Err(Rejected),
        }
    }

    pub(crate) fn handle_rtcp(
        &mut self,
        now: Instant,
        datagram: &mut [u8],
    ) -> Result<Option<Outcome>, Rejected> {
        let (reader, _) = self.keys.as_mut().ok_or(Rejected)?;
        let compound = reader.open_rtcp(datagram).ok_or(Rejected)?;
        self.last_heard = now;
        self.dtls.park();
        let mut wishes = Wishes::default();
        for packet in rtcp::read(compound) {
            if let Some(report) = packet.as_any().downcast_ref::<SenderReport>() {
                self.publisher
                    .sender_report(now, report.ssrc, report.ntp_time);
            }
            if packet.as_any().is::<Goodbye>() {
                continue;
            }
            self.subscriber.report(now, packet.as_ref(), &mut wishes);
        }
        let nothing = wishes.keyframes.is_empty() && wishes.repeats.is_empty();
        Ok((!nothing).then_some(Outcome::Wishes(wishes)))
    }

    /// Reads a little of all that `forward` will need. What belongs to one of thousands of subscribers is seldom in the
    /// processor's cache, and lies in several places; reads for several subscribers at once wait for memory together,
    /// where each by itself would wait for one place after the other. The result means nothing.
    pub(crate) fn look_ahead(&self, slot: usize) -> u64 {
        let path = u64::from(self.ice.path().is_some());
        let writer = self
            .keys
            .as_ref()
            .map_or(0, |(_, writer)| writer.look_ahead());
        path ^ writer ^ self.traffic.sent ^ self.subscriber.look_ahead(slot)
    }

    /// Offers a packet to a slot and sends it if it is for it and the link has room now.
    pub(crate) fn forward(
        &mut self,
        now: Instant,
        slot: usize,
        packet: &Arc<Packet>,
        out: &mut Outbox,
    ) -> Offered {
        if self.keys.is_none() || self.ice.path().is_none() {
            return Offered::Ignored;
        }
        let (offered, written) = self.subscriber.forward(now, slot, packet, &mut out.buffer);
        if let Some(written) = written {
            self.seal(written, out);
        }
        offered
    }

    /// Sends what had to wait and whose turn has come, and the padding of probes. Returns slots that were switched by
    /// it, with the feeds that they no longer take, and how many packets were forwarded.
    pub(crate) fn release(
        &mut self,
        now: Instant,
        out: &mut Outbox,
    ) -> (Vec<(usize, Option<Feed>)>, u64) {
        let (mut switches, mut forwarded) = (Vec::new(), 0);
        if self.keys.is_none() || self.ice.path().is_none() {
            return (switches, forwarded);
        }
        while let Some((slot, offered, written)) = self.subscriber.release(now, &mut out.buffer) {
            if let Offered::Send {
                switched: true,
                replaced,
                ..
            } = offered
            {
                switches.push((slot, replaced));
            }
            if let Some(written) = written {
                forwarded += 1;
                self.seal(written, out);
            }
        }
        while let Some(written) = self.subscriber.pad(now, &mut out.buffer) {
            self.seal(written, out);
        }
        (switches, forwarded)
    }

    /// Seals what was written to the end of `out` and has it sent. Returns whether it will be.
    fn seal(&mut self, written: Written, out: &mut Outbox) -> bool {
        if let (Some((_, writer)), Some(path)) = (self.keys.as_mut(), self.ice.path())
            && writer.seal_rtp(
                &mut out.buffer,
                written.start,
                written.header_len,
                written.ssrc,
                written.sequence,
            )
        {
            self.traffic.sent += (out.len() - written.start) as u64;
            out.commit(written.start, path);
            return true;
        }
        false
    }

    /// Sends a packet again. Returns whether it was.
    pub(crate) fn repeat(
        &mut self,
        now: Instant,
        slot: usize,
        repeat: &Repeat,
        packet: &Packet,
        out: &mut Outbox,
    ) -> bool {
        if self.keys.is_none() || self.ice.path().is_none() {
            return false;
        }
        let start = out.len();
        let written = self
            .subscriber
            .repeat(now, slot, repeat, packet, &mut out.buffer);
        let Some(written) = written else {
            out.buffer.truncate(start);
            return false;
        };
        self.seal(written, out)
    }

    fn send_rtcp(&mut self, packets: Vec<Vec<u8>>, out: &mut Outbox) {
        let (Some((_, writer)), Some(path)) = (self.keys.as_mut(), self.ice.path()) else {
            return;
        };
        for packet in packets {
            let start = out.len();
            if writer.seal_rtcp(&packet, &mut out.buffer) {
                self.traffic.sent += (out.len() - start) as u64;
                out.commit(start, path);
            }
        }
    }

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

    /// Sources that began to flow or fell silent since the last call: track, and whether it flows.
    pub(crate) fn presence_changes(&mut self, now: Instant) -> Vec<(usize, bool)> {
        let mut changes = Vec::new();
        for (index, (track, presence)) in self
            .publisher
            .tracks
            .iter()
            .zip(&mut self.presence)
            .enumerate()
        {
            let change = presence.flowing_change(now, track.last_arrival());
            changes.extend(change.map(|flowing| (index, flowing)));
        }
        changes
    }

    /// Whether the microphone's passing of the gate changed since the last call.
    pub(crate) fn outgoing_change(&mut self, now: Instant) -> Option<bool> {
        let mic = self
            .publisher
            .tracks
            .iter()
            .position(|track| track.kind == SourceKind::Mic)?;
        self.presence[mic].forwarded_change(now)
    }

    /// Has keys and a path without a handshake.
    #[cfg(test)]
    pub(crate) fn connect_at_once(&mut self, keys: &SrtpKeys, path: Path) {
        self.install(keys);
        self.ice.move_to(path);
    }

    /// Says goodbye to the peer.
    pub(crate) fn close(&mut self, now: Instant, out: &mut Outbox) {
        self.dtls.close(now);
        self.send_dtls(out);
    }
}

fn ended(outcome: &Outcome) -> Option<DisconnectReason> {
    match outcome {
        Outcome::Ended(reason) => Some(*reason),
        _ => None,
    }
}

/// The packet is none of this peer's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rejected;

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
