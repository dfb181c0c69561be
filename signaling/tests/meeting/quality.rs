//! Figures of links on the board: true, coarse, seldom, and for nobody else.

use crate::world::{World, plan};
use giaoban_signaling::ids::SeatId;
use giaoban_signaling::meeting::{Input, Measured, MediaReport};
use giaoban_signaling::wire::{
    Change, Command, LinkQuality, LinkState, MainPicture, SeatQuality, ServerMessage,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

const GOOD: Measured = Measured {
    loss_down: 0.0,
    loss_up: 0.0,
    jitter_ms: 4.0,
    rtt_ms: Some(30.0),
    main: MainPicture::High,
    freezes: 0,
    frozen_ms: 0,
    sent_kbps: 1_200.0,
    received_kbps: 300.0,
    estimate_kbps: 2_400.0,
};

fn session(points: u128) -> World {
    let mut world = plan::world(points);
    world.join("chair");
    world.join("secretary");
    world.done("secretary", Command::Open);
    world.done("chair", Command::Start);
    for number in 1..=points {
        world.join(&format!("p{number}"));
    }
    world.pass(2.0);
    world
}

fn report(world: &mut World, seat: SeatId, state: LinkState, measured: Measured) {
    let quality = LinkQuality {
        state,
        rtt_ms: None,
        loss_down: measured.loss_down,
        loss_up: measured.loss_up,
        estimate_kbps: None,
        video_paused: false,
    };
    world.input(Input::Media(MediaReport::Quality {
        seat,
        quality,
        measured,
    }));
}

/// Whom figures were sent to since the last call, and of which seats.
fn told(world: &mut World) -> Vec<(String, Vec<SeatId>)> {
    let wire = world.wire.replace(Vec::new()).unwrap_or_default();
    wire.iter()
        .filter_map(|line| {
            let (name, json) = line.split_once(' ')?;
            match serde_json::from_str(json).unwrap() {
                ServerMessage::Update { changes, .. } => changes.into_iter().find_map(|change| {
                    let Change::Quality(seats) = change else {
                        return None;
                    };
                    let seats = seats.into_iter().map(|one| one.seat).collect();
                    Some((name.to_owned(), seats))
                }),
                _ => None,
            }
        })
        .collect()
}

fn shown(world: &World, seat: SeatId) -> SeatQuality {
    let all = &world.view("secretary").quality;
    all.iter().find(|one| one.seat == seat).unwrap().clone()
}

#[test]
fn the_board_is_told_of_a_bad_link_and_nobody_else_is() {
    let mut world = session(3);
    world.wire = Some(Vec::new());
    let seat = world.seat("p1");
    for _ in 0..10 {
        report(&mut world, seat, LinkState::Good, GOOD);
        world.pass(1.0);
    }
    let first = told(&mut world);
    assert_eq!(first.len(), 2, "chair and secretary, once: {first:?}");
    assert_eq!(shown(&world, seat).main, MainPicture::High);

    let bad = Measured {
        loss_down: 0.12,
        main: MainPicture::Low,
        freezes: 1,
        frozen_ms: 600,
        ..GOOD
    };
    for _ in 0..20 {
        report(&mut world, seat, LinkState::Blurred, bad);
        world.pass(1.0);
    }
    let names: Vec<String> = told(&mut world).into_iter().map(|(name, _)| name).collect();
    assert!(!names.is_empty() && names.len() <= 10, "{names:?}");
    assert!(
        names
            .iter()
            .all(|name| name == "chair" || name == "secretary")
    );
    let figures = shown(&world, seat);
    assert!((11..=13).contains(&figures.loss_down), "{figures:?}");
    assert!(figures.freezes >= 15 && figures.frozen_seconds >= 9);
    assert_eq!(figures.main, MainPicture::Low);

    // A minute later nothing of it is left.
    for _ in 0..70 {
        report(&mut world, seat, LinkState::Good, GOOD);
        world.pass(1.0);
    }
    let figures = shown(&world, seat);
    assert_eq!((figures.loss_down, figures.freezes), (0, 0));
    world.check_views();
}

#[test]
fn a_secretary_who_comes_back_is_told_what_changed_meanwhile() {
    let mut world = session(2);
    let [one, other] = ["p1", "p2"].map(|name| world.seat(name));
    for seat in [one, other] {
        report(&mut world, seat, LinkState::Good, GOOD);
    }
    world.pass(3.0);
    world.cut("secretary");
    let worse = Measured {
        rtt_ms: Some(900.0),
        ..GOOD
    };
    for _ in 0..12 {
        report(&mut world, one, LinkState::Good, worse);
        world.pass(1.0);
    }
    world.resume("secretary");
    assert!(world.clients["secretary"].resumed);
    assert!(shown(&world, one).rtt_ms > Some(600));
    world.check_views();
}

#[test]
fn thousands_of_restless_links_cost_the_board_a_bounded_number_of_entries() {
    const POINTS: u128 = 2_000;
    const SECONDS: usize = 60;
    let mut world = session(POINTS);
    let seats: Vec<SeatId> = (1..=POINTS).map(|n| world.seat(&format!("p{n}"))).collect();
    for seat in &seats {
        report(&mut world, *seat, LinkState::Good, GOOD);
    }
    world.pass(2.0);
    world.wire = Some(Vec::new());
    let mut entries = 0;
    let mut of_each = BTreeMap::<SeatId, usize>::new();
    for second in 0..SECONDS {
        for (number, seat) in seats.iter().enumerate() {
            let high = (second / 7 + number).is_multiple_of(2);
            let measured = Measured {
                sent_kbps: if high { 4_000.0 } else { 300.0 },
                ..GOOD
            };
            report(&mut world, *seat, LinkState::Good, measured);
        }
        world.pass(1.0);
        for (name, seats) in told(&mut world) {
            if name == "secretary" {
                entries += seats.len();
                for seat in seats {
                    *of_each.entry(seat).or_default() += 1;
                }
            }
        }
    }
    assert!(entries <= SECONDS * 220, "{entries} entries in {SECONDS} s");
    assert_eq!(of_each.len(), seats.len(), "nobody is forgotten");
    world.check_views();
}

fn seconds() -> impl Strategy<Value = Vec<Measured>> {
    let second = (
        0.0_f32..0.29,
        0.0_f32..400.0,
        proptest::option::of(1.0_f32..2_000.0),
        0_u32..3,
        50.0_f32..8_000.0,
        0_usize..4,
    );
    let second = second.prop_map(|(loss, jitter, rtt, freezes, kbps, main)| Measured {
        loss_down: loss,
        loss_up: loss / 2.0,
        jitter_ms: jitter,
        rtt_ms: rtt,
        main: [
            MainPicture::Nothing,
            MainPicture::Paused,
            MainPicture::Low,
            MainPicture::High,
        ][main],
        freezes,
        frozen_ms: freezes * 300,
        sent_kbps: kbps,
        received_kbps: kbps / 3.0,
        estimate_kbps: kbps * 1.5,
    });
    proptest::collection::vec(second, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever a link does: no more than once in five seconds, and in the end what is true.
    #[test]
    fn figures_come_seldom_and_end_true(seconds in seconds(), last in seconds()) {
        let mut world = session(1);
        world.wire = Some(Vec::new());
        let seat = world.seat("p1");
        let last = Measured { freezes: 0, frozen_ms: 0, ..last[0] };
        let mut when = Vec::new();
        let mut take = |world: &mut World, measured: Measured| {
            report(world, seat, LinkState::Good, measured);
            world.pass(1.0);
            let now = world.now;
            when.extend(told(world).into_iter().filter(|(name, _)| name == "secretary").map(|_| now));
        };
        for measured in seconds {
            take(&mut world, measured);
        }
        for _ in 0..70 {
            take(&mut world, last);
        }
        for pair in when.windows(2) {
            // A batch waits for up to a second.
            prop_assert!((pair[1] - pair[0]).num_milliseconds() >= 4_000, "{pair:?}");
        }
        let figures = shown(&world, seat);
        #[expect(clippy::cast_precision_loss, reason = "small figures")]
        let near = |shown: u32, truth: f32, margin: f32| (shown as f32 - truth).abs() <= margin + truth * 0.2;
        prop_assert!(near(figures.loss_down, last.loss_down * 100.0, 1.0));
        prop_assert!(near(figures.jitter_ms, last.jitter_ms, 6.0));
        prop_assert!(near(figures.sent_kbps, last.sent_kbps, 11.0));
        prop_assert!(near(figures.estimate_kbps, last.estimate_kbps, 11.0));
        prop_assert_eq!((figures.freezes, figures.frozen_seconds), (0, 0));
        prop_assert_eq!(figures.main, last.main);
        world.check_views();
    }
}
