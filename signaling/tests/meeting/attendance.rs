//! Attendance agrees with what happened, to the second.

use crate::world::plan::{self, session};
use giaoban_signaling::attendance::{Interval, report};
use giaoban_signaling::ledger::{MediaKind, RollState};
use giaoban_signaling::meeting::{Input, MediaReport};
use giaoban_signaling::wire::Command;

fn of(world: &crate::world::World, name: &str) -> giaoban_signaling::attendance::PointAttendance {
    let report = report(world.ledger.iter().map(|entry| &entry.fact), world.now).unwrap();
    let point = world.point(name);
    report
        .points
        .into_iter()
        .find(|known| known.point == point)
        .unwrap()
}

#[test]
fn a_cut_is_a_gap_and_not_a_second_person() {
    let mut world = session(2, 1);
    let began = world.now;
    world.join("p2");
    world.pass(100.0);
    world.cut("p2");
    let cut = world.now;
    world.pass(30.0);
    world.resume("p2");
    let back = world.now;
    world.pass(70.0);
    let seen = of(&world, "p2");
    assert_eq!(
        seen.present,
        [
            Interval {
                from: began,
                to: Some(cut)
            },
            Interval {
                from: back,
                to: None
            }
        ]
    );
    assert_eq!(
        (seen.present_seconds, seen.gaps, seen.people.len()),
        (170, 1, 1)
    );
    world.done("chair", Command::Close);
    let seen = of(&world, "p2");
    assert_eq!(seen.last_left, Some(world.now));
    world.pass(1000.0);
    assert_eq!(of(&world, "p2").present_seconds, 170);
}

#[test]
fn what_nobody_measured_is_not_counted() {
    let mut world = session(2, 2);
    world.pass(95.0);
    let last = world.ledger.last().unwrap().fact.at;
    assert!((world.now - last).num_seconds() <= 30, "the ledger beats");
    world.now += chrono::TimeDelta::seconds(300);
    world.restart();
    world.resume("p1");
    let back = world.now;
    let seen = of(&world, "p1");
    assert_eq!(seen.present[0].to, Some(last));
    assert_eq!(seen.present[1].from, back);
}

#[test]
fn waiting_in_the_lobby_and_waiting_for_the_start_are_not_the_session() {
    let mut world = plan::world(2);
    world.join("secretary");
    world.join("p1");
    world.pass(60.0);
    world.done("secretary", Command::Open);
    world.pass(60.0);
    world.done("secretary", Command::Start);
    world.pass(60.0);
    let seen = of(&world, "p1");
    assert_eq!(seen.present_seconds, 60);
    assert_eq!(
        seen.present[0].from,
        world.now - chrono::TimeDelta::seconds(120)
    );
}

#[test]
fn a_point_is_present_while_any_of_its_people_is() {
    let mut world = session(2, 1);
    world.pass(100.0);
    world.join("observer");
    world.pass(50.0);
    world.send("p1", Command::Leave);
    world.pass(50.0);
    let seen = of(&world, "p1");
    assert_eq!(seen.gaps, 0);
    assert_eq!(seen.people.len(), 2);
    assert_eq!(seen.present.len(), 1);
}

#[test]
fn media_headcount_speech_and_the_roll_stand_beside_presence() {
    let mut world = session(2, 2);
    let seat = world.seat("p1");
    let flow = |on| {
        Input::Media(MediaReport::Flowing {
            seat,
            media: MediaKind::Camera,
            on,
        })
    };
    world.input(flow(true));
    world.done("p1", Command::SetHeadcount { count: 9 });
    world.pass(40.0);
    world.input(flow(false));
    world.done("p1", Command::SetHeadcount { count: 12 });
    world.done(
        "chair",
        Command::InvitePoint {
            point: world.point("p1"),
        },
    );
    world.pass(5.0);
    world.done("p1", Command::OpenMic);
    world.pass(20.0);
    world.done("p1", Command::EndFloor { seat: None });
    world.pass(10.0);
    let seen = of(&world, "p1");
    assert_eq!(seen.media.camera_seconds, 40);
    assert_eq!(seen.headcount, Some(12));
    assert_eq!(seen.headcounts.len(), 2);
    assert_eq!(seen.spoken_seconds, 20);
    assert_eq!(seen.state, RollState::Online);
    assert_eq!(of(&world, "chair").state, RollState::OnSite);
}

#[test]
fn who_never_came_is_absent_once_the_session_began() {
    let mut world = plan::world(2);
    world.join("secretary");
    assert_eq!(of(&world, "p1").state, RollState::NotYetCalled);
    world.done("secretary", Command::Open);
    world.done("secretary", Command::Start);
    assert_eq!(of(&world, "p1").state, RollState::Absent);
}
