//! Who may be heard.

use crate::world::plan::session;
use giaoban_signaling::wire::{Command, InviteState, RefusalCode};

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
