//! The mixer from packets to packets, on tones and noise that a stranger's decoder reads.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few seconds of samples"
)]

use super::{FRAME, Mixer, RATE};
use crate::packet::SourceId;
use bytes::Bytes;
use opus::{Application, Bitrate, Channels, Decoder, Encoder};
use proptest::prelude::*;
use std::f32::consts::TAU;
use std::time::{Duration, Instant};

const A: SourceId = SourceId(1);
const B: SourceId = SourceId(2);
const C: SourceId = SourceId(3);

/// A publisher's microphone: packets of 20 ms, the first at `phase`.
struct Microphone {
    source: SourceId,
    encoder: Encoder,
    at: Duration,
    timestamp: u32,
    sound: Box<dyn FnMut(u32) -> f32>,
    samples: u32,
}

impl Microphone {
    fn new(source: SourceId, phase: u64, sound: impl FnMut(u32) -> f32 + 'static) -> Self {
        let mut encoder = Encoder::new(RATE, Channels::Mono, Application::Voip).unwrap();
        encoder.set_bitrate(Bitrate::Bits(48_000)).unwrap();
        encoder.set_inband_fec(true).unwrap();
        encoder.set_packet_loss_perc(20).unwrap();
        Self {
            source,
            encoder,
            at: Duration::from_micros(phase),
            timestamp: 0xffff_f000,
            sound: Box::new(sound),
            samples: 0,
        }
    }

    fn tone(source: SourceId, phase: u64, hertz: f32, amplitude: f32) -> Self {
        Self::new(source, phase, move |at| {
            amplitude * (at as f32 / RATE as f32 * TAU * hertz).sin()
        })
    }

    /// Speech-like noise: bands that come and go, so that there is one right alignment.
    fn noise(source: SourceId, phase: u64, seed: u32) -> Self {
        let mut state = seed;
        let mut smooth = 0.0_f32;
        Self::new(source, phase, move |at| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let white = (state >> 8) as f32 / 8_388_608.0 - 1.0;
            smooth += 0.25 * (white - smooth);
            let envelope = 0.5 + 0.5 * (at as f32 / RATE as f32 * TAU * (3.0 + seed as f32)).sin();
            0.5 * smooth * envelope
        })
    }

    fn next(&mut self) -> (u32, Bytes) {
        let frame: Vec<f32> = (0..FRAME as u32)
            .map(|index| (self.sound)(self.samples + index))
            .collect();
        let payload = self.encoder.encode_vec_float(&frame, 1000).unwrap();
        let timestamp = self.timestamp;
        self.samples += FRAME as u32;
        self.timestamp = self.timestamp.wrapping_add(FRAME as u32);
        self.at += Duration::from_millis(20);
        (timestamp, payload.into())
    }
}

/// Sound laid out on the clock: sample `n` is played at `n / 48000` after the start.
#[derive(Default)]
struct Track {
    samples: Vec<f32>,
}

impl Track {
    fn place(&mut self, at: Duration, pcm: &[f32]) {
        let from = usize::try_from(at.as_micros() * 48 / 1000).unwrap();
        self.samples
            .resize(self.samples.len().max(from + pcm.len()), 0.0);
        self.samples[from..from + pcm.len()].copy_from_slice(pcm);
    }

    /// The amplitude of a tone, in the mean over stretches of 100 ms: its phase may jump where a frame is left out.
    fn power(&self, hertz: f32, from: f32, to: f32) -> f32 {
        let range = (from * RATE as f32) as usize..(to * RATE as f32) as usize;
        let stretches = self.samples[range].chunks_exact(4800);
        let count = stretches.len() as f32;
        stretches
            .map(|samples| amplitude(samples, hertz))
            .sum::<f32>()
            / count
    }

    fn rms(&self, from: f32, to: f32) -> f32 {
        let range = (from * RATE as f32) as usize..(to * RATE as f32) as usize;
        let samples = &self.samples[range];
        (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32).sqrt()
    }

    /// By how many samples `self` is `other`, later: where the two fit best within 60 ms.
    fn later_than(&self, other: &Self, from: usize, len: usize) -> usize {
        let fit = |lag: usize| -> f64 {
            (0..len)
                .map(|index| {
                    f64::from(other.samples[from + index])
                        * f64::from(self.samples[from + index + lag])
                })
                .sum()
        };
        (0..2880)
            .max_by(|a, b| fit(*a).total_cmp(&fit(*b)))
            .unwrap()
    }
}

fn amplitude(samples: &[f32], hertz: f32) -> f32 {
    let (mut re, mut im) = (0.0_f32, 0.0_f32);
    for (index, sample) in samples.iter().enumerate() {
        let angle = index as f32 / RATE as f32 * hertz * TAU;
        re += sample * angle.cos();
        im += sample * angle.sin();
    }
    2.0 * re.hypot(im) / samples.len() as f32
}

/// A listener of one mix.
struct Listener {
    without: Option<SourceId>,
    decoder: Decoder,
    /// As it plays when it plays at once.
    track: Track,
    /// As it plays by the packets' own time.
    sound: Track,
    packets: usize,
    last: Option<u32>,
}

struct Room {
    start: Instant,
    mixer: Mixer,
    microphones: Vec<Microphone>,
    listeners: Vec<Listener>,
    /// What a listener of the voices themselves would play.
    direct: Vec<(Decoder, Track)>,
}

impl Room {
    fn new(microphones: Vec<Microphone>, wanted: &[Option<SourceId>]) -> Self {
        let mut mixer = Mixer::default();
        let heard: Vec<SourceId> = microphones.iter().map(|voice| voice.source).collect();
        mixer.hear(&heard).unwrap();
        mixer.want(wanted).unwrap();
        let decoder = || Decoder::new(RATE, Channels::Mono).unwrap();
        Self {
            start: Instant::now(),
            mixer,
            direct: microphones
                .iter()
                .map(|_| (decoder(), Track::default()))
                .collect(),
            microphones,
            listeners: wanted
                .iter()
                .map(|without| Listener {
                    without: *without,
                    decoder: decoder(),
                    track: Track::default(),
                    sound: Track::default(),
                    packets: 0,
                    last: None,
                })
                .collect(),
        }
    }

    /// Runs until `end` milliseconds. `delay` says how much later than sent the n-th packet of a voice comes, in
    /// microseconds; `None` loses it.
    fn run(&mut self, end: u64, mut delay: impl FnMut(SourceId, u32) -> Option<u64>) {
        let end = Duration::from_millis(end);
        let mut under_way: Vec<(Duration, SourceId, u32, Bytes)> = Vec::new();
        loop {
            let voice = (0..self.microphones.len())
                .min_by_key(|index| self.microphones[*index].at)
                .unwrap();
            let sent = self.microphones[voice].at;
            let arrives = under_way.iter().map(|packet| packet.0).min();
            let due = self
                .mixer
                .due()
                .map(|due| due.saturating_duration_since(self.start));
            let next = [Some(sent), arrives, due]
                .into_iter()
                .flatten()
                .min()
                .unwrap();
            if next >= end {
                return;
            }
            if Some(next) == arrives {
                let index = (0..under_way.len())
                    .find(|index| under_way[*index].0 == next)
                    .unwrap();
                let (_, source, timestamp, payload) = under_way.remove(index);
                self.mixer
                    .push(self.start + next, source, timestamp, payload);
            } else if Some(next) == due {
                self.mix(next);
            } else {
                let microphone = &mut self.microphones[voice];
                let number = microphone.samples / FRAME as u32;
                let (timestamp, payload) = microphone.next();
                let (decoder, track) = &mut self.direct[voice];
                let mut pcm = [0.0; FRAME];
                decoder.decode_float(&payload, &mut pcm, false).unwrap();
                track.place(sent, &pcm);
                if let Some(delay) = delay(microphone.source, number) {
                    let at = sent + Duration::from_micros(delay);
                    under_way.push((at, microphone.source, timestamp, payload));
                }
            }
        }
    }

    fn mix(&mut self, at: Duration) {
        let listeners = &mut self.listeners;
        self.mixer.mix(self.start + at, |mixed| {
            let listener = listeners
                .iter_mut()
                .find(|listener| listener.without == mixed.without)
                .unwrap();
            let mut pcm = [0.0; FRAME];
            listener
                .decoder
                .decode_float(mixed.payload, &mut pcm, false)
                .unwrap();
            assert!(pcm.iter().all(|sample| sample.abs() <= 1.1));
            if let Some(last) = listener.last {
                let step = mixed.timestamp.wrapping_sub(last);
                assert!(step >= 960 && step % 960 == 0, "a step of {step}");
            }
            listener.last = Some(mixed.timestamp);
            listener.packets += 1;
            listener.track.place(at, &pcm);
            let time = Duration::from_micros(u64::from(mixed.timestamp) * 1000 / 48);
            listener.sound.place(time, &pcm);
        });
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "one of the ways a packet may fare"
)]
fn on_time(_: SourceId, _: u32) -> Option<u64> {
    Some(0)
}

#[test]
fn two_voices_are_both_heard_and_a_speaker_does_not_hear_itself() {
    let mut room = Room::new(
        vec![
            Microphone::tone(A, 0, 440.0, 0.3),
            Microphone::tone(B, 7_000, 1000.0, 0.2),
        ],
        &[None, Some(A), Some(B)],
    );
    room.run(3000, on_time);
    let level = |index: usize, hertz| room.listeners[index].sound.power(hertz, 1.0, 2.5);
    assert!((0.2..0.4).contains(&level(0, 440.0)), "{}", level(0, 440.0));
    assert!(
        (0.13..0.27).contains(&level(0, 1000.0)),
        "{}",
        level(0, 1000.0)
    );
    assert!(level(1, 440.0) < 0.01 && level(1, 1000.0) > 0.13);
    assert!(level(2, 1000.0) < 0.01 && level(2, 440.0) > 0.2);
}

#[test]
fn the_mix_comes_less_than_25_ms_after_the_voices_themselves() {
    let worst_phases = [
        vec![0, 10_000],
        vec![0, 1_000],
        vec![0, 19_000],
        vec![3_000, 3_000],
        vec![0, 7_000, 13_000],
        vec![0, 2_000, 19_000],
    ];
    for phases in worst_phases {
        let microphones: Vec<Microphone> = phases
            .iter()
            .zip([A, B, C])
            .map(|(phase, source)| Microphone::noise(source, *phase, source.0))
            .collect();
        let mut room = Room::new(microphones, &[None]);
        room.run(5500, on_time);
        for (index, (_, direct)) in room.direct.iter().enumerate() {
            let lag =
                room.listeners[0]
                    .track
                    .later_than(direct, 4 * RATE as usize, RATE as usize / 2);
            let millis = lag as f32 / 48.0;
            println!("voice {index} of {phases:?}: {millis:.1} ms");
            assert!(millis < 25.0, "voice {index} of {phases:?}: {millis} ms");
        }
    }
}

#[test]
fn a_loud_sum_is_turned_down() {
    let mut room = Room::new(
        vec![
            Microphone::tone(A, 0, 300.0, 0.9),
            Microphone::tone(B, 3_000, 500.0, 0.9),
            Microphone::tone(C, 5_000, 700.0, 0.9),
        ],
        &[None],
    );
    room.run(2500, on_time);
    let track = &room.listeners[0].sound;
    assert!(track.rms(1.0, 2.0) > 0.2);
    // What a hard clipper would add: harmonics and sums that nobody said.
    for stranger in [900.0, 1300.0, 1700.0] {
        assert!(track.power(stranger, 1.0, 2.0) < 0.05, "{stranger} Hz");
    }
}

#[test]
fn one_packet_in_ten_may_be_lost() {
    let mut room = Room::new(
        vec![
            Microphone::tone(A, 0, 440.0, 0.3),
            Microphone::tone(B, 9_000, 900.0, 0.3),
        ],
        &[None],
    );
    room.run(4000, |_, number| (number % 10 != 7).then_some(0));
    let track = &room.listeners[0].sound;
    assert!(track.power(440.0, 1.0, 3.5) > 0.2);
    assert!(track.power(900.0, 1.0, 3.5) > 0.2);
    assert!(
        room.listeners[0].packets >= 190,
        "the mix itself has no holes"
    );
}

#[test]
fn jitter_makes_the_mix_wait_a_little_and_calm_takes_it_back() {
    let mut room = Room::new(vec![Microphone::noise(A, 0, 5)], &[None]);
    let mut state = 1_u64;
    room.run(10_000, move |_, number| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let jitter = if number < 150 {
            (state >> 33) % 25_000
        } else {
            0
        };
        Some(jitter)
    });
    let lag = |from: usize| {
        let (_, direct) = &room.direct[0];
        room.listeners[0]
            .track
            .later_than(direct, from * RATE as usize, RATE as usize / 2) as f32
            / 48.0
    };
    assert!(lag(2) < 56.0, "{}", lag(2));
    assert!(lag(9) < 25.0, "{}", lag(9));
}

#[test]
fn a_pause_sends_nothing_and_time_goes_on() {
    let mut room = Room::new(vec![Microphone::tone(A, 0, 440.0, 0.3)], &[None]);
    room.run(3000, |_, number| {
        (!(50..100).contains(&number)).then_some(0)
    });
    let listener = &room.listeners[0];
    assert!(
        (95..=110).contains(&listener.packets),
        "{}",
        listener.packets
    );
    assert!(listener.sound.rms(1.3, 1.9) < 0.001);
    assert!(listener.sound.power(440.0, 2.2, 2.9) > 0.2);
    let end = listener.last.unwrap();
    assert!((2900 * 48..3010 * 48).contains(&end), "{} ms", end / 48);
}

#[test]
fn who_is_no_longer_heard_fades_out() {
    let mut room = Room::new(
        vec![
            Microphone::tone(A, 0, 440.0, 0.3),
            Microphone::tone(B, 5_000, 900.0, 0.3),
        ],
        &[None],
    );
    room.run(1500, on_time);
    room.mixer.hear(&[A]).unwrap();
    room.run(3000, on_time);
    let track = &room.listeners[0].sound;
    assert!(track.power(900.0, 0.5, 1.4) > 0.2);
    assert!(track.power(900.0, 1.7, 2.9) < 0.01);
    assert!(track.power(440.0, 1.7, 2.9) > 0.2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever comes, in whatever order and with whatever time on it.
    #[test]
    fn no_packets_break_the_mix(
        packets in proptest::collection::vec(
            (0_u64..60, 1_u32..4, any::<u32>(), 0_u8..4, proptest::collection::vec(any::<u8>(), 0..60)),
            0..80,
        )
    ) {
        let start = Instant::now();
        let mut mixer = Mixer::default();
        mixer.hear(&[A, B]).unwrap();
        mixer.want(&[None, Some(A)]).unwrap();
        let mut now = start;
        let mut near = 0_u32;
        for (millis, source, timestamp, kind, payload) in packets {
            now += Duration::from_millis(millis);
            near = near.wrapping_add(960);
            let timestamp = if kind == 0 { timestamp } else { near.wrapping_add(timestamp % 4000) };
            mixer.push(now, SourceId(source), timestamp, payload.into());
            while let Some(due) = mixer.due().filter(|due| *due <= now) {
                mixer.mix(due, |mixed| assert!(mixed.payload.len() < 1000));
                prop_assert!(mixer.due() != Some(due), "time stands still");
            }
        }
    }
}
