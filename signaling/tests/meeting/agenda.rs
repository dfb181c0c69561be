//! The agenda's countdown.

use crate::world::plan::{self, session};
use chrono::TimeDelta;
use giaoban_signaling::wire::{Command, RefusalCode};

#[test]
fn the_session_begins_with_the_first_item_and_goes_on_by_hand() {
    let mut world = session(1, 1);
    let agenda = world.view("p1").agenda.clone();
    assert_eq!(agenda.current, Some(0));
    let since = agenda.current_since.unwrap();
    assert_eq!(agenda.current_until, Some(since + TimeDelta::minutes(10)));
    world.done("chair", Command::ExtendItem { seconds: 120 });
    assert_eq!(
        world.view("p1").agenda.current_until,
        Some(since + TimeDelta::minutes(12))
    );
    world.pass(1000.0);
    assert_eq!(
        world.view("p1").agenda.current,
        Some(0),
        "time alone moves nothing"
    );
    world.done("secretary", Command::NextItem);
    assert_eq!(world.view("p1").agenda.current, Some(1));
    world.refused("chair", Command::NextItem, RefusalCode::OutOfRange);
    world.done(
        "chair",
        Command::GoToItem {
            item: plan::item_ids()[0],
        },
    );
    assert_eq!(world.view("p1").agenda.current_since, Some(world.now));
}
