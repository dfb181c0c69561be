//! Thousands of points: what a join costs the others.

use crate::world::plan;
use giaoban_signaling::wire::Command;

const POINTS: u128 = 3_355;

#[test]
fn a_storm_of_joins_is_silent_to_points_and_once_a_second_to_the_board() {
    let mut world = plan::world(POINTS);
    world.join("chair");
    world.join("secretary");
    world.done("secretary", Command::Open);
    world.done("chair", Command::Start);
    world.pass(2.0);
    let before = world.clients["secretary"].messages;
    for number in 1..=POINTS {
        world.join(&format!("p{number}"));
        if number % 500 == 0 {
            world.pass(1.0);
        }
    }
    world.pass(1.0);
    let told = world.clients["secretary"].messages - before;
    assert!(told <= 10, "the board got {told} messages");
    let most = (1..=POINTS)
        .map(|number| world.clients[&format!("p{number}")].messages)
        .max();
    assert!(most <= Some(2), "a point got {most:?} messages");
    world.check_views();

    // A hand concerns whoever is behind it in the queue, and nobody else.
    let before = world.clients["p7"].messages;
    world.done("p8", Command::RaiseHand);
    assert_eq!(world.clients["p7"].messages, before);
    world.done(
        "chair",
        Command::InvitePoint {
            point: world.point("p8"),
        },
    );
    assert_eq!(world.clients["p7"].messages, before + 1);
}
