//! One peer: ICE, DTLS, SRTP, what it publishes and what it views. Knows no socket and no other peer.

mod tick;

pub(crate) use tick::Timeouts;

use super::ice::{Check, Credentials, IceLite};
use super::outbox::{Outbox, Path, TcpId};
use super::pool::{Buffers, Packets};
use super::presence::Presence;
use crate::api::{DisconnectReason, SourceKind};
use crate::crypto::dtls::{DtlsConfigs, DtlsOutcome, DtlsSession};
use crate::crypto::srtp::{SrtpKeys, SrtpReader, SrtpWriter};
use crate::egress::slot::{Offered, Repeat};
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

/// After this a path is silent: a client that gets media reports on it several times as often.
const SILENT: Duration = Duration::from_millis(500);

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
        let silent = now.saturating_duration_since(self.last_heard) >= SILENT;
        let check = self
            .ice
            .check(request, via, from, silent, self.provider.crypto())?;
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

/// The packet is none of this peer's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rejected;
