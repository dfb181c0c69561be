use super::*;

/// A packet of the picture `spatial`, `temporal` of a structure where higher resolutions lean on lower ones.
fn full(spatial: u8, temporal: u8) -> Frame {
    Frame {
        spatial,
        temporal,
        needed: Target::every()
            .filter(|target| spatial <= target.spatial && temporal <= target.temporal)
            .collect(),
        ends: true,
    }
}

/// The same where they do so in key frames only.
fn key_only(spatial: u8, temporal: u8, key: bool) -> Frame {
    let all = full(spatial, temporal);
    Frame {
        needed: Target::every()
            .filter(|target| all.needed.has(*target) && (key || target.spatial.min(2) == spatial))
            .collect(),
        ..all
    }
}

fn target(spatial: u8, temporal: u8) -> Target {
    Target { spatial, temporal }
}

/// Which of the three resolutions of one picture are taken.
fn picture(selector: &mut Selector, timestamp: u32, frames: [Frame; 3], key: bool) -> [bool; 3] {
    frames.map(|frame| selector.take(frame, timestamp, key && frame.spatial == 0, true))
}

#[test]
fn a_lower_resolution_is_taken_at_once_and_a_higher_one_at_a_key_frame() {
    let mut selector = Selector::default();
    let frames = [full(0, 0), full(1, 0), full(2, 0)];
    assert_eq!(picture(&mut selector, 0, frames, true), [true; 3]);
    selector.want(target(0, 3));
    assert_eq!(
        picture(&mut selector, 1, frames, false),
        [true, false, false]
    );
    assert!(!selector.needs_keyframe());
    selector.want(target(1, 3));
    assert_eq!(
        picture(&mut selector, 2, frames, false),
        [true, false, false]
    );
    assert!(selector.needs_keyframe());
    assert_eq!(picture(&mut selector, 3, frames, true), [true, true, false]);
    assert!(!selector.needs_keyframe());
}

#[test]
fn where_resolutions_stand_alone_both_ways_wait_for_a_key_frame() {
    let mut selector = Selector::default();
    let frames = |key| [0, 1, 2].map(|spatial| key_only(spatial, 0, key));
    assert_eq!(picture(&mut selector, 0, frames(true), true), [true; 3]);
    assert_eq!(
        picture(&mut selector, 1, frames(false), false),
        [false, false, true]
    );
    selector.want(target(0, 3));
    assert_eq!(
        picture(&mut selector, 2, frames(false), false),
        [false, false, true]
    );
    assert!(selector.needs_keyframe());
    assert_eq!(
        picture(&mut selector, 3, frames(true), true),
        [true, false, false]
    );
    assert_eq!(
        picture(&mut selector, 4, frames(false), false),
        [true, false, false]
    );
}

#[test]
fn the_frame_rate_falls_at_once_and_rises_with_the_next_base_picture() {
    let mut selector = Selector::default();
    let take = |selector: &mut Selector, timestamp, temporal, key| {
        selector.take(full(0, temporal), timestamp, key, true)
    };
    assert!(take(&mut selector, 0, 0, true));
    assert!(take(&mut selector, 1, 2, false));
    selector.want(target(3, 0));
    assert!(!take(&mut selector, 2, 1, false));
    selector.want(Target::ALL);
    assert!(
        !take(&mut selector, 3, 2, false),
        "it leans on what was left out"
    );
    assert!(take(&mut selector, 4, 0, false));
    assert!(take(&mut selector, 5, 2, false));
}

#[test]
fn late_packets_start_no_picture() {
    let mut selector = Selector::default();
    assert!(selector.take(full(0, 0), 100, true, true));
    selector.want(target(0, 0));
    assert!(
        selector.take(full(1, 0), 100, false, true),
        "in mid-picture"
    );
    assert!(selector.take(full(1, 0), 99, false, false));
    assert!(selector.take(full(0, 0), 101, false, true));
    assert!(!selector.take(full(1, 0), 101, false, true));
}

#[test]
fn a_stream_without_layers_asks_for_nothing_because_of_the_one_before() {
    let mut selector = Selector::default();
    selector.want(target(0, 3));
    let frames = [full(0, 0), full(1, 0), full(2, 0)];
    assert_eq!(
        picture(&mut selector, 0, frames, true),
        [true, false, false]
    );
    selector.want(Target::ALL);
    assert!(selector.needs_keyframe());
    selector.restart();
    assert!(!selector.needs_keyframe());
}
