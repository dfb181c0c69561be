//! Those who can take one voice stream hear everybody who speaks, over real sockets and a real codec.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a few seconds of samples"
)]

use crate::support::{BRIEFING, Client, EARS, MICROPHONE, PATIENCE, Transport, seat};
use giaoban_media::{MediaConfig, MediaEngine};
use giaoban_signaling::plan::MediaPlan;
use opus::{Application, Channels, Decoder, Encoder};
use std::f32::consts::TAU;
use std::sync::Arc;
use std::time::{Duration, Instant};

const RATE: u32 = 48_000;
const FRAME: u16 = 960;

/// Somebody who says one tone.
struct Speaker {
    client: Client,
    encoder: Encoder,
    hertz: f32,
    sequence: u16,
    next: Instant,
}

impl Speaker {
    async fn join(engine: &MediaEngine, number: u128, hertz: f32, sections: &str) -> Self {
        let seats = (Some(number), Some(number));
        let mut client =
            Client::connect(engine, number, seats, sections, Transport::Udp, true).await;
        client.handshake();
        Self {
            client,
            encoder: Encoder::new(RATE, Channels::Mono, Application::Audio).unwrap(),
            hertz,
            sequence: 65_000,
            next: Instant::now(),
        }
    }

    /// Sends the packets that are due, one every 20 ms.
    fn speak(&mut self) {
        while self.next <= Instant::now() {
            let start = u32::from(self.sequence.wrapping_sub(65_000)) * u32::from(FRAME);
            let tone: Vec<f32> = (0..u32::from(FRAME))
                .map(|index| {
                    let cycles = f64::from(start + index) * f64::from(self.hertz) / f64::from(RATE);
                    0.2 * (TAU * cycles.fract() as f32).sin()
                })
                .collect();
            let payload = self.encoder.encode_vec_float(&tone, 1000).unwrap();
            self.client.say(self.sequence, &payload);
            self.sequence = self.sequence.wrapping_add(1);
            self.next += Duration::from_millis(20);
        }
    }
}

/// What a client has heard of late.
struct Ears {
    decoder: Decoder,
    sound: Vec<f32>,
    packets: usize,
}

impl Ears {
    fn new() -> Self {
        Self {
            decoder: Decoder::new(RATE, Channels::Mono).unwrap(),
            sound: Vec::new(),
            packets: 0,
        }
    }

    fn listen(&mut self, client: &Client) {
        for packet in &client.received[self.packets..] {
            let extension = 4 * usize::from(u16::from_be_bytes([packet[14], packet[15]]));
            let mut pcm = vec![0.0; 5760];
            let payload = &packet[16 + extension..];
            let len = self.decoder.decode_float(payload, &mut pcm, false).unwrap();
            self.sound.extend_from_slice(&pcm[..len]);
        }
        self.packets = client.received.len();
    }

    /// The amplitude of a tone in the newest 100 ms.
    fn amplitude(&self, hertz: f32) -> f32 {
        let newest = &self.sound[self.sound.len().saturating_sub(4800)..];
        let (mut re, mut im) = (0.0_f32, 0.0_f32);
        for (index, sample) in newest.iter().enumerate() {
            let angle = TAU * hertz * index as f32 / RATE as f32;
            re += sample * angle.cos();
            im += sample * angle.sin();
        }
        2.0 * re.hypot(im) / 4800.0
    }
}

fn engine(workers: usize, floor: &[u128]) -> MediaEngine {
    let config = MediaConfig {
        listen: "127.0.0.1:0".parse().unwrap(),
        workers,
        ..MediaConfig::default()
    };
    let (engine, events) = MediaEngine::start(config).unwrap();
    // Nobody reads them here; the engine does not mind.
    drop(events);
    let plan = MediaPlan {
        revision: 1,
        floor: floor.iter().map(|number| seat(*number)).collect(),
        ..MediaPlan::default()
    };
    engine.set_plan(BRIEFING, Arc::new(plan));
    engine
}

#[tokio::test]
async fn a_listener_with_one_audio_stream_hears_two_speakers_at_once() {
    for workers in [1, 2] {
        let engine = engine(workers, &[1, 2]);
        let mut one = Speaker::join(&engine, 1, 440.0, MICROPHONE).await;
        let mut other = Speaker::join(&engine, 2, 1000.0, MICROPHONE).await;
        let seats = (None, Some(3));
        let mut listener = Client::connect(&engine, 3, seats, EARS, Transport::Udp, true).await;
        listener.handshake();
        let mut ears = Ears::new();
        let started = Instant::now();
        while ears.amplitude(440.0) < 0.1 || ears.amplitude(1000.0) < 0.1 {
            let heard = (ears.amplitude(440.0), ears.amplitude(1000.0));
            assert!(started.elapsed() < PATIENCE, "heard {heard:?}");
            one.speak();
            other.speak();
            listener.pump();
            ears.listen(&listener);
        }
        let numbers: Vec<u16> = listener
            .received
            .iter()
            .map(|packet| u16::from_be_bytes([packet[2], packet[3]]))
            .collect();
        assert!(
            numbers
                .windows(2)
                .all(|pair| pair[1] == pair[0].wrapping_add(1)),
            "one stream without holes, also where the mix takes over"
        );
    }
}

#[tokio::test]
async fn a_speaker_with_one_audio_stream_hears_the_others_and_not_itself() {
    let engine = engine(2, &[1, 2, 3]);
    let both = format!("{MICROPHONE}{EARS}");
    let mut itself = Speaker::join(&engine, 1, 440.0, &both).await;
    let mut one = Speaker::join(&engine, 2, 700.0, MICROPHONE).await;
    let mut other = Speaker::join(&engine, 3, 1100.0, MICROPHONE).await;
    let mut ears = Ears::new();
    let started = Instant::now();
    while ears.amplitude(700.0) < 0.1 || ears.amplitude(1100.0) < 0.1 {
        let heard = [440.0, 700.0, 1100.0].map(|hertz| ears.amplitude(hertz));
        assert!(started.elapsed() < PATIENCE, "heard {heard:?}");
        for speaker in [&mut itself, &mut one, &mut other] {
            speaker.speak();
        }
        itself.client.pump();
        ears.listen(&itself.client);
    }
    assert!(ears.amplitude(440.0) < 0.02, "{}", ears.amplitude(440.0));
}
