//! Traces of bandwidth and loss (`tests/traces`) played against estimate, allocation and pacing on a clock of their own:
//! how often the picture changes, how long it takes to settle, how long the voices wait.

use super::allocate::{Allocation, Allocator, Demand, Pace};
use super::estimate::Estimator;
use super::pacer::{Pacer, Turn};
use super::picture::Part;
use crate::ingress::transport_feedback::TransportFeedback;
use crate::packet::{Feed, Format, Packet, SourceId};
use bytes::Bytes;
use rtc_rtcp::transport_feedbacks::transport_layer_cc::TransportLayerCc;
use rtc_shared::marshal::Unmarshal as _;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

const LAYERS: [u32; 3] = [150, 500, 1600];
const THUMBNAILS: [u32; 2] = [150, 150];
const WAY: Duration = Duration::from_millis(20);
/// From asking a publisher for a key frame to having it.
const KEYFRAME_AFTER: u64 = 120;
static OCTETS: [u8; 1100] = [0; 1100];

/// From a second on, the link carries so much and loses that share.
fn read(trace: &str) -> Vec<(u64, u32, f64)> {
    trace
        .lines()
        .skip(1)
        .map(|line| {
            let mut parts = line.split(',');
            let mut next = || parts.next().unwrap();
            (
                next().parse().unwrap(),
                next().parse().unwrap(),
                next().parse().unwrap(),
            )
        })
        .collect()
}

/// One second of the replay.
struct Second {
    allocation: Allocation,
    estimate: u32,
    /// The longest that anything waited in the link's queue, in milliseconds.
    queue: u128,
}

struct Viewer {
    now: Instant,
    estimator: Estimator,
    allocator: Allocator,
    pacer: Pacer,
    receiver: TransportFeedback,
    /// When the link is free again; arrivals on the way.
    free: Instant,
    on_the_way: VecDeque<(Instant, u16)>,
    reports: VecDeque<(Instant, Vec<u8>)>,
    random: u32,
    loss: f64,
    kbps: u32,
    queue: Duration,
}

impl Viewer {
    fn packet(&self, size: usize) -> Arc<Packet> {
        Arc::new(Packet {
            feed: Feed {
                source: SourceId(1),
                layer: 0,
            },
            generation: 0,
            format: Format::Filler(crate::sdp::Codec::Vp8),
            sequence: 0,
            timestamp: 0,
            arrival: self.now,
            marker: false,
            starts_keyframe: false,
            audio_level: None,
            payload: Bytes::from_static(&OCTETS[..size]),
        })
    }

    fn send(&mut self, size: usize) {
        let sequence = self.estimator.send(self.now, size, Part::None);
        let start = self.free.max(self.now);
        self.queue = self.queue.max(start - self.now);
        self.free = start + Duration::from_micros(size as u64 * 8000 / u64::from(self.kbps));
        self.random = self
            .random
            .wrapping_mul(1_664_525)
            .wrapping_add(1_013_904_223);
        if f64::from(self.random >> 8) / f64::from(1 << 24) >= self.loss {
            self.on_the_way.push_back((self.free + WAY, sequence));
        }
    }

    fn picture(&mut self, octets: usize) {
        let mut left = octets;
        while left > 0 {
            let size = left.min(OCTETS.len());
            left -= size;
            let kbps = self.estimator.bitrate_kbps();
            match self.pacer.turn(self.now, kbps, size + 40, false) {
                Turn::Send => self.send(size + 40),
                Turn::Wait => self.pacer.wait(0, self.packet(size), false),
                Turn::GiveUp => self.pacer.forget(0),
            }
        }
    }

    fn millisecond(&mut self, millis: u64) {
        while let Some((at, sequence)) = self.on_the_way.pop_front_if(|(at, _)| *at <= self.now) {
            self.receiver.record(at, sequence);
        }
        if millis.is_multiple_of(100) {
            while let Some(report) = self.receiver.build(1, 2) {
                self.reports.push_back((self.now + WAY, report));
            }
        }
        while let Some((_, report)) = self.reports.pop_front_if(|(at, _)| *at <= self.now) {
            let report = TransportLayerCc::unmarshal(&mut &report[..]).unwrap();
            self.estimator.feedback(self.now, &report);
            self.pacer.close(self.estimator.drained_at());
        }
        while let Some((_, packet)) = self.pacer.next(self.now, self.estimator.bitrate_kbps()) {
            self.send(packet.payload.len() + 40);
        }
        if millis.is_multiple_of(5) {
            while self.estimator.padding(self.now) > 0 {
                self.pacer.pay(295);
                self.send(295);
            }
        }
        if millis.is_multiple_of(20) {
            self.pacer.pay(100);
            self.send(100);
        }
    }
}

/// Plays a trace to a point whose contract says so many kbps.
fn replay(trace: &str, contract: u32) -> Vec<Second> {
    let trace = read(trace);
    let start = Instant::now();
    let mut viewer = Viewer {
        now: start,
        estimator: Estimator::new(contract, start),
        allocator: Allocator::default(),
        pacer: Pacer::new(start),
        receiver: TransportFeedback::new(start),
        free: start,
        on_the_way: VecDeque::new(),
        reports: VecDeque::new(),
        random: 1,
        loss: 0.0,
        kbps: 1000,
        queue: Duration::ZERO,
    };
    let end = trace.last().unwrap().0;
    let mut seconds = Vec::new();
    let (mut reviewed, mut shown, mut keyframe_at) = (0, None, 0);
    let mut allocation = Allocation {
        main: None,
        pace: Pace::Full,
        thumbnails: 0,
    };
    for millis in 0..end * 1000 {
        viewer.now = start + Duration::from_millis(millis);
        let (_, kbps, loss) = trace
            .iter()
            .rev()
            .find(|(from, _, _)| from * 1000 <= millis)
            .unwrap();
        (viewer.kbps, viewer.loss) = (*kbps, *loss);
        viewer.millisecond(millis);
        let estimate = viewer.estimator.bitrate_kbps();
        if millis.is_multiple_of(500) || estimate.abs_diff(reviewed) * 10 > reviewed {
            reviewed = estimate;
            let demand = Demand {
                voices: 1,
                redundant: false,
                content: None,
                main: Some(LAYERS),
                thumbnails: &THUMBNAILS,
            };
            viewer.estimator.want(viewer.now, demand.all());
            let usable = viewer.estimator.usable_kbps();
            let next = viewer.allocator.allocate(viewer.now, usable, &demand);
            if next.main != allocation.main {
                keyframe_at = millis + KEYFRAME_AFTER;
                if next.main < allocation.main {
                    // Going down, what is shown stops at once.
                    viewer.pacer.forget(0);
                    shown = None;
                }
            }
            allocation = next;
        }
        if millis.is_multiple_of(40) {
            let key = allocation.main.is_some() && keyframe_at != 0 && millis >= keyframe_at;
            if key {
                keyframe_at = 0;
                shown = allocation.main;
            }
            if let Some(layer) = shown {
                let frame = LAYERS[usize::from(layer)] as usize * 5;
                viewer.picture(if key { 4 * frame } else { frame });
            }
            viewer.picture(allocation.thumbnails * 150 * 5);
        }
        if millis % 1000 == 999 {
            seconds.push(Second {
                allocation,
                estimate,
                queue: viewer.queue.as_millis(),
            });
            viewer.queue = Duration::ZERO;
        }
    }
    seconds
}

/// One line a second, for whoever looks into a failure.
fn lines(seconds: &[Second]) -> String {
    seconds
        .iter()
        .enumerate()
        .map(|(index, second)| {
            let Allocation {
                main,
                pace,
                thumbnails,
            } = second.allocation;
            let (estimate, queue) = (second.estimate, second.queue);
            format!("{index}: {main:?} {pace:?} {thumbnails}, {estimate} kbps, {queue} ms")
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// Changes of the main picture's layer per minute.
fn switches(seconds: &[Second]) -> usize {
    let changes = seconds
        .windows(2)
        .filter(|pair| pair[0].allocation.main != pair[1].allocation.main)
        .count();
    changes * 60 / seconds.len()
}

#[test]
fn steps_settle_within_three_seconds_down_and_ten_up() {
    let seconds = replay(include_str!("../../tests/traces/step.csv"), 4000);
    let show = || lines(&seconds);
    assert!(seconds[14].allocation.main == Some(2), "{}", show());
    for (from, to, main) in [(18, 30, Some(0)), (33, 45, None), (55, 65, Some(2))] {
        for second in &seconds[from..to] {
            assert_eq!(second.allocation.main, main, "{}", show());
            assert!(second.queue < 300, "{}", show());
        }
    }
    assert!(switches(&seconds) <= 6, "{}", show());
}

#[test]
fn a_step_down_fills_the_links_queue_for_two_seconds_at_most() {
    let seconds = replay(include_str!("../../tests/traces/step.csv"), 4000);
    for from in [15, 30] {
        let (first, rest) = seconds[from..from + 15].split_at(2);
        let is_below = |most: u128| move |second: &Second| second.queue < most;
        assert!(first.iter().all(is_below(800)), "{}", lines(&seconds));
        assert!(rest.iter().all(is_below(300)), "{}", lines(&seconds));
    }
}

#[test]
fn a_sawtooth_and_a_mobile_link_change_the_picture_rarely() {
    for (trace, most) in [
        (include_str!("../../tests/traces/sawtooth.csv"), 8),
        (include_str!("../../tests/traces/mobile.csv"), 10),
    ] {
        let seconds = replay(trace, 2000);
        let count = switches(&seconds);
        assert!(count <= most, "{count} a minute: {}", lines(&seconds));
    }
}

#[test]
fn a_radio_link_that_always_loses_keeps_its_picture() {
    let seconds = replay(include_str!("../../tests/traces/radio-loss.csv"), 2000);
    assert!(switches(&seconds) <= 2, "{}", lines(&seconds));
    for second in &seconds[10..] {
        assert!(second.allocation.main >= Some(1), "{}", lines(&seconds));
        assert!(second.queue < 300, "{}", lines(&seconds));
    }
}
