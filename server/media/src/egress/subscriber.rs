//! A viewer's side of one connection: its slots, its estimate, and what its reports say.

use super::allocate::Allocator;
use super::estimate::Estimator;
use super::pacer::{Pacer, Turn};
use super::picture::{Part, Seen};
use super::redundancy::Redundancy;
use super::slot::{Offered, Repeat, Slot};
use super::write::{HEADER, Written, write};
use crate::api::{SlotBinding, SlotKind, SourceKind};
use crate::mix::narrow::Narrow;
use crate::packet::{Feed, Packet};
use crate::sdp::Session;
use crate::wire::rtcp;
use crate::wire::rtp::OutgoingHeader;
use giaoban_signaling::ids::SeatId;
use rtc_rtcp::packet::Packet as RtcpPacket;
use rtc_rtcp::payload_feedbacks::full_intra_request::FullIntraRequest;
use rtc_rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc_rtcp::receiver_report::ReceiverReport;
use rtc_rtcp::reception_report::ReceptionReport;
use rtc_rtcp::sender_report::SenderReport;
use rtc_rtcp::transport_feedbacks::transport_layer_cc::TransportLayerCc;
use rtc_rtcp::transport_feedbacks::transport_layer_nack::TransportLayerNack;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// The most padding that a packet holds (RFC 3550 section 5.1: its last octet counts it).
const MOST_PADDING: u8 = 255;
const PROBE_STEP: Duration = Duration::from_millis(5);

pub(crate) struct Subscriber {
    pub(crate) slots: Vec<Slot>,
    /// Whose stream each slot should show; set by the router.
    pub(crate) seats: Vec<Option<SeatId>>,
    pub(crate) estimator: Estimator,
    pub(crate) allocator: Allocator,
    /// There is a main picture, and the link has no room for it.
    pub(crate) main_paused: bool,
    pacer: Pacer,
    /// Whether the viewer reports arrivals. Until it does, its link is taken at its word.
    pub(crate) has_feedback: bool,
    /// Whether its link is too narrow for several voices.
    pub(crate) narrow: Narrow,
    redundancy: Redundancy,
    /// Both clocks at one moment.
    began: (SystemTime, Instant),
    round_trip: Option<Duration>,
    loss: f32,
    told: Option<Vec<SlotBinding>>,
    /// The estimate when the allocation was last made, in kbps.
    reviewed: u32,
}

/// What a viewer's report asks of us.
#[derive(Debug, Default)]
pub(crate) struct Wishes {
    /// Sources to ask for key frames.
    pub(crate) keyframes: Vec<Feed>,
    /// Slots and packets to repeat.
    pub(crate) repeats: Vec<(usize, Repeat)>,
}

impl Subscriber {
    pub(crate) fn new(
        session: &Session,
        now: Instant,
        start_kbps: u32,
        mut random: impl FnMut() -> u32,
    ) -> Self {
        let slots: Vec<Slot> = session
            .slots()
            .map(|offered| {
                let cname = crate::sdp::stream_name(offered.kind);
                Slot::new(offered.clone(), cname, now, [random(), random(), random()])
            })
            .collect();
        Self {
            seats: vec![None; slots.len()],
            slots,
            estimator: Estimator::new(start_kbps, now),
            allocator: Allocator::default(),
            main_paused: false,
            pacer: Pacer::new(now),
            has_feedback: false,
            narrow: Narrow::default(),
            redundancy: Redundancy::default(),
            began: (SystemTime::now(), now),
            round_trip: None,
            loss: 0.0,
            told: None,
            reviewed: start_kbps,
        }
    }

    /// See `Connection::look_ahead`.
    pub(crate) fn look_ahead(&self, slot: usize) -> u64 {
        self.slots.get(slot).map_or(0, Slot::look_ahead)
    }

    /// Offers a packet to a slot and, if it is for it and its turn has come, writes it to the end of `out` in the clear.
    pub(crate) fn forward(
        &mut self,
        now: Instant,
        slot: usize,
        packet: &Arc<Packet>,
        out: &mut Vec<u8>,
    ) -> (Offered, Option<Written>) {
        let Some(target) = self.slots.get_mut(slot) else {
            return (Offered::Ignored, None);
        };
        if !self.has_feedback {
            return self.send(now, slot, packet, out);
        }
        let size = packet.payload.len() + HEADER;
        if matches!(target.offered.kind, SlotKind::Audio(_)) {
            self.pacer.pay(size);
        } else {
            if !target.wants(packet) {
                return (Offered::Ignored, None);
            }
            let content = target.offered.kind == SlotKind::Content;
            match self
                .pacer
                .turn(now, self.estimator.bitrate_kbps(), size, content)
            {
                Turn::Send => {}
                Turn::Wait => {
                    self.pacer.wait(slot, Arc::clone(packet), content);
                    return (Offered::Ignored, None);
                }
                Turn::GiveUp => {
                    self.pacer.forget(slot);
                    target.hold();
                    return (Offered::Ignored, None);
                }
            }
        }
        let (offered, written) = self.send(now, slot, packet, out);
        if written.is_none() {
            self.pacer.refund(size);
        }
        (offered, written)
    }

    /// Writes the next packet whose turn has come; `None` when none has. The slot comes with it.
    pub(crate) fn release(
        &mut self,
        now: Instant,
        out: &mut Vec<u8>,
    ) -> Option<(usize, Offered, Option<Written>)> {
        let (slot, packet) = self.pacer.next(now, self.estimator.bitrate_kbps())?;
        let (offered, written) = self.send(now, slot, &packet, out);
        if written.is_none() {
            self.pacer.refund(packet.payload.len());
        }
        Some((slot, offered, written))
    }

    /// When `release` or `pad` have something to do.
    pub(crate) fn next_release(&self, now: Instant) -> Option<Instant> {
        let probe = self.estimator.is_probing().then(|| now + PROBE_STEP);
        [self.pacer.next_at(now), probe].into_iter().flatten().min()
    }

    fn send(
        &mut self,
        now: Instant,
        slot: usize,
        packet: &Packet,
        out: &mut Vec<u8>,
    ) -> (Offered, Option<Written>) {
        let Some(target) = self.slots.get_mut(slot) else {
            return (Offered::Ignored, None);
        };
        let offered = target.offer(packet);
        let Offered::Send { outgoing, .. } = offered else {
            return (offered, None);
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a datagram's payload, counted modulo 2^32"
        )]
        let len = packet.payload.len() as u32;
        target.packets = target.packets.wrapping_add(1);
        target.octets = target.octets.wrapping_add(len);
        if packet.starts_keyframe && target.offered.kind == SlotKind::Main {
            self.estimator.picture.mended(now);
        }
        let written = write(
            &mut self.estimator,
            target,
            now,
            packet,
            &outgoing,
            None,
            out,
        );
        (offered, Some(written))
    }

    /// Writes one packet of padding that the estimator's probe needs, on a retransmission stream, where it disturbs no
    /// numbers; `None` when it needs none now.
    pub(crate) fn pad(&mut self, now: Instant, out: &mut Vec<u8>) -> Option<Written> {
        let wanted = self.estimator.padding(now);
        if wanted == 0 {
            return None;
        }
        let (slot, payload_type, ssrc) = self.slots.iter_mut().find_map(|slot| {
            let ssrc = slot.offered.ssrcs.rtx?;
            let payload_type = slot.offered.codecs.iter().find_map(|codec| codec.rtx)?;
            Some((slot, payload_type, ssrc))
        })?;
        let ids = slot.offered.extensions;
        if ids.transport_cc == 0 {
            return None;
        }
        let size = usize::from(MOST_PADDING) + HEADER;
        self.pacer.pay(size);
        let start = out.len();
        let sequence = slot.next_repeat_sequence();
        #[expect(clippy::cast_possible_truncation, reason = "the low half")]
        let header = OutgoingHeader {
            marker: false,
            payload_type,
            sequence: sequence as u16,
            timestamp: slot.timestamp_at(now),
            ssrc,
            mid: slot.offered.mid.as_bytes(),
            transport_cc: Some(self.estimator.send(now, size, Part::None)),
            audio_level: None,
            dependency: None,
        };
        header.write(ids, out);
        out[start] |= 0x20;
        let header_len = out.len() - start;
        out.resize(out.len() + usize::from(MOST_PADDING) - 1, 0);
        out.push(MOST_PADDING);
        Some(Written {
            start,
            header_len,
            ssrc,
            sequence,
        })
    }

    /// A slot shows a lower layer, or nothing, from now on: what waits for it is not sent any more.
    pub(crate) fn give_up(&mut self, slot: usize) {
        self.pacer.forget(slot);
        if let Some(slot) = self.slots.get_mut(slot) {
            slot.hold();
        }
    }

    /// A slot shows nothing any more. Returns the feeds that are not wanted any more.
    pub(crate) fn clear(&mut self, slot: usize) -> [Option<Feed>; 2] {
        self.pacer.forget(slot);
        let Some(slot) = self.slots.get_mut(slot) else {
            return [None; 2];
        };
        if slot.offered.kind == SlotKind::Main {
            self.estimator.picture.rest();
        }
        slot.clear()
    }

    /// Decides whether so many voices carry the ones before them from now on.
    pub(crate) fn judge_redundancy(&mut self, voices: u32) -> bool {
        let (estimate, loss) = (self.estimator.bitrate_kbps(), self.estimator.lossy());
        let redundant = !self.has_feedback || self.redundancy.judge(estimate, voices, loss);
        for slot in &mut self.slots {
            slot.redundant = redundant;
        }
        redundant
    }

    /// What the viewer has seen of the main picture since the last call.
    pub(crate) fn take_seen(&mut self) -> Seen {
        self.estimator.picture.take()
    }

    /// Whether the estimate changed by so much since the last call that the allocation should be made anew.
    pub(crate) fn estimate_moved(&mut self) -> bool {
        let estimate = self.estimator.bitrate_kbps();
        let moved = self.reviewed.abs_diff(estimate) * 10 > self.reviewed;
        if moved {
            self.reviewed = estimate;
        }
        moved
    }

    /// Writes a packet that was sent before to the end of `out`, on the retransmission stream (RFC 4588 section 4).
    pub(crate) fn repeat(
        &mut self,
        now: Instant,
        slot: usize,
        repeat: &Repeat,
        packet: &Packet,
        out: &mut Vec<u8>,
    ) -> Option<Written> {
        let kbps = self.estimator.bitrate_kbps();
        if self.has_feedback && !self.pacer.has_credit(now, kbps) {
            return None;
        }
        let target = self.slots.get_mut(slot)?;
        let ssrc = target.offered.ssrcs.rtx?;
        let outgoing = repeat.outgoing(packet)?;
        let sequence = target.next_repeat_sequence();
        self.pacer.pay(packet.payload.len() + HEADER);
        Some(write(
            &mut self.estimator,
            target,
            now,
            packet,
            &outgoing,
            Some((ssrc, sequence)),
            out,
        ))
    }

    /// Takes one RTCP packet.
    pub(crate) fn report(&mut self, now: Instant, packet: &dyn RtcpPacket, wishes: &mut Wishes) {
        let packet = packet.as_any();
        if let Some(feedback) = packet.downcast_ref::<TransportLayerCc>() {
            self.has_feedback = true;
            self.estimator.feedback(now, feedback);
            self.pacer.close(self.estimator.drained_at());
        } else if let Some(nack) = packet.downcast_ref::<TransportLayerNack>() {
            let Some(index) = self.slot_of(nack.media_ssrc) else {
                return;
            };
            for pair in &nack.nacks {
                let repeats = pair
                    .packet_list()
                    .into_iter()
                    .filter_map(|sequence| self.slots[index].repeat(sequence));
                wishes.repeats.extend(repeats.map(|repeat| (index, repeat)));
            }
        } else if let Some(loss) = packet.downcast_ref::<PictureLossIndication>() {
            self.want_keyframe(now, loss.media_ssrc, wishes);
        } else if let Some(request) = packet.downcast_ref::<FullIntraRequest>() {
            for entry in &request.fir {
                self.want_keyframe(now, entry.ssrc, wishes);
            }
        } else if let Some(report) = packet.downcast_ref::<ReceiverReport>() {
            self.reception(now, &report.reports);
        } else if let Some(report) = packet.downcast_ref::<SenderReport>() {
            self.reception(now, &report.reports);
        }
    }

    fn want_keyframe(&mut self, now: Instant, ssrc: u32, wishes: &mut Wishes) {
        let feed = self.slot_of(ssrc).and_then(|index| {
            if self.slots[index].offered.kind == SlotKind::Main {
                self.estimator.picture.broke(now);
            }
            self.slots[index].keyframe_request(now)
        });
        wishes.keyframes.extend(feed);
    }

    fn slot_of(&self, ssrc: u32) -> Option<usize> {
        self.slots
            .iter()
            .position(|slot| slot.offered.ssrcs.media == ssrc)
    }

    fn reception(&mut self, now: Instant, reports: &[ReceptionReport]) {
        let wall = rtcp::ntp(self.wall(now));
        let mut worst: Option<f32> = None;
        for report in reports {
            if self.slot_of(report.ssrc).is_none() {
                continue;
            }
            let loss = f32::from(report.fraction_lost) / 256.0;
            worst = Some(worst.map_or(loss, |worst| worst.max(loss)));
            if report.last_sender_report != 0 {
                #[expect(clippy::cast_possible_truncation, reason = "the middle 32 bits")]
                let ticks = ((wall >> 16) as u32)
                    .wrapping_sub(report.last_sender_report)
                    .wrapping_sub(report.delay);
                // A viewer may say anything; a round trip over a minute is nonsense.
                if ticks < 60 << 16 {
                    self.round_trip = Some(Duration::from_secs_f64(f64::from(ticks) / 65_536.0));
                }
            }
        }
        if let Some(worst) = worst {
            self.loss = worst;
        }
    }

    pub(crate) fn round_trip(&self) -> Option<Duration> {
        self.round_trip.or_else(|| self.estimator.round_trip())
    }

    pub(crate) fn take_loss(&mut self) -> f32 {
        if self.has_feedback {
            self.estimator.take_loss()
        } else {
            self.loss
        }
    }

    /// The time of our reports: sound and picture stay together when the machine's clock is set.
    fn wall(&self, now: Instant) -> SystemTime {
        let (wall, at) = self.began;
        wall + now.saturating_duration_since(at)
    }

    /// One sender report for each slot that has ever sent, with our clock and the slot's own time.
    pub(crate) fn sender_reports(&self, now: Instant) -> Vec<Vec<u8>> {
        let ntp = rtcp::ntp(self.wall(now));
        self.slots
            .iter()
            .filter(|slot| slot.packets > 0)
            .filter_map(|slot| {
                rtcp::sender_report(
                    slot.offered.ssrcs.media,
                    ntp,
                    slot.timestamp_at(now),
                    slot.packets,
                    slot.octets,
                    &slot.cname,
                )
            })
            .collect()
    }

    /// What all slots show, if that is not what was told last. A seat counts as shown when its first packet has gone out.
    pub(crate) fn changed_bindings(
        &mut self,
        content_of: impl Fn(Feed) -> Option<(SeatId, SourceKind)>,
    ) -> Option<Vec<SlotBinding>> {
        let bindings: Vec<SlotBinding> = self
            .slots
            .iter()
            .map(|slot| {
                let shown = slot.bound().and_then(&content_of);
                SlotBinding {
                    mid: slot.offered.mid.clone(),
                    slot: slot.offered.kind,
                    seat: shown.map(|(seat, _)| seat),
                    kind: match slot.offered.kind {
                        SlotKind::Audio(_) => SourceKind::Mic,
                        SlotKind::Content => SourceKind::Content,
                        SlotKind::Main | SlotKind::Thumbnail(_) => SourceKind::Camera,
                    },
                }
            })
            .collect();
        if self.told.as_ref() == Some(&bindings) {
            return None;
        }
        self.told = Some(bindings.clone());
        Some(bindings)
    }
}
