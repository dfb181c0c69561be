//! Who may be heard.

use crate::world::World;
use crate::world::plan::{self, session};
use giaoban_signaling::meeting::Input;
use giaoban_signaling::wire::{Command, InviteState, Phase, RefusalCode};

fn grant(seat: giaoban_signaling::ids::SeatId) -> Command {
    Command::Grant {
        seat,
        limit_seconds: None,
        beside: false,
    }
}

#[test]
fn the_invited_point_is_heard_and_seen_from_the_grant_on() {
    let mut world = session(3, 3);
    world.done("p1", Command::RaiseHand);
    world.done("p2", Command::RaiseHand);
    assert_eq!(world.view("p2").floor.queue.len(), 2, "it is number 2");
    assert_eq!(world.view("p1").floor.queue.len(), 1);
    assert!(world.view("p3").floor.queue.is_empty());

    world.done("chair", grant(world.seat("p1")));
    assert_eq!(
        world.plan.floor.iter().collect::<Vec<_>>(),
        [&world.seat("p1")]
    );
    assert_eq!(world.plan.main, Some(world.seat("p1")));
    let holder = &world.view("p3").floor.holders[0];
    assert_eq!(holder.state, InviteState::Invited);
    assert_eq!(world.view("p2").floor.queue.len(), 1, "now it is number 1");

    world.pass(3.0);
    world.done("p1", Command::OpenMic);
    let holder = &world.view("p3").floor.holders[0];
    assert_eq!(holder.state, InviteState::Speaking);
    assert_eq!(holder.speaking_since, Some(world.now));
    world.check_views();
}

#[test]
fn inviting_the_next_ends_the_floor_of_the_one_before() {
    let mut world = session(3, 3);
    world.done("p2", Command::RaiseHand);
    world.done("chair", grant(world.seat("p1")));
    world.done("p1", Command::OpenMic);
    world.pass(40.0);
    world.done("chair", grant(world.seat("p2")));
    assert_eq!(
        world.plan.floor.iter().collect::<Vec<_>>(),
        [&world.seat("p2")]
    );
    let muted = world.view("p1").me.muted_by_chair.clone().unwrap();
    assert_eq!(muted.spoke_seconds, 40);
    world.done("p1", Command::RaiseHand);
    assert_eq!(world.view("p1").me.muted_by_chair, None);
    world.refused("p1", Command::OpenMic, RefusalCode::NoFloor);
    world.pass(2.0);
    world.check_views();
}

#[test]
fn mute_all_spares_the_chair_and_can_be_undone_for_five_seconds() {
    let mut world = session(3, 3);
    world.done("chair", Command::ChairMic { on: true });
    world.done("chair", grant(world.seat("p1")));
    world.done("p1", Command::OpenMic);
    world.done("secretary", Command::MuteAll);
    assert_eq!(
        world.plan.floor.iter().collect::<Vec<_>>(),
        [&world.seat("chair")]
    );
    assert_eq!(world.view("chair").floor.undo_count, 1);
    assert!(world.view("p1").me.muted_by_chair.is_some());

    world.pass(5.0);
    world.done("secretary", Command::UndoMuteAll);
    assert!(world.plan.floor.contains(&world.seat("p1")));
    assert_eq!(
        world.view("p1").floor.holders[0].state,
        InviteState::Speaking
    );
    assert_eq!(world.view("p1").me.muted_by_chair, None);

    world.done("secretary", Command::MuteAll);
    world.pass(6.0);
    world.refused(
        "secretary",
        Command::UndoMuteAll,
        RefusalCode::NothingToUndo,
    );
}

#[test]
fn the_floor_and_the_queue_outlive_a_cut_but_not_the_grace_period() {
    let mut world = session(3, 3);
    world.done("p1", Command::RaiseHand);
    world.done("chair", grant(world.seat("p2")));
    world.cut("p1");
    world.cut("p2");
    world.pass(59.0);
    assert_eq!(
        world.view("chair").floor.queue.len(),
        1,
        "the place is kept"
    );
    assert!(!world.view("chair").floor.holders[0].label.connected);
    assert!(world.plan.floor.contains(&world.seat("p2")));
    world.resume("p1");
    assert!(world.clients["p1"].resumed);
    world.pass(2.0);
    assert!(world.plan.floor.is_empty(), "p2 did not come back");
    assert_eq!(world.view("chair").floor.queue.len(), 1);
    assert_eq!(world.plan.main, Some(world.seat("chair")));
    assert!(world.dropped_media.contains(&world.seat("p2")));
    world.check_views();
}

#[test]
fn the_time_limit_is_shown_and_never_cuts_off() {
    let mut world = session(1, 1);
    world.done(
        "chair",
        Command::Grant {
            seat: world.seat("p1"),
            limit_seconds: Some(60),
            beside: false,
        },
    );
    world.done("p1", Command::OpenMic);
    world.pass(3600.0);
    assert_eq!(world.view("p1").floor.holders[0].limit_seconds, 60);
    assert!(world.plan.floor.contains(&world.seat("p1")));
}

#[test]
fn several_may_speak_when_the_chair_says_beside() {
    let mut world = session(2, 2);
    world.done("chair", grant(world.seat("p1")));
    world.done(
        "chair",
        Command::Grant {
            seat: world.seat("p2"),
            limit_seconds: None,
            beside: true,
        },
    );
    assert_eq!(world.plan.floor.len(), 2);
    assert_eq!(world.plan.main, Some(world.seat("p2")));
    world.done("p2", Command::EndFloor { seat: None });
    assert_eq!(world.plan.main, Some(world.seat("p1")));
}

#[test]
fn the_secretary_grants_only_when_the_chair_lets_it() {
    let mut world = session(2, 2);
    let seat = world.seat("p1");
    world.refused("secretary", grant(seat), RefusalCode::NotAllowed);
    world.done("chair", Command::DelegateFloor { to_secretary: true });
    assert!(world.view("secretary").me.may_grant);
    world.done("secretary", grant(seat));
    world.done(
        "chair",
        Command::DelegateFloor {
            to_secretary: false,
        },
    );
    world.refused(
        "secretary",
        Command::EndFloor { seat: Some(seat) },
        RefusalCode::NotAllowed,
    );
    world.refused("p2", grant(seat), RefusalCode::NotAllowed);
}

#[test]
fn observers_and_technicians_do_not_speak() {
    let mut world = session(1, 1);
    for name in ["observer", "technician"] {
        world.join(name);
        world.refused(name, Command::RaiseHand, RefusalCode::NotAllowed);
        world.refused("chair", grant(world.seat(name)), RefusalCode::NotAllowed);
    }
}

#[test]
fn a_reminder_is_counted_until_the_microphone_opens() {
    let mut world = session(1, 1);
    let seat = world.seat("p1");
    world.done("chair", grant(seat));
    world.done("chair", Command::Remind { seat });
    world.done("chair", Command::Remind { seat });
    assert_eq!(world.view("p1").floor.holders[0].reminded, 2);
    world.done("p1", Command::OpenMic);
    world.done("chair", Command::Remind { seat });
    assert_eq!(world.view("p1").floor.holders[0].reminded, 2);
}

#[test]
fn whoever_is_seen_large_sees_the_chair_and_the_chair_sees_who_spoke() {
    let mut world = session(2, 2);
    world.done("chair", grant(world.seat("p1")));
    let viewer = &world.plan.viewers[&world.seat("p1")];
    assert_eq!(viewer.main, Some(world.seat("chair")));
    world.done("p1", Command::EndFloor { seat: None });
    let viewer = &world.plan.viewers[&world.seat("chair")];
    assert_eq!(viewer.main, Some(world.seat("p1")));
}

#[test]
fn the_planned_chair_speaks_from_the_start_even_as_a_publisher_without_a_socket() {
    let (mut setup, people) = plan::setup(2);
    setup.chair_speaks_from_start = true;
    let mut world = World::new(setup, people);
    world.input(Input::Advance(Phase::Open));
    world.input(Input::Advance(Phase::InSession));
    assert!(world.plan.floor.contains(&world.seat("chair")));
    assert_eq!(world.plan.main, Some(world.seat("chair")));

    let publisher = world.device("chair");
    world.input(Input::Disconnect {
        connection: publisher,
    });
    world.pass(61.0);
    assert!(world.plan.floor.is_empty(), "it did not come back");
    world.device("chair");
    assert!(world.plan.floor.contains(&world.seat("chair")));
}

#[test]
fn a_device_that_cannot_press_a_button_speaks_from_the_grant_on() {
    let mut world = session(2, 1);
    world.device("p2");
    world.done(
        "chair",
        Command::InvitePoint {
            point: world.point("p2"),
        },
    );
    assert_eq!(
        world.view("chair").floor.holders[0].state,
        InviteState::Speaking
    );
}
