use super::*;
use crate::codec::red::Voice;
use crate::codec::vp8::Vp8Descriptor;
use crate::packet::{Feed, SourceId};
use bytes::Bytes;
use proptest::prelude::*;
use std::time::Duration;

/// A packet of a VP8 source, one picture each.
fn video(
    source: u32,
    sequence: u64,
    timestamp: u32,
    picture: u16,
    tl0: u8,
    arrival: Instant,
) -> Packet {
    let [high, low] = (picture | 0x8000).to_be_bytes();
    let payload = Bytes::copy_from_slice(&[0x90, 0xe0, high, low, tl0, 0, 0]);
    Packet {
        feed: Feed {
            source: SourceId(source),
            layer: 0,
        },
        generation: 0,
        format: Format::Vp8(Vp8Descriptor::parse(&payload).unwrap()),
        sequence,
        timestamp,
        arrival,
        marker: true,
        starts_keyframe: true,
        audio_level: None,
        payload,
    }
}

fn audio(sequence: u64, timestamp: u32, arrival: Instant) -> Packet {
    Packet {
        format: Format::Opus(Voice::Plain(None)),
        ..video(9, sequence, timestamp, 0, 0, arrival)
    }
}

#[test]
fn two_sources_become_one_stream_without_a_seam() {
    let start = Instant::now();
    let at = |millis| start + Duration::from_millis(millis);
    let mut rewriter = Rewriter::new(Clock::VIDEO, start, [1000, 50_000]);
    rewriter.switch_to(&video(1, 70_000, 4_000_000_000, 32_767, 255, at(0)));
    let first = rewriter
        .rewrite(&video(1, 70_000, 4_000_000_000, 32_767, 255, at(0)))
        .unwrap();
    let second = rewriter
        .rewrite(&video(1, 70_001, 4_000_003_000, 0, 0, at(33)))
        .unwrap();
    assert_eq!(first.sequence, 1001);
    assert_eq!(second.sequence, 1002);
    assert_eq!(second.timestamp.wrapping_sub(first.timestamp), 3000);
    assert_eq!((first.picture_id, second.picture_id), (1, 2));
    assert_eq!((first.tl0_picture_index, second.tl0_picture_index), (1, 2));

    // Another source, its own numbers, 40 ms later.
    rewriter.switch_to(&video(2, 12, 77, 500, 9, at(73)));
    let third = rewriter.rewrite(&video(2, 12, 77, 500, 9, at(73))).unwrap();
    assert_eq!(third.sequence, 1003);
    assert_eq!(third.timestamp.wrapping_sub(second.timestamp), 3600);
    assert_eq!((third.picture_id, third.tl0_picture_index), (3, 3));
    assert_eq!(
        rewriter.rewrite(&video(2, 11, 70, 499, 8, at(74))),
        None,
        "older than the switch"
    );
}

#[test]
fn the_clock_runs_on_while_nothing_is_bound() {
    let start = Instant::now();
    let mut rewriter = Rewriter::new(Clock::AUDIO, start, [0, 0]);
    let resumed = start + Duration::from_millis(10_007);
    rewriter.switch_to(&audio(5, 123, resumed));
    let numbers = rewriter.rewrite(&audio(5, 123, resumed)).unwrap();
    assert_eq!(numbers.timestamp % 960, 0, "audio keeps its 20 ms grid");
    assert_eq!(numbers.timestamp, 500 * 960);
    assert_eq!(
        rewriter.timestamp_at(resumed + Duration::from_millis(20)),
        501 * 960
    );
}

#[test]
fn a_switch_at_once_still_moves_the_clock() {
    let start = Instant::now();
    let mut rewriter = Rewriter::new(Clock::VIDEO, start, [0, 10]);
    rewriter.switch_to(&video(1, 1, 1, 1, 1, start));
    assert_eq!(
        rewriter
            .rewrite(&video(1, 1, 1, 1, 1, start))
            .unwrap()
            .timestamp,
        100
    );
}

#[test]
fn an_outgoing_number_leads_back_to_the_source() {
    let start = Instant::now();
    let mut rewriter = Rewriter::new(Clock::VIDEO, start, [7, 0]);
    let offsets = rewriter.switch_to(&video(1, 90_000, 0, 0, 0, start));
    let numbers = rewriter.rewrite(&video(1, 90_003, 0, 3, 0, start)).unwrap();
    assert_eq!(offsets.source_sequence(numbers.sequence), Some(90_003));
    assert_eq!(offsets.source_sequence(7), None);
}

proptest! {
    /// Any chain of sources with any numbers: the sequence numbers have no hole, time and pictures only go forward.
    #[test]
    fn any_chain_of_sources_is_one_stream(
        sources in proptest::collection::vec((0_u64..200_000, any::<u32>(), 0_u16..0x8000, any::<u8>(), 1_u16..60, 0_u64..5_000), 1..12),
        random: [u32; 2],
    ) {
        let mut now = Instant::now();
        let mut rewriter = Rewriter::new(Clock::VIDEO, now, random);
        let mut last: Option<Numbers> = None;
        for (source, (sequence, timestamp, picture, tl0, count, pause)) in (0_u32..).zip(sources) {
            now += Duration::from_millis(pause);
            for index in 0..count {
                now += Duration::from_millis(33);
                let packet = video(
                    source,
                    sequence + u64::from(index),
                    timestamp.wrapping_add(u32::from(index) * 2970),
                    picture.wrapping_add(index) & 0x7fff,
                    tl0.wrapping_add(u8::try_from(index).unwrap()),
                    now,
                );
                if index == 0 {
                    rewriter.switch_to(&packet);
                }
                let numbers = rewriter.rewrite(&packet).unwrap();
                if let Some(last) = last {
                    prop_assert_eq!(numbers.sequence, last.sequence + 1);
                    prop_assert!(is_after(numbers.timestamp, last.timestamp));
                    prop_assert_eq!(numbers.picture_id, (last.picture_id + 1) & 0x7fff);
                    prop_assert_eq!(numbers.tl0_picture_index, last.tl0_picture_index.wrapping_add(1));
                }
                last = Some(numbers);
            }
        }
    }
}
