//! One point that sends: VP8 frames of about five packets, Opus at 50 packets a second, sender reports, and repair.

use super::rtp::{Header, extension};
use super::sdp::{Streams, payload};
use super::stamp::{self, Stamp, wall_nanoseconds};
use super::{rtcp, vp8};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How much is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    pub frames_per_second: u32,
    /// Mean payload bytes of a delta frame, all packets together.
    pub frame_bytes: usize,
    /// Largest payload of one packet.
    pub packet_bytes: usize,
}

impl Default for Pace {
    /// 1.1 Mbps in 125 packets a second.
    fn default() -> Self {
        Self {
            frames_per_second: 25,
            frame_bytes: 5_300,
            packet_bytes: 1_150,
        }
    }
}

const AUDIO_INTERVAL: Duration = Duration::from_millis(20);
const AUDIO_BYTES: usize = 90;
/// Voice at -30 dBov (RFC 6464 section 3).
const VOICE: u8 = 0x9e;
const KEY_FRAME_TIMES: usize = 3;
/// Like a browser's encoder: at most so many key frames, however many are asked for.
const KEY_FRAME_SPACING: Duration = Duration::from_millis(300);
const CACHE: usize = 1_024;

/// What one stream has sent.
#[derive(Debug)]
struct Stream {
    ssrc: u32,
    payload_type: u8,
    sequence: u16,
    timestamp: u32,
    /// Packets so far: the number in the next one's stamp.
    packets: u64,
    octets: u64,
    cache: VecDeque<(u16, Vec<u8>)>,
}

impl Stream {
    fn new(ssrc: u32, payload_type: u8) -> Self {
        Self {
            ssrc,
            payload_type,
            sequence: rand::random(),
            timestamp: rand::random(),
            packets: 0,
            octets: 0,
            cache: VecDeque::with_capacity(CACHE),
        }
    }

    fn packet(
        &mut self,
        marker: bool,
        extensions: &[(u8, &[u8])],
        bytes: usize,
        fill: impl FnOnce(&mut [u8]),
    ) -> Vec<u8> {
        let mut packet = Vec::with_capacity(bytes + 48);
        Header {
            payload_type: self.payload_type,
            marker,
            sequence: self.sequence,
            timestamp: self.timestamp,
            ssrc: self.ssrc,
            extensions,
        }
        .write(&mut packet);
        let start = packet.len();
        packet.resize(start + bytes, 0x55);
        fill(&mut packet[start..]);
        Stamp {
            number: self.packets,
            sent_at: wall_nanoseconds(),
        }
        .write(&mut packet[start..]);
        if self.cache.len() == CACHE {
            self.cache.pop_front();
        }
        self.cache.push_back((self.sequence, packet.clone()));
        self.sequence = self.sequence.wrapping_add(1);
        self.packets += 1;
        self.octets += bytes as u64;
        packet
    }

    fn report(&self, out: &mut Vec<u8>) {
        rtcp::sender_report(
            out,
            self.ssrc,
            wall_nanoseconds(),
            self.timestamp,
            low_32(self.packets),
            low_32(self.octets),
        );
    }
}

fn low_32(value: u64) -> u32 {
    u32::try_from(value & 0xffff_ffff).unwrap_or_default()
}

/// A publisher without a transport: gives plain RTP and RTCP, takes plain RTCP.
#[derive(Debug)]
pub struct Publisher {
    pace: Pace,
    audio: Stream,
    video: Stream,
    counters: vp8::Counters,
    transport_sequence: u16,
    next_audio: Instant,
    next_frame: Instant,
    next_report: Instant,
    last_key: Option<Instant>,
    key_wanted: bool,
    key_frames: u64,
    resent: u64,
    /// Makes frames differ in size, the same in every run.
    noise: u32,
}

impl Publisher {
    #[must_use]
    pub fn new(pace: Pace, streams: Streams, now: Instant) -> Self {
        Self {
            pace,
            audio: Stream::new(streams.audio, payload::OPUS),
            video: Stream::new(streams.video, payload::VP8),
            counters: vp8::Counters::default(),
            transport_sequence: 0,
            next_audio: now,
            next_frame: now,
            next_report: now,
            last_key: None,
            key_wanted: true,
            key_frames: 0,
            resent: 0,
            noise: 0x1234_5678,
        }
    }

    /// When [`Self::poll`] has something to send.
    pub fn timeout(&self) -> Instant {
        self.next_audio.min(self.next_frame).min(self.next_report)
    }

    /// Appends what is due: RTP packets of one burst to `rtp`, a compound to `control`.
    pub fn poll(&mut self, now: Instant, rtp: &mut Vec<Vec<u8>>, control: &mut Vec<u8>) {
        if now >= self.next_audio {
            self.next_audio = catch_up(self.next_audio, AUDIO_INTERVAL, now);
            self.audio_packet(rtp);
        }
        if now >= self.next_frame {
            let interval = Duration::from_secs(1) / self.pace.frames_per_second;
            self.next_frame = catch_up(self.next_frame, interval, now);
            self.video_frame(now, rtp);
        }
        if now >= self.next_report {
            self.next_report = now + Duration::from_secs(1);
            self.audio.report(control);
            self.video.report(control);
        }
    }

    fn next_transport_sequence(&mut self) -> [u8; 2] {
        self.transport_sequence = self.transport_sequence.wrapping_add(1);
        self.transport_sequence.to_be_bytes()
    }

    fn audio_packet(&mut self, rtp: &mut Vec<Vec<u8>>) {
        self.audio.timestamp = self.audio.timestamp.wrapping_add(960);
        let transport = self.next_transport_sequence();
        let extensions: [(u8, &[u8]); 3] = [
            (extension::MID, b"0"),
            (extension::AUDIO_LEVEL, &[VOICE]),
            (extension::TRANSPORT_SEQUENCE, &transport),
        ];
        rtp.push(
            self.audio
                .packet(false, &extensions, AUDIO_BYTES, |payload| {
                    payload[0] = 0x78; // Opus TOC: CELT fullband, 20 ms, mono, one frame
                }),
        );
    }

    fn video_frame(&mut self, now: Instant, rtp: &mut Vec<Vec<u8>>) {
        let allowed = self
            .last_key
            .is_none_or(|last| now.saturating_duration_since(last) >= KEY_FRAME_SPACING);
        let key = self.key_wanted && allowed;
        if key {
            self.key_wanted = false;
            self.last_key = Some(now);
            self.key_frames += 1;
        }
        let frame = self.counters.next(key);
        self.video.timestamp = self
            .video
            .timestamp
            .wrapping_add(90_000 / self.pace.frames_per_second);

        self.noise = self
            .noise
            .wrapping_mul(1_664_525)
            .wrapping_add(1_013_904_223);
        let spread = self.pace.frame_bytes / 5;
        let jitter = usize::try_from(self.noise >> 16).unwrap_or_default() % (2 * spread + 1);
        let times = if key { KEY_FRAME_TIMES } else { 1 };
        let bytes = times * (self.pace.frame_bytes - spread + jitter);
        // Like libwebrtc: as few packets as fit, about equally long, the longer ones last.
        let count = bytes.div_ceil(self.pace.packet_bytes);
        let short = bytes / count;
        let longer = bytes % count;
        for place in 0..count {
            let length = short + usize::from(place >= count - longer) + vp8::DESCRIPTOR;
            let transport = self.next_transport_sequence();
            let extensions: [(u8, &[u8]); 2] = [
                (extension::MID, b"1"),
                (extension::TRANSPORT_SEQUENCE, &transport),
            ];
            rtp.push(self.video.packet(
                place + 1 == count,
                &extensions,
                length.max(stamp::LENGTH + 32),
                |payload| frame.write(payload, place == 0, 1280, 720),
            ));
        }
    }

    /// Reads feedback; packets asked for again are appended to `rtp`.
    pub fn handle_rtcp(&mut self, compound: &[u8], rtp: &mut Vec<Vec<u8>>) {
        for message in rtcp::parse(compound) {
            match message {
                rtcp::Message::KeyFrame { ssrc } if ssrc == self.video.ssrc => {
                    self.key_wanted = true;
                }
                rtcp::Message::Nack { ssrc, sequences } => {
                    let stream = if ssrc == self.video.ssrc {
                        &self.video
                    } else {
                        &self.audio
                    };
                    for sequence in sequences {
                        let cached = stream.cache.iter().find(|(held, _)| *held == sequence);
                        if let Some((_, packet)) = cached {
                            rtp.push(packet.clone());
                            self.resent += 1;
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Audio and video packets so far: the numbers that their next stamps will bear.
    pub fn sent(&self) -> (u64, u64) {
        (self.audio.packets, self.video.packets)
    }

    pub fn key_frames(&self) -> u64 {
        self.key_frames
    }

    pub fn resent(&self) -> u64 {
        self.resent
    }
}

/// The next due time; after a stall of more than a second the missed ones are left out.
fn catch_up(due: Instant, interval: Duration, now: Instant) -> Instant {
    if now.saturating_duration_since(due) > Duration::from_secs(1) {
        now + interval
    } else {
        due + interval
    }
}

#[cfg(test)]
mod tests {
    use super::super::rtp::View;
    use super::*;

    fn publisher(now: Instant) -> Publisher {
        let streams = Streams { audio: 1, video: 2 };
        Publisher::new(Pace::default(), streams, now)
    }

    fn run(publisher: &mut Publisher, start: Instant, seconds: u64) -> Vec<Vec<u8>> {
        let mut packets = Vec::new();
        let end = start + Duration::from_secs(seconds);
        while publisher.timeout() < end {
            let now = publisher.timeout();
            publisher.poll(now, &mut packets, &mut Vec::new());
        }
        packets
    }

    #[test]
    fn ten_seconds_have_the_rate_of_the_contract() {
        let start = Instant::now();
        let packets = run(&mut publisher(start), start, 10);
        let audio = packets.iter().filter(|p| p[1] & 0x7f == payload::OPUS);
        assert_eq!(audio.count(), 500);
        let video: Vec<_> = packets
            .iter()
            .filter(|p| p[1] & 0x7f == payload::VP8)
            .collect();
        let bits = video.iter().map(|p| p.len() * 8).sum::<usize>();
        assert!((10_500_000..11_700_000).contains(&bits), "{bits}");
        assert!((1_200..1_350).contains(&video.len()), "{}", video.len());
    }

    #[test]
    fn a_picture_loss_brings_one_key_frame_and_a_nack_the_same_packet() {
        let start = Instant::now();
        let mut publisher = publisher(start);
        let first = run(&mut publisher, start, 1);
        let mut compound = Vec::new();
        rtcp::pli(&mut compound, 9, 2);
        rtcp::pli(&mut compound, 9, 2);
        let lost = first.iter().rfind(|p| p[1] & 0x7f == payload::VP8).unwrap();
        let sequence = View::parse(lost).unwrap().sequence();
        rtcp::nack(&mut compound, 9, 2, &[sequence]);
        let mut again = Vec::new();
        publisher.handle_rtcp(&compound, &mut again);
        assert_eq!(&again[0], lost);
        let mut later = Vec::new();
        for _ in 0..200 {
            publisher.poll(publisher.timeout(), &mut later, &mut Vec::new());
        }
        let keys = later
            .iter()
            .filter_map(|p| View::parse(p))
            .filter(|view| view.payload_type() == payload::VP8)
            .filter_map(|view| vp8::Descriptor::parse(view.payload()))
            .filter(|descriptor| descriptor.key);
        assert_eq!(keys.count(), 1);
    }
}
