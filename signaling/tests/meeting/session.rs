//! Connections come and go; seats stay.

use crate::world::plan::{self, session};
use crate::world::uuid;
use giaoban_signaling::ids::CommandId;
use giaoban_signaling::meeting::Input;
use giaoban_signaling::wire::{Command, Goodbye, Outcome, Phase, RefusalCode};

#[test]
fn a_second_window_replaces_the_first_without_a_gap() {
    let mut world = session(1, 1);
    let first = world.clients["p1"].connection.unwrap();
    let facts = world.ledger.len();
    world.join("p1");
    assert_eq!(world.ledger.len(), facts, "nothing happened to the seat");
    let second = world.clients["p1"].connection.unwrap();
    assert_ne!(first, second);
    world.input(Input::Disconnect { connection: first });
    assert_eq!(world.ledger.len(), facts);
    world.done("p1", Command::RaiseHand);
}

#[test]
fn a_page_reloaded_in_the_lobby_stays_there() {
    let mut world = plan::world(1);
    world.join("p1");
    world.commit_at_once = false;
    world.cut("p1");
    let left = std::mem::take(&mut world.waiting);
    assert!(!left.is_empty(), "who waits and goes has left");
    world.join("p1");
    let came = std::mem::replace(&mut world.waiting, left);
    assert!(!came.is_empty());
    world.commit();
    world.waiting.extend(came);
    world.commit();
    assert_eq!(world.clients["p1"].goodbye, None);
    assert!(world.clients["p1"].connection.is_some());
    assert!(world.clients["p1"].view.is_some());
}

#[test]
fn who_returns_is_told_only_what_changed() {
    let mut world = session(3, 3);
    world.done("p1", Command::RaiseHand);
    world.cut("p1");
    world.pass(10.0);
    world.done(
        "chair",
        Command::InvitePoint {
            point: world.point("p2"),
        },
    );
    world.done(
        "p2",
        Command::Say {
            to: giaoban_signaling::wire::Audience::All,
            text: "Nghe rõ".to_owned(),
        },
    );
    world.resume("p1");
    assert!(world.clients["p1"].resumed);
    world.check_views_of(|view| !view.me.board);
    assert_eq!(world.view("p1").chat.len(), 1);
    assert_eq!(world.view("p1").floor.queue.len(), 1);
}

#[test]
fn a_command_sent_twice_is_carried_out_once_also_over_a_restart() {
    let mut world = session(2, 2);
    let id = CommandId(uuid(7, 1));
    let say = Command::Say {
        to: giaoban_signaling::wire::Audience::All,
        text: "Đã rõ".to_owned(),
    };
    assert_eq!(world.send_as("p1", id, say.clone()), Some(Outcome::Done));
    world.cut("p1");
    world.restart();
    world.resume("p1");
    assert_eq!(world.send_as("p1", id, say), Some(Outcome::Done));
    assert_eq!(world.view("p1").chat.len(), 1);

    let id = CommandId(uuid(7, 2));
    let refused = Some(Outcome::Refused {
        code: RefusalCode::NoFloor,
    });
    assert_eq!(world.send_as("p1", id, Command::OpenMic), refused);
    world.resume("chair");
    world.done(
        "chair",
        Command::InvitePoint {
            point: world.point("p1"),
        },
    );
    assert_eq!(
        world.send_as("p1", id, Command::OpenMic),
        refused,
        "the same answer"
    );
}

#[test]
fn after_a_restart_everybody_finds_seat_floor_and_place_in_the_queue() {
    let mut world = session(3, 3);
    world.done("p1", Command::RaiseHand);
    world.done(
        "chair",
        Command::InvitePoint {
            point: world.point("p2"),
        },
    );
    world.done("p2", Command::OpenMic);
    let before = world.plan.clone();
    world.pass(20.0);
    world.restart();
    for name in ["chair", "secretary", "p1", "p2", "p3"] {
        world.resume(name);
        assert!(world.clients[name].resumed, "{name} needs no new page");
    }
    world.pass(1.0);
    world.check_views();
    assert_eq!(world.plan.floor, before.floor);
    assert_eq!(world.plan.main, before.main);
    assert_eq!(world.view("p1").floor.queue.len(), 1);
    assert_eq!(world.meeting.phase(), Phase::InSession);
}

#[test]
fn who_does_not_return_after_a_restart_is_gone_after_the_grace_period() {
    let mut world = session(2, 2);
    world.restart();
    world.resume("chair");
    world.pass(61.0);
    assert_eq!(
        world.kinds().iter().filter(|kind| *kind == "left").count(),
        3
    );
    world.restart();
    assert_eq!(
        world
            .kinds()
            .iter()
            .filter(|kind| *kind == "restarted")
            .count(),
        2
    );
}

#[test]
fn nobody_loses_a_seat_because_the_store_fails() {
    let mut world = session(2, 2);
    world.store_works = false;
    world.refused("p1", Command::RaiseHand, RefusalCode::StoreUnavailable);
    world.join("p1");
    assert_eq!(
        world.clients["p1"].goodbye, None,
        "a second window writes nothing"
    );
    world.cut("p2");
    world.resume("p2");
    world.pass(10.0);
    world.store_works = true;
    world.pass(2.0);
    world.done("p1", Command::RaiseHand);
    world.pass(1.0);
    world.check_views();
    world.check_replay();
}

#[test]
fn what_may_have_been_written_is_answered_when_it_is_known_and_the_rest_is_refused_at_once() {
    for kept in [true, false] {
        let mut world = session(2, 2);
        world.commit_at_once = false;
        let [first, second] = [1, 2].map(|n| CommandId(uuid(7, n)));
        assert_eq!(world.send_as("p1", first, Command::RaiseHand), None);
        let in_doubt = std::mem::take(&mut world.waiting);
        let seq = in_doubt.last().unwrap().fact.seq;
        assert_eq!(world.send_as("p2", second, Command::RaiseHand), None);
        world.waiting.clear();
        world.input(Input::AppendFailed { seq });
        let unavailable = Outcome::Refused {
            code: RefusalCode::StoreUnavailable,
        };
        assert_eq!(world.clients["p2"].replies[&second], unavailable);
        assert!(!world.clients["p1"].replies.contains_key(&first));
        let (input, answer, hands) = if kept {
            world.ledger.extend(in_doubt);
            (Input::Appended { seq }, Outcome::Done, 1)
        } else {
            (Input::AppendFailed { seq: seq - 1 }, unavailable, 0)
        };
        world.input(input);
        assert_eq!(world.clients["p1"].replies[&first], answer);
        world.commit_at_once = true;
        world.pass(2.0);
        assert_eq!(world.view("chair").floor.queue.len(), hands);
        world.done("p2", Command::RaiseHand);
        world.pass(1.0);
        world.check_views();
        world.check_replay();
    }
}

#[test]
fn who_joins_while_the_store_fails_is_asked_to_come_back() {
    let mut world = session(2, 1);
    world.store_works = false;
    world.join("p2");
    assert_eq!(world.clients["p2"].goodbye, Some(Goodbye::Restarting));
    world.store_works = true;
    world.join("p2");
    assert!(world.view("p2").me.admitted);
}

#[test]
fn nothing_is_shown_before_it_is_durable() {
    let mut world = session(2, 2);
    world.commit_at_once = false;
    assert_eq!(world.send("p1", Command::RaiseHand), None);
    assert_eq!(
        world.send(
            "chair",
            Command::InvitePoint {
                point: world.point("p1")
            }
        ),
        None
    );
    assert!(world.plan.floor.is_empty());
    assert!(world.view("p2").floor.holders.is_empty());
    world.commit_at_once = true;
    world.commit();
    assert!(world.plan.floor.contains(&world.seat("p1")));
    assert_eq!(world.view("p2").floor.holders.len(), 1);
}

#[test]
fn when_the_briefing_is_closed_everybody_is_told_and_sent_home() {
    let mut world = session(2, 2);
    world.done("p1", Command::RaiseHand);
    world.send("chair", Command::Close);
    assert_eq!(world.view("p2").phase, Phase::Closed);
    assert_eq!(world.clients["p2"].goodbye, Some(Goodbye::Ended));
    assert!(world.plan.floor.is_empty());
    world.join("p1");
    assert_eq!(world.clients["p1"].goodbye, Some(Goodbye::Ended));
    assert!(world.meeting.idle());
    let facts = world.ledger.len();
    world.restart();
    assert_eq!(world.ledger.len(), facts, "a closed record stays closed");
}

#[test]
fn leaving_is_for_good_and_told_to_the_board() {
    let mut world = session(2, 2);
    world.send("p1", Command::Leave);
    assert_eq!(world.clients["p1"].goodbye, Some(Goodbye::Left));
    world.pass(1.0);
    let point = world.point("p1");
    let row = world
        .view("chair")
        .points
        .iter()
        .find(|row| row.point == point)
        .unwrap();
    assert_eq!(row.presence, giaoban_signaling::wire::PresenceState::Left);
}

#[test]
fn a_token_for_another_seat_is_no_good() {
    let mut world = plan::world(2);
    let mut claims = world.claims("p1");
    claims.seat = world.seat("p2");
    let outputs = world.meeting.handle(
        world.now,
        Input::Connect(giaoban_signaling::meeting::Connect {
            connection: giaoban_signaling::ids::ConnectionId(99),
            channel: giaoban_signaling::meeting::Channel::Client,
            claims,
            resume_seq: None,
            resume_token: String::new(),
        }),
    );
    assert!(matches!(
        outputs[..],
        [giaoban_signaling::meeting::Output::Close {
            reason: Goodbye::BadToken,
            ..
        }]
    ));
}
