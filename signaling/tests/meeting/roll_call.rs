//! The roll, as the minutes will have it.

use crate::world::World;
use crate::world::plan::{self, session};
use giaoban_signaling::ledger::{Body, RollState};
use giaoban_signaling::wire::{Command, RefusalCode, Representative, RollMark};

fn result(world: &World, name: &str) -> RollState {
    let closed = world
        .ledger
        .iter()
        .rev()
        .find_map(|entry| match &entry.fact.body {
            Body::RollCallClosed { results, .. } => Some(results.clone()),
            _ => None,
        });
    let point = world.point(name);
    closed
        .unwrap()
        .into_iter()
        .find(|result| result.point == point)
        .unwrap()
        .state
}

#[test]
fn a_point_answers_with_one_press_and_the_secretary_writes_the_rest() {
    let mut world = session(5, 3);
    world.refused("p1", Command::AnswerRollCall, RefusalCode::NoRollCall);
    world.done("secretary", Command::StartRollCall { seconds: 120 });
    world.refused(
        "secretary",
        Command::StartRollCall { seconds: 120 },
        RefusalCode::RollCallRunning,
    );
    world.done("p1", Command::AnswerRollCall);
    assert!(world.view("p1").roll_call.as_ref().unwrap().mine.is_some());
    assert_eq!(world.view("p2").roll_call.as_ref().unwrap().mine, None);
    world.pass(1.0);
    let roll = world.view("secretary").roll_call.clone().unwrap();
    assert_eq!((roll.answered, roll.expected), (1, 6));

    world.done(
        "secretary",
        Command::Mark {
            point: world.point("p4"),
            mark: RollMark::Excused {
                reason: "đi chống bão".to_owned(),
            },
        },
    );
    world.done("secretary", Command::AskAgain { points: vec![] });
    world.done("p2", Command::AnswerRollCall);
    world.done("secretary", Command::CloseRollCall);
    assert_eq!(result(&world, "chair"), RollState::OnSite);
    assert_eq!(result(&world, "p1"), RollState::Online);
    assert_eq!(
        result(&world, "p3"),
        RollState::Online,
        "measured, though it did not press"
    );
    assert_eq!(
        result(&world, "p4"),
        RollState::Excused {
            reason: "đi chống bão".to_owned()
        }
    );
    assert_eq!(result(&world, "p5"), RollState::Absent);
    assert_eq!(world.view("p3").roll_call.as_ref().unwrap().answered, 2);
    world.pass(1.0);
    world.check_views();
}

#[test]
fn late_is_five_minutes_after_the_start() {
    let mut world = session(4, 1);
    world.pass(290.0);
    world.join("p2");
    world.pass(30.0);
    world.join("p3");
    world.done("secretary", Command::StartRollCall { seconds: 60 });
    world.done("secretary", Command::CloseRollCall);
    assert_eq!(result(&world, "p2"), RollState::Online);
    assert_eq!(result(&world, "p3"), RollState::Late { minutes: 5 });
}

#[test]
fn a_deputy_represents_its_point() {
    let mut world = session(2, 2);
    world.done(
        "p1",
        Command::SetRepresentative {
            representative: Representative {
                name: "Vàng Thị Mai".to_owned(),
                title: "Phó Chủ tịch".to_owned(),
                deputising: true,
            },
        },
    );
    world.done("secretary", Command::StartRollCall { seconds: 60 });
    world.done("secretary", Command::CloseRollCall);
    assert_eq!(
        result(&world, "p1"),
        RollState::Represented {
            by: "Vàng Thị Mai".to_owned()
        }
    );
}

#[test]
fn a_reason_is_required_for_an_excuse() {
    let mut world = session(1, 0);
    let excuse = Command::Mark {
        point: world.point("p1"),
        mark: RollMark::Excused {
            reason: String::new(),
        },
    };
    world.refused("secretary", excuse, RefusalCode::ReasonRequired);
}

#[test]
fn the_roll_rolls_up_by_unit() {
    let (mut setup, people) = plan::setup(4);
    for line in &mut setup.points[1..] {
        line.group = giaoban_signaling::ids::UnitCode("15".to_owned());
    }
    let mut world = World::new(setup, people);
    world.join("secretary");
    world.done("secretary", Command::Open);
    for name in ["p1", "p2"] {
        world.join(name);
        world.done(name, Command::SetHeadcount { count: 7 });
    }
    world.done("secretary", Command::Start);
    world.done("secretary", Command::StartRollCall { seconds: 60 });
    let rollup = world.meeting.rollup();
    assert_eq!(rollup.len(), 2);
    let (_, _, province) = &rollup[1];
    assert_eq!(
        (
            province.points,
            province.online,
            province.absent,
            province.headcount
        ),
        (4, 2, 2, 14)
    );
}

#[test]
fn closing_the_briefing_closes_its_running_roll() {
    let mut world = session(1, 1);
    world.done("secretary", Command::StartRollCall { seconds: 60 });
    world.done("chair", Command::Close);
    assert_eq!(result(&world, "p1"), RollState::Online);
}
