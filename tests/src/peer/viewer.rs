//! One point that receives: checks what arrives in its slots and sends all the feedback that a browser sends.

mod slot;

pub use slot::{Kind, Shown, Slot};

use super::continuity::low_16;
use super::rtp::{View, extension};
use super::sdp::{Announced, Section, payload};
use super::stamp::Stamp;
use super::{rtcp, twcc};
use std::time::{Duration, Instant};

/// Chromium's default interval of transport-wide feedback.
pub const FEEDBACK_INTERVAL: Duration = Duration::from_millis(100);
const REPORT_INTERVAL: Duration = Duration::from_secs(1);
const KEY_FRAME_PATIENCE: Duration = Duration::from_millis(500);
/// After this many tries a packet is given up.
const NACK_TRIES: u8 = 10;

/// Whose payloads are opened and checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verify {
    Everything,
    /// Of pictures the first packet of each frame, of voices every eighth packet. The others are counted by their
    /// headers, which are sent in the clear, and a source's number follows from its constant distance to the server's.
    Samples,
}

/// What was received and said so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    /// Packets with media, repeats left out.
    pub packets: u64,
    /// Of those, the ones that were not opened.
    pub closed: u64,
    pub lost: u64,
    pub transport_feedbacks: u64,
    pub receiver_reports: u64,
    pub nacks: u64,
    pub plis: u64,
    pub retransmissions: u64,
    pub padding: u64,
}

/// A viewer without a transport: takes plain RTP and RTCP, gives compounds.
#[derive(Debug)]
pub struct Viewer {
    own_ssrc: u32,
    pub slots: Vec<Slot>,
    verify: Verify,
    twcc: twcc::Recorder,
    totals: Totals,
    measured: Option<Totals>,
    gap: Duration,
    next_report: Instant,
    next_pli: Instant,
}

enum Place {
    Media(usize),
    Repeat(usize),
}

impl Viewer {
    /// The receiving sections of an offer, and what the answer announced for all of its sections.
    #[must_use]
    pub fn new(own_ssrc: u32, sections: &[Section], announced: &[Announced], now: Instant) -> Self {
        let slots = sections
            .iter()
            .enumerate()
            .filter_map(|(mid, section)| {
                let kind = match section {
                    Section::ReceiveAudio => Kind::Voice,
                    Section::ReceiveVideo => Kind::Picture,
                    Section::SendAudio(_) | Section::SendVideo(_) => return None,
                };
                let Announced { ssrc, rtx } = announced.get(mid).copied().unwrap_or_default();
                Some(Slot::new(kind, mid, ssrc, rtx))
            })
            .collect();
        Self::of(own_ssrc, slots, now)
    }

    /// Receives these streams as they are, without a server in between.
    #[must_use]
    pub fn of_streams(own_ssrc: u32, streams: &[(Kind, u32)], now: Instant) -> Self {
        let slots = streams
            .iter()
            .map(|(kind, ssrc)| Slot::new(*kind, usize::MAX, Some(*ssrc), None))
            .collect();
        Self::of(own_ssrc, slots, now)
    }

    fn of(own_ssrc: u32, slots: Vec<Slot>, now: Instant) -> Self {
        Self {
            own_ssrc,
            slots,
            verify: Verify::Everything,
            twcc: twcc::Recorder::default(),
            totals: Totals::default(),
            measured: None,
            gap: Duration::ZERO,
            next_report: now + REPORT_INTERVAL,
            next_pli: now + KEY_FRAME_PATIENCE,
        }
    }

    #[must_use]
    pub fn verifying(mut self, verify: Verify) -> Self {
        self.verify = verify;
        self
    }

    /// The connection is up: patience with the first key frame begins here.
    pub fn connected(&mut self, now: Instant) {
        self.next_pli = now + KEY_FRAME_PATIENCE;
    }

    pub fn totals(&self) -> Totals {
        Totals {
            packets: self.slots.iter().map(|slot| slot.packets).sum(),
            lost: self.slots.iter().map(Slot::lost).sum(),
            ..self.totals
        }
    }

    /// The first picture slot: the main picture.
    pub fn main(&self) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.kind == Kind::Picture)
    }

    pub fn slots_of(&self, kind: Kind) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(move |slot| slot.kind == kind)
    }

    /// When the main picture could first be decoded; a viewer of voices only is content with a voice.
    pub fn sees(&self) -> bool {
        match self.main() {
            Some(main) => !main.shown.is_empty(),
            None => self.slots.iter().any(|slot| slot.packets > 0),
        }
    }

    /// Freezes and pauses count from here on.
    pub fn begin_measuring(&mut self) {
        self.measured = None;
        for slot in &mut self.slots {
            slot.longest_gap = Duration::ZERO;
        }
    }

    /// What comes later does not count.
    pub fn end_measuring(&mut self) {
        self.measured = Some(self.totals());
        self.gap = self.main().map_or(Duration::ZERO, |main| main.longest_gap);
    }

    /// As it was at the end of measuring, or is now.
    pub fn measured(&self) -> Totals {
        self.measured.unwrap_or_else(|| self.totals())
    }

    /// The longest time between two frames of the main picture while it was measured.
    pub fn longest_gap(&self) -> Duration {
        self.gap
    }

    fn place(&mut self, view: &View<'_>) -> Option<Place> {
        let ssrc = view.ssrc();
        if let Some(index) = self.slots.iter().position(|slot| slot.ssrc == Some(ssrc)) {
            return Some(Place::Media(index));
        }
        if let Some(index) = self.slots.iter().position(|slot| slot.rtx == Some(ssrc)) {
            return Some(Place::Repeat(index));
        }
        self.introduce(view)
    }

    /// A stream that the answer did not announce: known by its section's mid, else by its payload type.
    fn introduce(&mut self, view: &View<'_>) -> Option<Place> {
        let (kind, repeat) = match view.payload_type() {
            payload::OPUS => (Kind::Voice, false),
            payload::VP8 => (Kind::Picture, false),
            payload::VP8_RTX => (Kind::Picture, true),
            _ => return None,
        };
        let mid = view
            .extension(extension::MID)
            .and_then(|mid| std::str::from_utf8(mid).ok()?.parse::<usize>().ok());
        let free = |slot: &Slot| {
            let taken = if repeat { slot.rtx } else { slot.ssrc };
            slot.kind == kind && taken.is_none()
        };
        let index = self
            .slots
            .iter()
            .position(|slot| slot.kind == kind && Some(slot.mid) == mid)
            .or_else(|| self.slots.iter().position(free))?;
        let slot = &mut self.slots[index];
        if repeat {
            slot.rtx = Some(view.ssrc());
            return Some(Place::Repeat(index));
        }
        slot.ssrc = Some(view.ssrc());
        Some(Place::Media(index))
    }

    fn note_transport(&mut self, at: u64, view: &View<'_>) {
        if let Some(&[high, low]) = view.extension(extension::TRANSPORT_SEQUENCE) {
            self.twcc.arrived(at, u16::from_be_bytes([high, low]));
        }
    }

    /// Counts a protected packet by its header, if that is enough. `false`: it must be opened.
    pub fn take_closed(&mut self, at: u64, datagram: &[u8]) -> bool {
        if self.verify == Verify::Everything {
            return false;
        }
        let Some(view) = View::protected(datagram) else {
            return false;
        };
        let ssrc = Some(view.ssrc());
        let Some(slot) = self
            .slots
            .iter_mut()
            .find(|slot| slot.ssrc == ssrc && slot.may_stay_closed(view.sequence()))
        else {
            return false;
        };
        slot.closed(at, &view);
        self.totals.closed += 1;
        self.note_transport(at, &view);
        true
    }

    /// Takes one packet that arrived at `at` (nanoseconds since 1970); what must be said at once (a NACK) is appended to
    /// `control`. Gives the publisher's mark; repeated packets have none, because they say nothing about latency.
    pub fn handle_rtp(&mut self, at: u64, packet: &[u8], control: &mut Vec<u8>) -> Option<Stamp> {
        let view = View::parse(packet)?;
        self.note_transport(at, &view);
        match self.place(&view)? {
            Place::Media(index) => {
                if view.payload().is_empty() {
                    self.totals.padding += 1;
                }
                let (gap, stamp) = self.slots[index].opened(at, &view);
                // Voices are not asked for again, as in browsers without nack on audio.
                if gap && self.slots[index].kind == Kind::Picture {
                    self.slots[index].nack_tries = 0;
                    self.ask_again(index, control);
                }
                stamp
            }
            Place::Repeat(index) => {
                // RFC 4588 section 4: the first two bytes are the original sequence number.
                match view.payload() {
                    [high, low, original @ ..] => {
                        self.totals.retransmissions += 1;
                        let sequence = u16::from_be_bytes([*high, *low]);
                        self.slots[index].repaired(sequence, original);
                    }
                    _ => self.totals.padding += 1,
                }
                None
            }
        }
    }

    fn ask_again(&mut self, index: usize, control: &mut Vec<u8>) {
        let slot = &mut self.slots[index];
        let Some(ssrc) = slot.ssrc else { return };
        if slot.nack_tries >= NACK_TRIES {
            return;
        }
        let recent = slot.sequence.highest().unwrap_or(0).saturating_sub(512);
        let missing: Vec<u16> = slot
            .sequence
            .missing()
            .filter(|number| *number >= recent)
            .map(low_16)
            .collect();
        if missing.is_empty() {
            return;
        }
        slot.nack_tries += 1;
        self.totals.nacks += 1;
        if control.is_empty() {
            rtcp::receiver_report(control, self.own_ssrc, &[]);
        }
        rtcp::nack(control, self.own_ssrc, ssrc, &missing);
    }

    pub fn handle_rtcp(&mut self, now: Instant, compound: &[u8]) {
        for message in rtcp::parse(compound) {
            if let rtcp::Message::SenderReport { ssrc, ntp_middle } = message
                && let Some(slot) = self.slots.iter_mut().find(|slot| slot.ssrc == Some(ssrc))
            {
                slot.sender_report(ntp_middle, now);
            }
        }
    }

    /// Every [`FEEDBACK_INTERVAL`]: transport feedback, now and then reports and requests. Appended to `control`.
    pub fn tick(&mut self, now: Instant, control: &mut Vec<u8>) {
        if now >= self.next_report {
            self.next_report = now + REPORT_INTERVAL;
            let blocks: Vec<_> = self
                .slots
                .iter_mut()
                .filter_map(|slot| slot.report(now))
                .collect();
            rtcp::receiver_report(control, self.own_ssrc, &blocks);
            self.totals.receiver_reports += 1;
        }
        for index in 0..self.slots.len() {
            if self.slots[index].kind == Kind::Picture {
                self.ask_again(index, control);
            }
        }
        if now >= self.next_pli {
            self.next_pli = now + KEY_FRAME_PATIENCE;
            for slot in &self.slots {
                let waits = slot.kind == Kind::Picture && slot.packets > 0 && slot.shown.is_empty();
                if let (Some(ssrc), true) = (slot.ssrc, waits) {
                    self.totals.plis += 1;
                    rtcp::pli(control, self.own_ssrc, ssrc);
                }
            }
        }
        let media = self.slots.iter().rev().find(|slot| slot.packets > 0);
        let media = media.and_then(|slot| slot.ssrc).unwrap_or_default();
        if self.twcc.feedback(control, self.own_ssrc, media) {
            self.totals.transport_feedbacks += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::publisher::{Pace, Publisher, Sending};
    use super::*;

    const STREAMS: [(Kind, u32); 2] = [(Kind::Voice, 1), (Kind::Picture, 2)];

    fn publisher(now: Instant) -> Publisher {
        Publisher::new(&Sending::single(1, 2, Pace::FULL), now)
    }

    fn run(publisher: &mut Publisher, polls: usize) -> Vec<Vec<u8>> {
        let mut packets = Vec::new();
        for _ in 0..polls {
            publisher.poll(publisher.timeout(), &mut packets, &mut Vec::new());
        }
        packets
    }

    #[test]
    fn a_lost_packet_is_asked_for_and_counts_as_lost_until_it_is_repaired() {
        let now = Instant::now();
        let mut publisher = publisher(now);
        let packets = run(&mut publisher, 1);
        let mut viewer = Viewer::of_streams(7, &STREAMS, now);
        let mut control = Vec::new();
        let video: Vec<_> = packets
            .iter()
            .filter(|p| p[1] & 0x7f == payload::VP8)
            .collect();
        for (place, packet) in video.iter().enumerate() {
            if place != 2 {
                viewer.handle_rtp(0, packet, &mut control);
            }
        }
        let end = video.len() as u64;
        assert_eq!(viewer.slots[1].source.lost_of(0..end), 1);
        let mut again = Vec::new();
        publisher.handle_rtcp(&control, &mut again);
        assert_eq!(again.len(), 1);
        for packet in &again {
            viewer.handle_rtp(0, packet, &mut Vec::new());
        }
        let main = viewer.main().unwrap();
        assert_eq!(main.source.lost_of(0..end), 0);
        assert_eq!((main.frames, main.key_frames), (1, 1));
    }

    /// Only headers are read of what stays closed, so plain packets do.
    fn watch(packets: &[Vec<u8>], without: Option<usize>) -> Viewer {
        let mut viewer = Viewer::of_streams(7, &STREAMS, Instant::now()).verifying(Verify::Samples);
        for (place, packet) in packets.iter().enumerate() {
            if Some(place) != without && !viewer.take_closed(0, packet) {
                viewer.handle_rtp(0, packet, &mut Vec::new());
            }
        }
        viewer
    }

    #[test]
    fn samples_count_every_packet_and_notice_every_loss() {
        let packets = run(&mut publisher(Instant::now()), 200);
        let all = watch(&packets, None);
        let totals = all.totals();
        assert_eq!(totals.packets, packets.len() as u64);
        assert_eq!(totals.lost, 0);
        assert!(totals.closed * 10 > totals.packets * 6, "{totals:?}");
        for place in packets.len() / 2..packets.len() / 2 + 20 {
            let lossy = watch(&packets, Some(place)).totals();
            assert_eq!((lossy.packets, lossy.lost), (totals.packets - 1, 1));
        }
    }

    #[test]
    fn a_key_frame_is_shown_when_it_is_complete() {
        let packets = run(&mut publisher(Instant::now()), 1);
        let whole = watch(&packets, None);
        assert_eq!(whole.main().unwrap().shown.len(), 1);
        assert!(!watch(&packets, Some(packets.len() - 3)).sees());
    }
}
