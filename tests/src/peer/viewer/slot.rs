//! One received stream of a viewer: what the server numbered, and what the publishers numbered underneath.

use crate::peer::continuity::{Arrival, Continuity};
use crate::peer::rtp::View;
use crate::peer::stamp::Stamp;
use crate::peer::{rtcp, vp8};
use std::time::{Duration, Instant};

/// One voice packet in so many is opened where not all are.
const VOICES_OPENED: u64 = 8;
/// A later frame's time stamp is later, but not by more than this.
const LONGEST_STEP: u32 = 10 * 90_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Voice,
    Picture,
}

/// A picture of a new source or layer, complete from its key frame on.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// Nanoseconds since 1970.
    pub at: u64,
    /// SSRC of the publisher.
    pub stream: u32,
}

#[derive(Debug)]
pub struct Slot {
    pub kind: Kind,
    /// The place of its section in the offer.
    pub(super) mid: usize,
    pub(super) ssrc: Option<u32>,
    pub(super) rtx: Option<u32>,
    /// Sequence numbers as they arrived.
    pub sequence: Continuity,
    /// Which publisher's stream this shows.
    pub stream: Option<u32>,
    /// That stream's own numbers, out of the stamps.
    pub source: Continuity,
    /// Of streams that were shown before.
    lost_before: u64,
    /// Sequence number less source number, constant while a source stays.
    offset: Option<u64>,
    /// How often it changed although the source stayed.
    pub renumbered: u64,
    /// With media in them, repeats left out.
    pub packets: u64,
    pub frames: u64,
    pub key_frames: u64,
    /// Frames whose picture id did not follow their predecessor's.
    pub picture_jumps: u64,
    /// Frames whose time stamp was not after their predecessor's, or far after it.
    pub timestamp_jumps: u64,
    last_picture: Option<u16>,
    last_timestamp: Option<u32>,
    last_frame_at: Option<u64>,
    /// The longest time between two frames.
    pub longest_gap: Duration,
    frame_ended: bool,
    /// A key frame is coming in since this sequence number.
    key_from: Option<u64>,
    pub shown: Vec<Shown>,
    sender_report: Option<(u32, Instant)>,
    reported: (u64, u64),
    pub(super) nack_tries: u8,
}

impl Slot {
    pub(super) fn new(kind: Kind, mid: usize, ssrc: Option<u32>, rtx: Option<u32>) -> Self {
        Self {
            kind,
            mid,
            ssrc,
            rtx,
            sequence: Continuity::default(),
            stream: None,
            source: Continuity::default(),
            lost_before: 0,
            offset: None,
            renumbered: 0,
            packets: 0,
            frames: 0,
            key_frames: 0,
            picture_jumps: 0,
            timestamp_jumps: 0,
            last_picture: None,
            last_timestamp: None,
            last_frame_at: None,
            longest_gap: Duration::ZERO,
            frame_ended: true,
            key_from: None,
            shown: Vec::new(),
            sender_report: None,
            reported: (0, 0),
            nack_tries: 0,
        }
    }

    /// Numbers of sources that never came, between the first and the last of each that did.
    pub fn lost(&self) -> u64 {
        self.lost_before + self.source.missing_count()
    }

    /// Whether the next packet can be counted by its header: it is the successor of the last one, in the middle of a
    /// frame of a known source.
    pub(super) fn may_stay_closed(&self, sequence: u16) -> bool {
        let extended = self.sequence.extend(sequence);
        let follows = self
            .sequence
            .highest()
            .is_some_and(|last| extended == last + 1);
        let inside = match self.kind {
            Kind::Picture => !self.frame_ended && !self.shown.is_empty(),
            Kind::Voice => !extended.is_multiple_of(VOICES_OPENED),
        };
        follows && inside && self.offset.is_some()
    }

    /// Counts a packet whose payload stays unread.
    pub(super) fn closed(&mut self, at: u64, view: &View<'_>) {
        let extended = self.sequence.extend(view.sequence());
        self.sequence.arrived(extended);
        self.packets += 1;
        if let Some(offset) = self.offset {
            self.source.arrived(extended.wrapping_sub(offset));
        }
        self.end_of_frame(at, view, extended);
    }

    /// Takes a packet. `true`: packets before it are missing.
    pub(super) fn opened(&mut self, at: u64, view: &View<'_>) -> (bool, Option<Stamp>) {
        let extended = self.sequence.extend(view.sequence());
        let arrival = self.sequence.arrived(extended);
        let gap = matches!(arrival, Arrival::AfterGap(_));
        if view.payload().is_empty() {
            return (gap, None);
        }
        self.packets += 1;
        let stamp = Stamp::read(view.payload());
        if let Some(stamp) = stamp {
            self.source_number(extended, &stamp);
        }
        let newest = self.sequence.highest() == Some(extended);
        if self.kind == Kind::Picture && newest {
            self.picture(at, view, extended);
        }
        self.end_of_frame(at, view, extended);
        (gap, stamp)
    }

    /// The repeat of a packet, which says what its source numbered it.
    pub(super) fn repaired(&mut self, sequence: u16, original: &[u8]) {
        let extended = self.sequence.extend(sequence);
        self.sequence.arrived(extended);
        if let Some(stamp) = Stamp::read(original)
            && Some(stamp.stream) == self.stream
        {
            self.source.arrived(stamp.number);
        }
    }

    fn source_number(&mut self, extended: u64, stamp: &Stamp) {
        let offset = extended.wrapping_sub(stamp.number);
        if self.stream == Some(stamp.stream) {
            if self.offset.is_some_and(|before| before != offset) {
                self.renumbered += 1;
            }
        } else {
            // Repeats of the source before may still come, but are not waited for.
            self.lost_before += self.source.missing_count();
            self.source = Continuity::default();
            self.stream = Some(stamp.stream);
        }
        self.offset = Some(offset);
        self.source.arrived(stamp.number);
    }

    fn picture(&mut self, at: u64, view: &View<'_>, extended: u64) {
        let Some(descriptor) = vp8::Descriptor::parse(view.payload()) else {
            return;
        };
        if descriptor.start {
            self.frames += 1;
            if let (Some(last), Some(picture)) = (self.last_picture, descriptor.picture)
                && picture != (last + 1) & 0x7fff
            {
                self.picture_jumps += 1;
            }
            self.last_picture = descriptor.picture;
            if let Some(last) = self.last_timestamp {
                let step = view.timestamp().wrapping_sub(last);
                if step == 0 || step > LONGEST_STEP {
                    self.timestamp_jumps += 1;
                }
            }
            self.last_timestamp = Some(view.timestamp());
            if let Some(last) = self.last_frame_at {
                let gap = Duration::from_nanos(at.saturating_sub(last));
                self.longest_gap = self.longest_gap.max(gap);
            }
            self.last_frame_at = Some(at);
        }
        if descriptor.key {
            self.key_frames += 1;
            self.key_from = Some(extended);
        }
    }

    fn end_of_frame(&mut self, at: u64, view: &View<'_>, extended: u64) {
        if self.sequence.highest() != Some(extended) {
            return;
        }
        self.frame_ended = view.marker();
        if !view.marker() {
            return;
        }
        let Some(from) = self.key_from.take() else {
            return;
        };
        let complete = self.sequence.lost_of(from..extended + 1) == 0;
        if let Some(stream) = self.stream
            && complete
            && self.shown.last().is_none_or(|last| last.stream != stream)
        {
            self.shown.push(Shown { at, stream });
        }
    }

    pub(super) fn sender_report(&mut self, ntp_middle: u32, now: Instant) {
        self.sender_report = Some((ntp_middle, now));
    }

    /// The block of a receiver report about this stream; nothing before it has begun.
    pub(super) fn report(&mut self, now: Instant) -> Option<rtcp::ReportBlock> {
        let ssrc = self.ssrc?;
        let highest = self.sequence.highest()?;
        let expected = self.sequence.span();
        let lost = self.sequence.missing_count();
        let (expected_before, lost_before) = self.reported;
        self.reported = (expected, lost);
        let (new_expected, new_lost) = (
            expected.saturating_sub(expected_before),
            lost.saturating_sub(lost_before),
        );
        let fraction = (new_lost * 256)
            .checked_div(new_expected)
            .map_or(0, |f| u8::try_from(f).unwrap_or(u8::MAX));
        let (quoted, delay) = self.sender_report.map_or((0, 0), |(middle, at)| {
            let delay = now.saturating_duration_since(at).as_micros() * 65_536 / 1_000_000;
            (middle, u32::try_from(delay).unwrap_or_default())
        });
        Some(rtcp::ReportBlock {
            ssrc,
            fraction_lost: fraction,
            cumulative_lost: u32::try_from(lost).unwrap_or_default(),
            highest_sequence: u32::try_from(highest & 0xffff_ffff).unwrap_or_default(),
            jitter: 0,
            last_sender_report: quoted,
            delay_since_last: delay,
        })
    }
}
