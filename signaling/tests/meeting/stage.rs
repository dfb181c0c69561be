//! What everybody sees.

use crate::world::plan::session;
use giaoban_signaling::ledger::MediaKind;
use giaoban_signaling::meeting::{Input, MediaReport};
use giaoban_signaling::wire::{Command, RefusalCode, ShareState};

#[test]
fn the_main_picture_follows_the_floor_unless_the_chair_picks_it() {
    let mut world = session(3, 3);
    assert_eq!(world.plan.main, Some(world.seat("chair")), "nobody speaks");
    world.done(
        "chair",
        Command::SetMain {
            seat: Some(world.seat("p3")),
        },
    );
    world.done(
        "chair",
        Command::InvitePoint {
            point: world.point("p1"),
        },
    );
    assert_eq!(world.plan.main, Some(world.seat("p3")));
    assert!(world.view("p2").stage.pinned);
    world.done("chair", Command::SetMain { seat: None });
    assert_eq!(world.plan.main, Some(world.seat("p1")));
}

#[test]
fn a_picked_picture_is_given_up_when_its_seat_goes() {
    let mut world = session(2, 2);
    world.done(
        "chair",
        Command::SetMain {
            seat: Some(world.seat("p1")),
        },
    );
    world.cut("p1");
    assert_eq!(
        world.plan.main,
        Some(world.seat("p1")),
        "frozen, not replaced"
    );
    assert!(!world.view("p2").stage.main.as_ref().unwrap().connected);
    world.pass(61.0);
    assert_eq!(world.plan.main, Some(world.seat("chair")));
}

#[test]
fn a_delegates_share_waits_for_the_secretary() {
    let mut world = session(2, 2);
    world.done("p1", Command::RequestShare);
    assert_eq!(world.view("p1").me.share, ShareState::Waiting);
    assert!(world.view("p2").stage.share_requests.is_empty());
    assert_eq!(world.view("secretary").stage.share_requests.len(), 1);
    world.done(
        "secretary",
        Command::ApproveShare {
            seat: world.seat("p1"),
        },
    );
    assert_eq!(world.plan.content, Some(world.seat("p1")));
    assert_eq!(world.view("p1").me.share, ShareState::Granted);
    world.refused("p2", Command::StopShare, RefusalCode::NotAllowed);

    world.done("p2", Command::RequestShare);
    world.done(
        "secretary",
        Command::DenyShare {
            seat: world.seat("p2"),
        },
    );
    assert_eq!(world.view("p2").me.share, ShareState::Denied);

    world.done("chair", Command::RequestShare);
    assert_eq!(
        world.plan.content,
        Some(world.seat("chair")),
        "the chair asks nobody"
    );
    assert_eq!(world.view("p1").me.share, ShareState::None);
    world.done("secretary", Command::StopShare);
    assert_eq!(world.plan.content, None);
}

#[test]
fn the_strip_is_the_chair_recent_speakers_and_whoever_came_first_with_a_camera() {
    let mut world = session(4, 4);
    for name in ["p4", "p2"] {
        world.input(Input::Media(MediaReport::Flowing {
            seat: world.seat(name),
            media: MediaKind::Camera,
            on: true,
        }));
    }
    world.done(
        "chair",
        Command::InvitePoint {
            point: world.point("p3"),
        },
    );
    world.done("p3", Command::EndFloor { seat: None });
    let expected = ["chair", "p3", "p2", "p4"].map(|name| world.seat(name));
    assert_eq!(world.plan.strip, expected);
    world.cut("p2");
    assert_eq!(world.plan.strip.len(), 3);
    world.done(
        "secretary",
        Command::SetStrip {
            seats: vec![world.seat("p4")],
        },
    );
    assert_eq!(world.plan.strip, [world.seat("p4")]);
}
