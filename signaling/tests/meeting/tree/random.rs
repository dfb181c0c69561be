//! Two briefings over a bus that loses, doubles and delays.

use super::Tree;
use crate::world::World;
use giaoban_signaling::hierarchy::HierarchyMessage;
use giaoban_signaling::meeting::Input;
use giaoban_signaling::wire::{Command, Phase};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// What two briefings and the bus between them may do to each other.
#[derive(Clone, Debug)]
enum Step {
    Above(Doing),
    Below(Doing),
    /// Carries messages in order, dropping, doubling or holding back as said.
    Carry(Vec<Fate>),
    Pass(u8),
    RestartAbove,
    RestartBelow,
}

#[derive(Clone, Debug)]
enum Doing {
    Raise(usize),
    Forward(usize),
    GrantFirst,
    GrantGuest(usize),
    OpenMic(usize),
    End(usize),
    LowerFirst,
    MuteAll,
    Undo,
    ChairMic(bool),
    Cut(usize),
    Resume(usize),
    Pause,
    GoOn,
}

#[derive(Clone, Copy, Debug)]
enum Fate {
    Deliver,
    Lose,
    Double,
    Later,
}

const STAFF: [&str; 4] = ["chair", "secretary", "p1", "p2"];

fn act(world: &mut World, other: &World, doing: &Doing) {
    let first = |world: &World| {
        let view = world.meeting.view(world.seat("chair"));
        view.and_then(|view| view.floor.queue.first().map(|entry| entry.label.seat))
    };
    let grant = |seat| Command::Grant {
        seat,
        limit_seconds: None,
        beside: false,
    };
    let (who, command) = match doing {
        Doing::Raise(who) => (*who, Command::RaiseHand),
        Doing::Forward(who) => {
            let seat = world.seat(STAFF[*who]);
            (0, Command::PutForward { seat })
        }
        Doing::GrantFirst => match first(world) {
            Some(seat) => (0, grant(seat)),
            None => return,
        },
        Doing::GrantGuest(who) => (0, grant(other.seat(STAFF[*who]))),
        Doing::OpenMic(who) => (*who, Command::OpenMic),
        Doing::End(who) => (*who, Command::EndFloor { seat: None }),
        Doing::LowerFirst => match first(world) {
            Some(seat) => (1, Command::LowerHand { seat: Some(seat) }),
            None => return,
        },
        Doing::MuteAll => (1, Command::MuteAll),
        Doing::Undo => (1, Command::UndoMuteAll),
        Doing::ChairMic(on) => (0, Command::ChairMic { on: *on }),
        Doing::Pause => (1, Command::Adjourn),
        Doing::GoOn => (1, Command::Start),
        Doing::Cut(who) => return world.cut(STAFF[*who]),
        Doing::Resume(who) => return world.resume(STAFF[*who]),
    };
    world.send(STAFF[who], command);
}

impl Tree {
    fn step(&mut self, step: &Step) {
        match step {
            Step::Above(doing) => act(&mut self.parent, &self.child, doing),
            Step::Below(doing) => act(&mut self.child, &self.parent, doing),
            Step::Carry(fates) => {
                for fate in fates {
                    self.carry(*fate);
                }
            }
            Step::Pass(seconds) => {
                self.parent.pass(f64::from(*seconds));
                self.child.pass(f64::from(*seconds));
            }
            Step::RestartAbove => self.parent.restart(),
            Step::RestartBelow => self.child.restart(),
        }
    }

    /// The oldest message of each direction.
    fn carry(&mut self, fate: Fate) {
        carry(&mut self.child, &mut self.parent, fate);
        carry(&mut self.parent, &mut self.child, fate);
    }

    /// The bus works again: both shells say so, and everything arrives.
    fn heal(&mut self) {
        self.parent.told.clear();
        self.child.told.clear();
        let (above, below) = (self.parent.setup.id, self.child.setup.id);
        for (from, world) in [(below, &mut self.parent), (above, &mut self.child)] {
            let message = HierarchyMessage::Cut;
            world.input(Input::Hierarchy { from, message });
        }
        self.exchange();
        self.pass(2);
    }
}

fn carry(source: &mut World, target: &mut World, fate: Fate) {
    if source.told.is_empty() {
        return;
    }
    let (to, message) = source.told.remove(0);
    let times = match fate {
        Fate::Deliver => 1,
        Fate::Lose => 0,
        Fate::Double => 2,
        Fate::Later => {
            source.told.push((to, message));
            return;
        }
    };
    for _ in 0..times {
        let from = source.setup.id;
        let message = message.clone();
        target.input(Input::Hierarchy { from, message });
    }
}

fn doings() -> impl Strategy<Value = Doing> {
    let who = 0..STAFF.len();
    prop_oneof![
        3 => who.clone().prop_map(Doing::Raise),
        4 => who.clone().prop_map(Doing::Forward),
        4 => Just(Doing::GrantFirst),
        2 => who.clone().prop_map(Doing::GrantGuest),
        4 => who.clone().prop_map(Doing::OpenMic),
        3 => who.clone().prop_map(Doing::End),
        1 => Just(Doing::LowerFirst),
        1 => Just(Doing::MuteAll),
        1 => Just(Doing::Undo),
        1 => any::<bool>().prop_map(Doing::ChairMic),
        1 => who.clone().prop_map(Doing::Cut),
        2 => who.prop_map(Doing::Resume),
        1 => Just(Doing::Pause),
        2 => Just(Doing::GoOn),
    ]
}

fn steps() -> impl Strategy<Value = Step> {
    let fate = prop_oneof![
        6 => Just(Fate::Deliver),
        1 => Just(Fate::Lose),
        1 => Just(Fate::Double),
        1 => Just(Fate::Later),
    ];
    prop_oneof![
        6 => doings().prop_map(Step::Above),
        8 => doings().prop_map(Step::Below),
        8 => proptest::collection::vec(fate, 1..5).prop_map(Step::Carry),
        1 => (1..4_u8).prop_map(Step::Pass),
        1 => Just(Step::RestartAbove),
        1 => Just(Step::RestartBelow),
    ]
}

#[test]
fn however_the_bus_behaves_the_two_agree_once_it_works_again() {
    let mut runner = TestRunner::new(Config {
        cases: 500,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..Config::default()
    });
    let scripts = proptest::collection::vec(steps(), 1..60);
    let result = runner.run(&scripts, |script| {
        let mut tree = Tree::new();
        tree.start();
        for step in &script {
            tree.step(step);
        }
        tree.heal();
        for world in [&tree.parent, &tree.child] {
            world.check_views();
            world.check_replay();
            world.verify_ledger();
        }
        let (parent, child) = (&tree.parent, &tree.child);
        let both = [parent, child]
            .iter()
            .all(|world| world.meeting.phase() == Phase::InSession);
        let view = parent.meeting.view(parent.seat("chair")).unwrap();
        prop_assert_eq!(view.children[0].attached, both);
        let guests = parent
            .plan
            .floor
            .iter()
            .filter(|seat| child.meeting.view(**seat).is_some());
        if both {
            prop_assert_eq!(&child.plan.floor, &parent.plan.floor);
            prop_assert_eq!(child.plan.main, parent.plan.main);
        } else {
            prop_assert_eq!(guests.count(), 0, "no guest without its briefing");
            let foreign = child
                .plan
                .floor
                .iter()
                .any(|seat| child.meeting.view(*seat).is_none());
            prop_assert!(!foreign, "no floor of a parent that is not there");
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
