//! Voices: redundant or not, with pauses, from one speaker to the next.

use super::encoder::{MID, extend};
use super::session;
use crate::api::PeerKind;
use crate::codec::red::{Blocks, Voice};
use crate::egress::subscriber::Subscriber;
use crate::ingress::publisher::{Ingress, Publisher};
use crate::packet::{Feed, SourceId};
use crate::wire::rtp::RtpView;
use bytes::Bytes;
use std::sync::Arc;
use std::time::{Duration, Instant};

const FRAME: Duration = Duration::from_millis(20);

fn audio(direction: &str, redundant: bool) -> String {
    let formats = if redundant { "63 111" } else { "111" };
    let red = if redundant {
        "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n"
    } else {
        ""
    };
    format!(
        "m=audio 9 UDP/TLS/RTP/SAVPF {formats}\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na={direction}\r\na=rtpmap:111 opus/48000/2\r\na=extmap:{MID} urn:ietf:params:rtp-hdrext:sdes:mid\r\n{red}"
    )
}

struct Microphone {
    publisher: Publisher,
    source: SourceId,
    sequence: u16,
    timestamp: u32,
    /// The voice before, where it is sent along.
    before: Option<Vec<u8>>,
    redundant: bool,
}

impl Microphone {
    fn new(source: u32, redundant: bool, sequence: u16, timestamp: u32) -> Self {
        let source = SourceId(source);
        let session = session(&audio("sendonly", redundant), PeerKind::Whip);
        Self {
            publisher: Publisher::new(&session, 1, Instant::now(), || source),
            source,
            sequence,
            timestamp,
            before: None,
            redundant,
        }
    }

    fn packet(&mut self, voice: &[u8]) -> Vec<u8> {
        let payload = match self.before.replace(voice.to_vec()) {
            Some(before) if self.redundant => {
                let length = u8::try_from(before.len()).unwrap();
                [&[0xef, 0x0f, 0, length, 111], &before[..], voice].concat()
            }
            _ if self.redundant => [&[111], voice].concat(),
            _ => voice.to_vec(),
        };
        let mut packet = vec![0x90, if self.redundant { 63 } else { 111 }];
        packet.extend(self.sequence.to_be_bytes());
        packet.extend(self.timestamp.to_be_bytes());
        packet.extend(self.source.0.to_be_bytes());
        extend(&mut packet, &[(MID, b"0")]);
        packet.extend(payload);
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(960);
        packet
    }

    /// Nothing is sent for so many frames, and no number is used up.
    fn pause(&mut self, frames: u32) {
        self.timestamp = self.timestamp.wrapping_add(960 * frames);
        self.before = None;
    }
}

/// What a viewer hears: number, time, its own voice and the one before.
type Heard = (u16, u32, Vec<u8>, Option<Vec<u8>>);

struct Listener {
    subscriber: Subscriber,
    heard: Vec<Heard>,
}

impl Listener {
    fn new(redundant: bool) -> Self {
        let session = session(&audio("recvonly", redundant), PeerKind::Whep);
        Self {
            subscriber: Subscriber::new(&session, Instant::now(), 3000, || 0xffff_fff0),
            heard: Vec::new(),
        }
    }

    fn aim(&mut self, microphone: &Microphone) {
        self.subscriber.slots[0].aim(Feed {
            source: microphone.source,
            layer: 0,
        });
    }

    fn hear(&mut self, now: Instant, microphone: &mut Microphone, packet: &[u8]) {
        let packet = Bytes::copy_from_slice(packet);
        let Ingress::Media { packet, .. } = microphone.publisher.receive(now, &packet) else {
            panic!("a voice")
        };
        let mut out = Vec::new();
        let (_, written) = self.subscriber.forward(now, 0, &Arc::new(packet), &mut out);
        if written.is_none() {
            return;
        }
        let view = RtpView::parse(&out, false).unwrap();
        let payload = &out[view.header_len..];
        let (own, before) = match view.payload_type {
            63 => {
                let blocks = Blocks::parse(payload).unwrap();
                let primary = Voice::Redundant(blocks).primary(payload);
                assert_eq!((payload[0], payload[4]), (0xef, 111));
                let before = &payload[5..payload.len() - primary.len()];
                (primary.to_vec(), Some(before.to_vec()))
            }
            _ => (payload.to_vec(), None),
        };
        self.heard
            .push((view.sequence, view.timestamp, own, before));
    }

    /// Numbered without holes, in whole frames.
    fn assert_continuous(&self) {
        for pair in self.heard.windows(2) {
            assert_eq!(pair[1].0, pair[0].0.wrapping_add(1));
            let step = pair[1].1.wrapping_sub(pair[0].1);
            assert!(step > 0 && step.is_multiple_of(960), "a step of {step}");
        }
    }
}

fn talk(now: &mut Instant, microphone: &mut Microphone, listener: &mut Listener, words: &[&[u8]]) {
    for word in words {
        *now += FRAME;
        let packet = microphone.packet(word);
        listener.hear(*now, microphone, &packet);
    }
}

#[test]
fn whoever_takes_redundancy_gets_the_voice_before_whatever_the_source_sends() {
    for source in [false, true] {
        let mut microphone = Microphone::new(1, source, 65_534, 0xffff_f000);
        let mut listener = Listener::new(true);
        listener.aim(&microphone);
        let mut now = Instant::now();
        talk(
            &mut now,
            &mut microphone,
            &mut listener,
            &[b"a", b"bb", b"c"],
        );
        let heard: Vec<_> = listener
            .heard
            .iter()
            .map(|(_, _, own, before)| (own.as_slice(), before.as_deref()))
            .collect();
        assert_eq!(
            heard,
            [
                (&b"a"[..], None),
                (b"bb", Some(&b"a"[..])),
                (b"c", Some(b"bb"))
            ],
            "redundant source: {source}"
        );
        listener.assert_continuous();
    }
}

#[test]
fn whoever_does_not_gets_the_voice_alone() {
    let mut microphone = Microphone::new(1, true, 7, 0);
    let mut listener = Listener::new(false);
    listener.aim(&microphone);
    let mut now = Instant::now();
    talk(
        &mut now,
        &mut microphone,
        &mut listener,
        &[b"a", b"bb", b"c"],
    );
    assert!(
        listener
            .heard
            .iter()
            .map(|heard| (heard.2.as_slice(), heard.3.as_ref()))
            .eq([(&b"a"[..], None), (b"bb", None), (b"c", None)])
    );
    listener.assert_continuous();
}

#[test]
fn silence_left_out_moves_time_and_not_numbers() {
    let mut microphone = Microphone::new(1, false, 65_530, 0xffff_0000);
    let mut listener = Listener::new(true);
    listener.aim(&microphone);
    let mut now = Instant::now();
    for _ in 0..20 {
        talk(
            &mut now,
            &mut microphone,
            &mut listener,
            &[b"a", b"b", b"c"],
        );
        microphone.pause(20);
        now += FRAME * 20;
    }
    listener.assert_continuous();
    assert_eq!(listener.heard.len(), 60);
    let (first, last) = (listener.heard[0].1, listener.heard[59].1);
    assert_eq!(last.wrapping_sub(first), 960 * (19 * 23 + 2));
    assert_eq!(
        listener.heard[3].3, None,
        "what was said before a pause is too old to be repeated"
    );
}

#[test]
fn a_voice_after_a_silence_of_another_keeps_whole_frames() {
    let mut now = Instant::now();
    let mut first = Microphone::new(1, true, 65_530, 0xffff_f123);
    let mut second = Microphone::new(2, false, 9, 77);
    let mut listener = Listener::new(true);
    listener.aim(&first);
    talk(&mut now, &mut first, &mut listener, &[&b"a"[..]; 30]);
    now += Duration::from_millis(407);
    listener.aim(&second);
    talk(&mut now, &mut second, &mut listener, &[&b"b"[..]; 30]);
    listener.aim(&first);
    first.pause(60);
    talk(&mut now, &mut first, &mut listener, &[&b"c"[..]; 30]);
    listener.assert_continuous();
    assert_eq!(listener.heard.len(), 90);
}

#[test]
fn of_a_tenth_that_is_lost_little_is_missed() {
    for source in [false, true] {
        let mut microphone = Microphone::new(1, source, 65_000, 0xffff_f000);
        let mut listener = Listener::new(true);
        listener.aim(&microphone);
        let mut now = Instant::now();
        let words: Vec<[u8; 2]> = (0..2000_u16).map(u16::to_be_bytes).collect();
        for word in &words {
            talk(&mut now, &mut microphone, &mut listener, &[word]);
        }
        // Every packet is lost with the same chance, whatever became of its neighbours.
        let mut state = 1_u64;
        listener.heard.retain(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            !(state >> 33).is_multiple_of(10)
        });
        let missed = words.iter().filter(|word| {
            !listener
                .heard
                .iter()
                .any(|(_, _, own, before)| own == &word[..] || before.as_deref() == Some(&word[..]))
        });
        let missed = missed.count();
        assert!(missed < 40, "{missed} of 2000 voices are missed");
    }
}
