//! Who is let in.

use crate::world::World;
use crate::world::plan;
use giaoban_signaling::wire::{Command, Goodbye, Phase, PresenceState, RefusalCode};

fn with_lobby() -> World {
    let (mut setup, people) = plan::setup(3);
    setup.lobby_on = true;
    let mut world = World::new(setup, people);
    world.join("chair");
    world.join("secretary");
    world.done("secretary", Command::Open);
    world
}

#[test]
fn whoever_waits_sees_the_plan_and_nothing_of_what_happens() {
    let mut world = with_lobby();
    world.done("chair", Command::ChairMic { on: true });
    world.join("p1");
    let view = world.view("p1");
    assert!(!view.me.admitted);
    assert_eq!(view.floor.chair, None);
    assert_eq!(view.stage.main, None);
    assert_eq!(view.agenda.items.len(), 2);
    world.refused("p1", Command::RaiseHand, RefusalCode::NotAdmitted);
    world.done("p1", Command::SetHeadcount { count: 4 });

    world.pass(1.0);
    assert_eq!(world.view("secretary").lobby.len(), 1);
    world.done(
        "secretary",
        Command::Admit {
            seat: world.seat("p1"),
        },
    );
    let view = world.view("p1");
    assert!(view.me.admitted);
    assert!(view.floor.chair_mic);
    assert_eq!(view.me.headcount, Some(4));
    world.pass(1.0);
    world.check_views();
}

#[test]
fn before_the_briefing_is_opened_everybody_waits_but_chair_and_secretary() {
    let mut world = plan::world(2);
    world.join("p1");
    assert!(!world.view("p1").me.admitted);
    world.join("secretary");
    world.refused(
        "secretary",
        Command::Admit {
            seat: world.seat("p1"),
        },
        RefusalCode::WrongPhase,
    );
    world.done("secretary", Command::Open);
    assert!(world.view("p1").me.admitted);
    assert_eq!(world.view("p1").phase, Phase::Open);
}

#[test]
fn who_is_refused_is_told_and_may_knock_again() {
    let mut world = with_lobby();
    world.join("p1");
    let seat = world.seat("p1");
    let refuse = |reason: &str| Command::Refuse {
        seat,
        reason: reason.to_owned(),
    };
    world.refused("secretary", refuse("  "), RefusalCode::ReasonRequired);
    world.done("secretary", refuse("nhầm phiên"));
    assert_eq!(world.clients["p1"].goodbye, Some(Goodbye::Refused));
    world.join("p1");
    world.pass(1.0);
    assert_eq!(world.view("secretary").lobby.len(), 1);
}

#[test]
fn turning_the_lobby_off_lets_everybody_in_but_the_removed() {
    let mut world = with_lobby();
    world.join("p1");
    world.join("p2");
    world.done("secretary", Command::AdmitAll);
    world.done(
        "chair",
        Command::Remove {
            seat: world.seat("p1"),
            reason: "gây ồn".to_owned(),
        },
    );
    assert_eq!(world.clients["p1"].goodbye, Some(Goodbye::Removed));
    world.join("p1");
    world.join("p3");
    world.done("secretary", Command::SetLobby { on: false });
    assert!(world.view("p3").me.admitted);
    assert!(!world.view("p1").me.admitted, "has to be let in by hand");
    world.done(
        "secretary",
        Command::Admit {
            seat: world.seat("p1"),
        },
    );
    assert!(world.view("p1").me.admitted);
}

#[test]
fn a_locked_briefing_takes_nobody_new_but_lets_its_people_return() {
    let mut world = with_lobby();
    world.join("p1");
    world.done("secretary", Command::AdmitAll);
    world.done("secretary", Command::Lock { on: true });
    world.join("p2");
    assert_eq!(world.clients["p2"].goodbye, Some(Goodbye::Refused));
    world.cut("p1");
    world.pass(200.0);
    world.join("p1");
    assert!(world.view("p1").me.admitted);
}

#[test]
fn leaving_the_lobby_leaves_no_trace_of_presence() {
    let mut world = with_lobby();
    world.join("p1");
    world.cut("p1");
    world.pass(1.0);
    assert!(world.view("secretary").lobby.is_empty());
    let row = world
        .view("secretary")
        .points
        .iter()
        .find(|row| row.point == world.point("p1"));
    assert_eq!(row.unwrap().presence, PresenceState::NotYet);
}
