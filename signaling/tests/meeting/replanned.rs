//! The plan is edited while people are there.

use crate::world::plan::{session, world};
use giaoban_signaling::meeting::Input;
use giaoban_signaling::wire::{Command, Goodbye, RefusalCode};

#[test]
fn an_edited_plan_is_shown_to_everybody_and_recorded() {
    let mut world = session(3, 2);
    let mut setup = world.setup.clone();
    setup.title = "Giao ban đột xuất".to_owned();
    setup.agenda.pop();
    world.setup = setup.clone();
    world.input(Input::Replanned(Box::new(setup.clone())));
    assert_eq!(world.view("p1").briefing.title, "Giao ban đột xuất");
    assert_eq!(world.view("p1").agenda.items.len(), 1);
    world.check_views();
    let facts = world.ledger.len();
    world.input(Input::Replanned(Box::new(setup)));
    assert_eq!(world.ledger.len(), facts, "the same plan is no news");
    world.check_replay();
}

#[test]
fn a_point_that_is_no_longer_invited_goes_home_and_off_the_board() {
    let mut world = session(3, 2);
    world.done(
        "chair",
        Command::InvitePoint {
            point: world.point("p2"),
        },
    );
    let mut setup = world.setup.clone();
    let gone = world.point("p2");
    setup.points.retain(|line| line.point != gone);
    world.setup = setup.clone();
    world.input(Input::Replanned(Box::new(setup)));
    assert_eq!(world.clients["p2"].goodbye, Some(Goodbye::Removed));
    assert!(world.plan.floor.is_empty());
    world.pass(1.0);
    world.check_views();
    assert!(
        world
            .view("chair")
            .points
            .iter()
            .all(|row| row.point != gone)
    );
    world.join("p2");
    assert_eq!(world.clients["p2"].goodbye, Some(Goodbye::Refused));
}

#[test]
fn roles_follow_the_plan_and_not_the_token() {
    let mut world = session(2, 2);
    let mut setup = world.setup.clone();
    setup.secretaries = [world.people["p1"].account].into();
    world.setup = setup.clone();
    world.input(Input::Replanned(Box::new(setup)));
    assert!(world.view("p1").me.board);
    assert!(!world.view("secretary").me.board);
    world.refused("secretary", Command::AdmitAll, RefusalCode::NotAllowed);
    world.done("p1", Command::SetLobby { on: true });
    world.pass(1.0);
    world.check_views();
}

#[test]
fn what_was_edited_while_the_server_was_away_is_taken_up_at_its_return() {
    let mut world = world(2);
    world.setup.title = "Giao ban tháng".to_owned();
    world.restart();
    world.join("chair");
    assert_eq!(world.view("chair").briefing.title, "Giao ban tháng");
    assert!(world.kinds().contains(&"replanned".to_owned()));
}
