//! One point that sends: a voice of 50 Opus packets a second, pictures of VP8 frames in one encoding or in simulcast
//! layers, sender reports, and repair.

use super::rtp::extension;
use super::sdp::{LAYERS, Section, payload};
use super::stamp;
use super::stream::Stream;
use super::{rtcp, vp8};
use std::time::{Duration, Instant};

/// How much one encoding sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    pub frames_per_second: u32,
    /// Mean payload bytes of a delta frame, all packets together.
    pub frame_bytes: usize,
    /// Largest payload of one packet.
    pub packet_bytes: usize,
}

impl Pace {
    /// 1.1 Mbps in 125 packets a second.
    pub const FULL: Self = Self::of(25, 5_300);
    /// The layers of a camera at 720p: 150 kbps, 500 kbps and the full picture; 1, 3 and 5 packets a frame.
    pub const LAYERS: [Self; 3] = [Self::of(25, 750), Self::of(25, 2_500), Self::FULL];
    /// The main picture for a commune: 300 kbps, 50 packets a second.
    pub const MODEST: Self = Self::of(25, 1_500);
    /// A shared screen: five frames a second.
    pub const CONTENT: Self = Self::of(5, 5_300);

    const fn of(frames_per_second: u32, frame_bytes: usize) -> Self {
        Self {
            frames_per_second,
            frame_bytes,
            packet_bytes: 1_150,
        }
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::FULL
    }
}

const AUDIO_INTERVAL: Duration = Duration::from_millis(20);
const AUDIO_BYTES: usize = 90;
/// Voice at -30 dBov (RFC 6464 section 3).
const VOICE: u8 = 0x9e;
const KEY_FRAME_TIMES: usize = 3;
/// Like a browser's encoder: at most so many key frames, however many are asked for.
const KEY_FRAME_SPACING: Duration = Duration::from_millis(300);

/// What a point sends, in the order of the sections of its offer.
#[derive(Clone, Debug)]
pub enum Sending {
    Voice {
        ssrc: u32,
    },
    /// Offered, and silent until somebody opens it.
    Muted {
        ssrc: u32,
    },
    /// Encodings, lowest first.
    Picture {
        layers: Vec<(u32, Pace)>,
    },
    /// Offered, and dark.
    Off {
        layers: Vec<u32>,
    },
}

impl Sending {
    /// A voice, and a camera in one encoding.
    #[must_use]
    pub fn single(voice: u32, camera: u32, pace: Pace) -> Vec<Self> {
        vec![
            Self::Voice { ssrc: voice },
            Self::Picture {
                layers: vec![(camera, pace)],
            },
        ]
    }

    pub fn is_active(&self) -> bool {
        matches!(self, Self::Voice { .. } | Self::Picture { .. })
    }

    /// The section that offers this.
    #[must_use]
    pub fn section(&self) -> Section {
        match self {
            Self::Voice { ssrc } | Self::Muted { ssrc } => Section::SendAudio(*ssrc),
            Self::Off { layers } => Section::SendVideo(layers.clone()),
            Self::Picture { layers } => {
                Section::SendVideo(layers.iter().map(|(ssrc, _)| *ssrc).collect())
            }
        }
    }
}

#[derive(Debug)]
struct Voice {
    mid: String,
    stream: Stream,
    next: Instant,
}

/// One encoding of a picture.
#[derive(Debug)]
struct Layer {
    stream: Stream,
    pace: Pace,
    rid: Option<&'static str>,
    counters: vp8::Counters,
    size: (u16, u16),
}

/// A camera or a shared screen: all its layers have their frames at the same times, and their key frames together.
#[derive(Debug)]
struct Picture {
    mid: String,
    layers: Vec<Layer>,
    interval: Duration,
    next: Instant,
    last_key: Option<Instant>,
    key_wanted: bool,
    /// Makes frames differ in size, the same in every run.
    noise: u32,
}

impl Picture {
    fn new(mid: String, layers: &[(u32, Pace)], now: Instant) -> Self {
        let single = layers.len() == 1;
        let fastest = layers
            .iter()
            .map(|(_, pace)| pace.frames_per_second)
            .max()
            .unwrap_or(25);
        let halvings = layers.len().saturating_sub(1);
        Self {
            mid,
            layers: layers
                .iter()
                .zip(LAYERS)
                .enumerate()
                .map(|(place, ((ssrc, pace), name))| Layer {
                    stream: Stream::new(*ssrc, payload::VP8),
                    pace: *pace,
                    rid: (!single).then_some(name),
                    counters: vp8::Counters::default(),
                    size: (1_280 >> (halvings - place), 720 >> (halvings - place)),
                })
                .collect(),
            interval: Duration::from_secs(1) / fastest.max(1),
            next: now,
            last_key: None,
            key_wanted: true,
            noise: 0x1234_5678,
        }
    }

    /// One frame of every layer. Gives whether they were key frames.
    fn frame(&mut self, now: Instant, transport: &mut u16, rtp: &mut Vec<Vec<u8>>) -> bool {
        let allowed = self
            .last_key
            .is_none_or(|last| now.saturating_duration_since(last) >= KEY_FRAME_SPACING);
        let key = self.key_wanted && allowed;
        if key {
            self.key_wanted = false;
            self.last_key = Some(now);
        }
        for layer in &mut self.layers {
            self.noise = self
                .noise
                .wrapping_mul(1_664_525)
                .wrapping_add(1_013_904_223);
            layer.frame(key, &self.mid, self.noise, transport, rtp);
        }
        key
    }
}

impl Layer {
    fn frame(
        &mut self,
        key: bool,
        mid: &str,
        noise: u32,
        transport: &mut u16,
        rtp: &mut Vec<Vec<u8>>,
    ) {
        let frame = self.counters.next(key);
        self.stream.timestamp = self
            .stream
            .timestamp
            .wrapping_add(90_000 / self.pace.frames_per_second);
        let spread = self.pace.frame_bytes / 5;
        let jitter = usize::try_from(noise >> 16).unwrap_or_default() % (2 * spread + 1);
        let times = if key { KEY_FRAME_TIMES } else { 1 };
        let bytes = times * (self.pace.frame_bytes - spread + jitter);
        // Like libwebrtc: as few packets as fit, about equally long, the longer ones last.
        let count = bytes.div_ceil(self.pace.packet_bytes);
        let short = bytes / count;
        let longer = bytes % count;
        let (width, height) = self.size;
        for place in 0..count {
            let length = short + usize::from(place >= count - longer) + vp8::DESCRIPTOR;
            let sequence = next_transport_sequence(transport);
            let plain: [(u8, &[u8]); 2] = [
                (extension::MID, mid.as_bytes()),
                (extension::TRANSPORT_SEQUENCE, &sequence),
            ];
            let named: [(u8, &[u8]); 3];
            let extensions: &[(u8, &[u8])] = match self.rid {
                Some(rid) => {
                    named = [plain[0], plain[1], (extension::RID, rid.as_bytes())];
                    &named
                }
                None => &plain,
            };
            rtp.push(self.stream.packet(
                place + 1 == count,
                extensions,
                length.max(stamp::LENGTH + 32),
                |payload| frame.write(payload, place == 0, width, height),
            ));
        }
    }
}

fn next_transport_sequence(transport: &mut u16) -> [u8; 2] {
    *transport = transport.wrapping_add(1);
    transport.to_be_bytes()
}

/// A publisher without a transport: gives plain RTP and RTCP, takes plain RTCP.
#[derive(Debug)]
pub struct Publisher {
    voice: Option<Voice>,
    pictures: Vec<Picture>,
    transport_sequence: u16,
    next_report: Instant,
    key_frames: u64,
    resent: u64,
    feedbacks: u64,
}

impl Publisher {
    /// `sending` are the first sections of the offer, in order.
    #[must_use]
    pub fn new(sending: &[Sending], now: Instant) -> Self {
        let mut voice = None;
        let mut pictures = Vec::new();
        for (mid, one) in sending.iter().enumerate() {
            let mid = mid.to_string();
            match one {
                Sending::Voice { ssrc } => {
                    voice = Some(Voice {
                        mid,
                        stream: Stream::new(*ssrc, payload::OPUS),
                        next: now,
                    });
                }
                Sending::Picture { layers } => pictures.push(Picture::new(mid, layers, now)),
                Sending::Muted { .. } | Sending::Off { .. } => {}
            }
        }
        Self {
            voice,
            pictures,
            transport_sequence: 0,
            next_report: now,
            key_frames: 0,
            resent: 0,
            feedbacks: 0,
        }
    }

    /// When [`Self::poll`] has something to send.
    pub fn timeout(&self) -> Instant {
        let voice = self.voice.iter().map(|voice| voice.next);
        let pictures = self.pictures.iter().map(|picture| picture.next);
        voice
            .chain(pictures)
            .fold(self.next_report, std::cmp::Ord::min)
    }

    /// Appends what is due: RTP packets of one burst to `rtp`, a compound to `control`.
    pub fn poll(&mut self, now: Instant, rtp: &mut Vec<Vec<u8>>, control: &mut Vec<u8>) {
        if let Some(voice) = self.voice.as_mut().filter(|voice| now >= voice.next) {
            voice.next = catch_up(voice.next, AUDIO_INTERVAL, now);
            voice.stream.timestamp = voice.stream.timestamp.wrapping_add(960);
            let transport = next_transport_sequence(&mut self.transport_sequence);
            let extensions: [(u8, &[u8]); 3] = [
                (extension::MID, voice.mid.as_bytes()),
                (extension::AUDIO_LEVEL, &[VOICE]),
                (extension::TRANSPORT_SEQUENCE, &transport),
            ];
            rtp.push(
                voice
                    .stream
                    .packet(false, &extensions, AUDIO_BYTES, |payload| {
                        payload[0] = 0x78; // Opus TOC: CELT fullband, 20 ms, mono, one frame
                    }),
            );
        }
        for picture in &mut self.pictures {
            if now >= picture.next {
                picture.next = catch_up(picture.next, picture.interval, now);
                let key = picture.frame(now, &mut self.transport_sequence, rtp);
                self.key_frames += u64::from(key);
            }
        }
        if now >= self.next_report {
            self.next_report = now + Duration::from_secs(1);
            for stream in self.streams() {
                stream.report(control);
            }
        }
    }

    fn streams(&self) -> impl Iterator<Item = &Stream> {
        let layers = self.pictures.iter().flat_map(|picture| &picture.layers);
        self.voice
            .iter()
            .map(|voice| &voice.stream)
            .chain(layers.map(|layer| &layer.stream))
    }

    /// Reads feedback; packets asked for again are appended to `rtp`.
    pub fn handle_rtcp(&mut self, compound: &[u8], rtp: &mut Vec<Vec<u8>>) {
        for message in rtcp::parse(compound) {
            match message {
                rtcp::Message::KeyFrame { ssrc } => {
                    // One request brings a key frame on all layers.
                    for picture in &mut self.pictures {
                        picture.key_wanted |=
                            picture.layers.iter().any(|layer| layer.stream.ssrc == ssrc);
                    }
                }
                rtcp::Message::Nack { ssrc, sequences } => {
                    let Some(stream) = self.streams().find(|stream| stream.ssrc == ssrc) else {
                        continue;
                    };
                    let before = rtp.len();
                    for sequence in sequences {
                        let cached = stream.cache.iter().find(|(held, _)| *held == sequence);
                        rtp.extend(cached.map(|(_, packet)| packet.clone()));
                    }
                    self.resent += (rtp.len() - before) as u64;
                }
                rtcp::Message::TransportFeedback => self.feedbacks += 1,
                _ => {}
            }
        }
    }

    /// Packets of a stream so far: the number that its next stamp will bear.
    pub fn sent(&self, ssrc: u32) -> u64 {
        self.streams()
            .find(|stream| stream.ssrc == ssrc)
            .map_or(0, |stream| stream.packets)
    }

    /// Packets of all streams so far.
    pub fn sent_in_all(&self) -> u64 {
        self.streams().map(|stream| stream.packets).sum()
    }

    pub fn key_frames(&self) -> u64 {
        self.key_frames
    }

    pub fn resent(&self) -> u64 {
        self.resent
    }

    /// Messages of transport-wide feedback that came.
    pub fn feedbacks(&self) -> u64 {
        self.feedbacks
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
        Publisher::new(&Sending::single(1, 2, Pace::FULL), now)
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

    #[test]
    fn a_request_to_one_layer_brings_a_key_frame_on_all() {
        let start = Instant::now();
        let layers = [(7, Pace::LAYERS[0]), (8, Pace::LAYERS[1]), (9, Pace::FULL)];
        let sending = [Sending::Picture {
            layers: layers.to_vec(),
        }];
        let mut publisher = Publisher::new(&sending, start);
        run(&mut publisher, start, 1);
        let mut compound = Vec::new();
        rtcp::pli(&mut compound, 1, 8);
        publisher.handle_rtcp(&compound, &mut Vec::new());
        let mut packets = Vec::new();
        publisher.poll(publisher.timeout(), &mut packets, &mut Vec::new());
        publisher.poll(publisher.timeout(), &mut packets, &mut Vec::new());
        let keys: Vec<_> = packets
            .iter()
            .filter_map(|packet| View::parse(packet))
            .filter(|view| vp8::Descriptor::parse(view.payload()).is_some_and(|d| d.key))
            .map(|view| {
                (
                    view.ssrc(),
                    view.extension(extension::RID).map(<[u8]>::to_vec),
                )
            })
            .collect();
        let named = |ssrc, rid: &str| (ssrc, Some(rid.as_bytes().to_vec()));
        assert_eq!(keys, [named(7, "l"), named(8, "m"), named(9, "h")]);
    }
}
