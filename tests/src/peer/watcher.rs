//! One watcher: checks what arrives and sends all the feedback that a browser sends.

use super::continuity::{Arrival, Continuity, low_16};
use super::rtp::{View, extension};
use super::sdp::payload;
use super::stamp::Stamp;
use super::{rtcp, twcc, vp8};
use std::time::{Duration, Instant};

/// Chromium's default interval of transport-wide feedback.
pub const FEEDBACK_INTERVAL: Duration = Duration::from_millis(100);
const REPORT_INTERVAL: Duration = Duration::from_secs(1);
const KEY_FRAME_PATIENCE: Duration = Duration::from_millis(500);
/// After this many tries a packet is given up.
const NACK_TRIES: u8 = 10;

/// One received stream: what the server numbered, and what the publisher numbered underneath.
#[derive(Debug, Default)]
pub struct Inbound {
    ssrc: Option<u32>,
    /// Sequence numbers as they arrived.
    pub sequence: Continuity,
    /// The publisher's own numbers, out of the stamps.
    pub source: Continuity,
    pub packets: u64,
    sender_report: Option<(u32, Instant)>,
    reported: (u64, u64),
    nack_tries: u8,
}

impl Inbound {
    fn block(&mut self, now: Instant) -> Option<rtcp::ReportBlock> {
        let ssrc = self.ssrc?;
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
            highest_sequence: u32::try_from(self.sequence.highest()? & 0xffff_ffff)
                .unwrap_or_default(),
            jitter: 0,
            last_sender_report: quoted,
            delay_since_last: delay,
        })
    }
}

/// A watcher without a transport: takes plain RTP and RTCP, gives compounds.
#[derive(Debug)]
pub struct Watcher {
    own_ssrc: u32,
    pub audio: Inbound,
    pub video: Inbound,
    twcc: twcc::Recorder,
    connected_at: Instant,
    /// When the first packet of the first key frame came.
    pub first_key_frame: Option<Instant>,
    pub key_frames: u64,
    pub frames: u64,
    /// Frames whose picture id did not follow its predecessor's.
    pub picture_jumps: u64,
    last_picture: Option<u16>,
    pub retransmissions: u64,
    pub padding: u64,
    pub nacks_sent: u64,
    pub plis_sent: u64,
    next_report: Instant,
    next_pli: Instant,
}

impl Watcher {
    #[must_use]
    pub fn new(own_ssrc: u32, now: Instant) -> Self {
        Self {
            own_ssrc,
            audio: Inbound::default(),
            video: Inbound::default(),
            twcc: twcc::Recorder::new(now),
            connected_at: now,
            first_key_frame: None,
            key_frames: 0,
            frames: 0,
            picture_jumps: 0,
            last_picture: None,
            retransmissions: 0,
            padding: 0,
            nacks_sent: 0,
            plis_sent: 0,
            next_report: now + REPORT_INTERVAL,
            next_pli: now + KEY_FRAME_PATIENCE,
        }
    }

    /// The connection is up: patience with the first key frame begins here.
    pub fn connected(&mut self, now: Instant) {
        self.connected_at = now;
        self.next_pli = now + KEY_FRAME_PATIENCE;
    }

    /// How long the first key frame took from the connection.
    pub fn time_to_key_frame(&self) -> Option<Duration> {
        self.first_key_frame
            .map(|at| at.saturating_duration_since(self.connected_at))
    }

    /// Takes one packet; what must be said at once (a NACK) is appended to `control`. Gives the publisher's mark.
    pub fn handle_rtp(
        &mut self,
        now: Instant,
        packet: &[u8],
        control: &mut Vec<u8>,
    ) -> Option<Stamp> {
        let view = View::parse(packet)?;
        if let Some(&[high, low]) = view.extension(extension::TRANSPORT_SEQUENCE) {
            self.twcc.arrived(now, u16::from_be_bytes([high, low]));
        }
        match view.payload_type() {
            payload::OPUS => self.audio_packet(&view, control),
            payload::VP8 => self.video_packet(now, &view, control),
            payload::VP8_RTX => self.retransmission(&view),
            _ => None,
        }
    }

    fn audio_packet(&mut self, view: &View<'_>, control: &mut Vec<u8>) -> Option<Stamp> {
        // Opus is not repaired by NACK here, as in browsers without nack on audio.
        let _ = control;
        self.audio.ssrc = Some(view.ssrc());
        self.audio.packets += 1;
        let extended = self.audio.sequence.extend(view.sequence());
        self.audio.sequence.arrived(extended);
        let stamp = Stamp::read(view.payload())?;
        self.audio.source.arrived(stamp.number);
        Some(stamp)
    }

    fn video_packet(
        &mut self,
        now: Instant,
        view: &View<'_>,
        control: &mut Vec<u8>,
    ) -> Option<Stamp> {
        self.video.ssrc = Some(view.ssrc());
        self.video.packets += 1;
        let extended = self.video.sequence.extend(view.sequence());
        if let Arrival::AfterGap(_) = self.video.sequence.arrived(extended) {
            self.video.nack_tries = 0;
            self.ask_again(control);
        }
        if view.payload().is_empty() {
            self.padding += 1;
            return None;
        }
        if let Some(descriptor) = vp8::Descriptor::parse(view.payload()) {
            if descriptor.start {
                self.frames += 1;
                if let (Some(last), Some(picture)) = (self.last_picture, descriptor.picture)
                    && picture != (last + 1) & 0x7fff
                {
                    self.picture_jumps += 1;
                }
                self.last_picture = descriptor.picture;
            }
            if descriptor.key {
                self.key_frames += 1;
                self.first_key_frame.get_or_insert(now);
            }
        }
        let stamp = Stamp::read(view.payload())?;
        self.video.source.arrived(stamp.number);
        Some(stamp)
    }

    /// RFC 4588 section 4: the first two bytes are the original sequence number.
    fn retransmission(&mut self, view: &View<'_>) -> Option<Stamp> {
        let [high, low, original @ ..] = view.payload() else {
            self.padding += 1;
            return None;
        };
        self.retransmissions += 1;
        let extended = self
            .video
            .sequence
            .extend(u16::from_be_bytes([*high, *low]));
        self.video.sequence.arrived(extended);
        let stamp = Stamp::read(original)?;
        self.video.source.arrived(stamp.number);
        // A repaired packet says nothing about latency.
        None
    }

    fn ask_again(&mut self, control: &mut Vec<u8>) {
        let Some(ssrc) = self.video.ssrc else { return };
        if self.video.nack_tries >= NACK_TRIES {
            return;
        }
        let recent = self
            .video
            .sequence
            .highest()
            .unwrap_or(0)
            .saturating_sub(512);
        let missing: Vec<u16> = self
            .video
            .sequence
            .missing()
            .filter(|number| *number >= recent)
            .map(low_16)
            .collect();
        if missing.is_empty() {
            return;
        }
        self.video.nack_tries += 1;
        self.nacks_sent += 1;
        if control.is_empty() {
            rtcp::receiver_report(control, self.own_ssrc, &[]);
        }
        rtcp::nack(control, self.own_ssrc, ssrc, &missing);
    }

    pub fn handle_rtcp(&mut self, now: Instant, compound: &[u8]) {
        for message in rtcp::parse(compound) {
            if let rtcp::Message::SenderReport { ssrc, ntp_middle } = message {
                let stream = if self.audio.ssrc == Some(ssrc) {
                    &mut self.audio
                } else if self.video.ssrc == Some(ssrc) {
                    &mut self.video
                } else {
                    continue;
                };
                stream.sender_report = Some((ntp_middle, now));
            }
        }
    }

    /// Every [`FEEDBACK_INTERVAL`]: transport feedback, now and then reports and requests. Appended to `control`.
    pub fn tick(&mut self, now: Instant, control: &mut Vec<u8>) {
        if now >= self.next_report {
            self.next_report = now + REPORT_INTERVAL;
            let blocks: Vec<_> = [self.audio.block(now), self.video.block(now)]
                .into_iter()
                .flatten()
                .collect();
            rtcp::receiver_report(control, self.own_ssrc, &blocks);
        }
        self.ask_again(control);
        if self.first_key_frame.is_none()
            && now >= self.next_pli
            && let Some(ssrc) = self.video.ssrc
        {
            self.next_pli = now + KEY_FRAME_PATIENCE;
            self.plis_sent += 1;
            rtcp::pli(control, self.own_ssrc, ssrc);
        }
        let media = self.video.ssrc.or(self.audio.ssrc).unwrap_or_default();
        self.twcc.feedback(control, self.own_ssrc, media);
    }
}

#[cfg(test)]
mod tests {
    use super::super::publisher::{Pace, Publisher};
    use super::super::sdp::Streams;
    use super::*;

    #[test]
    fn a_lost_packet_is_asked_for_and_counts_as_lost_until_it_is_repaired() {
        let now = Instant::now();
        let mut publisher = Publisher::new(Pace::default(), Streams { audio: 1, video: 2 }, now);
        let mut packets = Vec::new();
        publisher.poll(now, &mut packets, &mut Vec::new());
        let mut watcher = Watcher::new(7, now);
        let mut control = Vec::new();
        let video: Vec<_> = packets
            .iter()
            .filter(|p| p[1] & 0x7f == payload::VP8)
            .collect();
        for (place, packet) in video.iter().enumerate() {
            if place != 2 {
                watcher.handle_rtp(now, packet, &mut control);
            }
        }
        let end = video.len() as u64;
        assert_eq!(watcher.video.source.lost_of(0..end), 1);
        let mut again = Vec::new();
        publisher.handle_rtcp(&control, &mut again);
        assert_eq!(again.len(), 1);
        for packet in &again {
            watcher.handle_rtp(now, packet, &mut Vec::new());
        }
        assert_eq!(watcher.video.source.lost_of(0..end), 0);
        assert_eq!((watcher.frames, watcher.key_frames), (1, 1));
    }
}
