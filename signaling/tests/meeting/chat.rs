//! Who reads what.

use crate::world::World;
use crate::world::plan::session;
use giaoban_signaling::wire::{Audience, Command, RefusalCode};

fn say(to: Audience, text: &str) -> Command {
    Command::Say {
        to,
        text: text.to_owned(),
    }
}

fn read(world: &World, name: &str) -> Vec<String> {
    world
        .view(name)
        .chat
        .iter()
        .map(|message| message.text.clone())
        .collect()
}

#[test]
fn the_desk_hears_everything_and_points_what_concerns_them() {
    let mut world = session(3, 3);
    world.done("p1", say(Audience::All, "chào cả nhà"));
    world.done("p1", say(Audience::Secretary, "mất tiếng"));
    let point = world.point("p1");
    world.done("secretary", say(Audience::Point { point }, "thử lại"));
    world.done(
        "chair",
        Command::Notice {
            text: "nghỉ 10 phút".to_owned(),
        },
    );
    assert_eq!(
        read(&world, "p1"),
        ["chào cả nhà", "mất tiếng", "thử lại", "nghỉ 10 phút"]
    );
    assert_eq!(read(&world, "p2"), ["chào cả nhà", "nghỉ 10 phút"]);
    assert_eq!(read(&world, "secretary").len(), 4);
    assert!(world.view("p2").chat[1].notice);
    world.refused(
        "p2",
        say(Audience::Point { point }, "x"),
        RefusalCode::NotAllowed,
    );
    world.refused(
        "p2",
        Command::Notice {
            text: "x".to_owned(),
        },
        RefusalCode::NotAllowed,
    );
    world.refused("p2", say(Audience::All, "  "), RefusalCode::EmptyText);
    world.refused(
        "p2",
        say(Audience::All, &"x".repeat(4001)),
        RefusalCode::TextTooLong,
    );
}

#[test]
fn a_view_holds_the_last_two_hundred() {
    let mut world = session(2, 2);
    for number in 0..250 {
        world.done("p1", say(Audience::All, &number.to_string()));
    }
    assert_eq!(read(&world, "p2").len(), 200);
    assert_eq!(read(&world, "p2")[0], "50");
    world.join("p2");
    assert_eq!(read(&world, "p2")[0], "50");
}
