//! A province's briefing under the centre's.

use crate::world::plan::{self, account, point};
use crate::world::{Person, World, uuid};
use giaoban_signaling::hierarchy::HierarchyMessage;
use giaoban_signaling::ids::{BriefingId, UnitCode};
use giaoban_signaling::meeting::Input;
use giaoban_signaling::setup::{ChildRef, Official};
use giaoban_signaling::wire::{Command, InviteState, Phase, RefusalCode, Role};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use std::collections::BTreeSet;

const CHILD: u128 = 2;

/// Parent and child; what they tell each other arrives at once.
struct Tree {
    parent: World,
    child: World,
}

impl Tree {
    fn new() -> Self {
        let (mut above, people) = plan::setup(3);
        let child = BriefingId(uuid(1, CHILD));
        above.children = vec![ChildRef {
            briefing: child,
            title: "Giao ban tỉnh".to_owned(),
            unit: UnitCode("15".to_owned()),
        }];
        let (mut below, mut staff) = plan::setup(3);
        below.id = child;
        below.parent = Some(above.id);
        for line in &mut below.points {
            line.point = point(100 + u128::from(line.point.0.as_u64_pair().1));
        }
        below.chair = Official {
            account: account(190_000),
            point: point(100),
            person: "Lù A Páo".to_owned(),
            title: "Chủ tịch tỉnh".to_owned(),
        };
        below.secretaries = BTreeSet::from([account(190_001)]);
        for (name, person) in &mut staff {
            let number = person.account.0.as_u64_pair().1 + 100_000;
            *person = Person {
                account: account(u128::from(number)),
                point: point(100 + u128::from(person.point.0.as_u64_pair().1)),
                role: match name.as_str() {
                    "chair" => Role::Chair,
                    "secretary" => Role::Secretary,
                    _ => Role::Delegate,
                },
                ..person.clone()
            };
        }
        let mut tree = Self {
            parent: World::new(above, people),
            child: World::new(below, staff),
        };
        for world in [&mut tree.parent, &mut tree.child] {
            world.join("chair");
            world.join("secretary");
            world.done("secretary", Command::Open);
            world.join("p1");
            world.join("p2");
        }
        tree.exchange();
        tree
    }

    fn exchange(&mut self) {
        for _ in 0..100 {
            let up = std::mem::take(&mut self.child.told);
            let down = std::mem::take(&mut self.parent.told);
            if up.is_empty() && down.is_empty() {
                return;
            }
            for (to, message) in up {
                assert_eq!(to, self.parent.setup.id);
                let from = self.child.setup.id;
                self.parent.input(Input::Hierarchy { from, message });
            }
            for (to, message) in down {
                assert_eq!(to, self.child.setup.id);
                let from = self.parent.setup.id;
                self.child.input(Input::Hierarchy { from, message });
            }
        }
        panic!("the two never stop talking");
    }

    fn start(&mut self) {
        self.parent.done("chair", Command::Start);
        self.child.done("chair", Command::Start);
        self.exchange();
    }

    fn pass(&mut self, seconds: u32) {
        for _ in 0..seconds {
            self.parent.pass(1.0);
            self.child.pass(1.0);
            self.exchange();
        }
    }

    fn check(&mut self) {
        self.pass(2);
        for world in [&self.parent, &self.child] {
            world.check_views();
            world.check_replay();
            world.verify_ledger();
        }
    }
}

#[test]
fn an_attached_childs_points_hear_and_see_the_parent() {
    let mut tree = Tree::new();
    tree.start();
    tree.parent.done("chair", Command::ChairMic { on: true });
    let speaker = tree.parent.point("p1");
    tree.parent
        .done("chair", Command::InvitePoint { point: speaker });
    tree.exchange();
    assert_eq!(tree.child.plan.floor, tree.parent.plan.floor);
    assert_eq!(tree.child.plan.main, Some(tree.parent.seat("p1")));
    assert_eq!(
        tree.child.view("p2").floor.holders[0].label.seat,
        tree.parent.seat("p1")
    );
    assert!(tree.child.view("p2").floor.chair_mic);
    let grant = Command::Grant {
        seat: tree.child.seat("p2"),
        limit_seconds: None,
        beside: false,
    };
    tree.child.refused("chair", grant, RefusalCode::Attached);
    tree.check();
}

#[test]
fn a_childs_point_is_given_the_parents_floor() {
    let mut tree = Tree::new();
    tree.start();
    tree.child.done("p2", Command::RaiseHand);
    let seat = tree.child.seat("p2");
    tree.child.done("chair", Command::PutForward { seat });
    tree.exchange();
    let entry = &tree.parent.view("chair").floor.queue[0];
    assert_eq!(entry.label.seat, seat);
    assert_eq!(entry.label.person, "Giàng A 2");

    tree.parent.done(
        "chair",
        Command::Grant {
            seat,
            limit_seconds: Some(120),
            beside: false,
        },
    );
    tree.exchange();
    for world in [&tree.parent, &tree.child] {
        assert!(world.plan.floor.contains(&seat));
        assert_eq!(world.plan.main, Some(seat));
    }
    let shown = tree.child.plan.viewers[&seat].main;
    assert_eq!(
        shown,
        Some(tree.parent.seat("chair")),
        "it sees the parent's chair"
    );
    assert!(
        tree.child.view("p2").floor.queue.is_empty(),
        "its hand is down"
    );
    assert!(tree.parent.view("chair").floor.queue.is_empty());

    tree.pass(3);
    tree.child.done("p2", Command::OpenMic);
    tree.exchange();
    assert_eq!(
        tree.parent.view("p1").floor.holders[0].state,
        InviteState::Speaking
    );
    tree.child.done("p2", Command::EndFloor { seat: None });
    tree.exchange();
    assert!(tree.parent.plan.floor.is_empty());
    assert!(tree.child.plan.floor.is_empty());
    assert_eq!(tree.child.view("p2").me.muted_by_chair, None);
    tree.check();
}

#[test]
fn the_childs_chair_raises_a_hand_in_the_parent() {
    let mut tree = Tree::new();
    tree.child
        .refused("chair", Command::RaiseHand, RefusalCode::NotAllowed);
    tree.start();
    tree.child.done("chair", Command::RaiseHand);
    tree.exchange();
    assert_eq!(
        tree.parent.view("chair").floor.queue[0].label.person,
        "Trần Văn Nam"
    );
    tree.child.done("chair", Command::LowerHand { seat: None });
    tree.exchange();
    assert!(tree.parent.view("chair").floor.queue.is_empty());

    tree.child.done("chair", Command::RaiseHand);
    tree.exchange();
    let seat = tree.child.seat("chair");
    tree.parent
        .done("secretary", Command::LowerHand { seat: Some(seat) });
    tree.exchange();
    tree.pass(2);
    assert!(
        tree.parent.view("chair").floor.queue.is_empty(),
        "lowered is lowered"
    );
    tree.child.done("chair", Command::RaiseHand);
    tree.exchange();
    assert_eq!(
        tree.parent.view("chair").floor.queue.len(),
        1,
        "and may be raised again"
    );
    tree.check();
}

#[test]
fn counts_and_roll_calls_roll_up() {
    let mut tree = Tree::new();
    tree.start();
    tree.child.done("p1", Command::SetHeadcount { count: 8 });
    tree.child
        .done("secretary", Command::StartRollCall { seconds: 60 });
    tree.child.done("secretary", Command::CloseRollCall);
    tree.pass(3);
    let counts = tree.parent.view("secretary").counts;
    assert_eq!((counts.points, counts.present, counts.headcount), (8, 6, 8));
    assert!(tree.parent.view("secretary").children[0].attached);
    assert!(tree.parent.kinds().contains(&"child_roll_call".to_owned()));
    assert!(
        tree.parent.view("secretary").roll_call.is_none(),
        "each level calls its own"
    );
    tree.check();
}

#[test]
fn a_cut_leaves_a_local_briefing_that_rejoins_by_itself() {
    let mut tree = Tree::new();
    tree.start();
    let seat = tree.child.seat("p2");
    tree.child.done("chair", Command::PutForward { seat });
    tree.exchange();
    tree.parent.done(
        "chair",
        Command::Grant {
            seat,
            limit_seconds: None,
            beside: false,
        },
    );
    tree.exchange();

    let (above, below) = (tree.parent.setup.id, tree.child.setup.id);
    let cut = |tree: &mut Tree| {
        tree.parent.input(Input::Hierarchy {
            from: below,
            message: HierarchyMessage::Cut,
        });
        tree.child.input(Input::Hierarchy {
            from: above,
            message: HierarchyMessage::Cut,
        });
    };
    cut(&mut tree);
    tree.parent.told.clear();
    tree.child.told.clear();
    assert!(tree.parent.plan.floor.is_empty());
    assert_eq!(tree.child.plan.main, Some(tree.child.seat("chair")));
    tree.child.done(
        "chair",
        Command::InvitePoint {
            point: tree.child.point("p1"),
        },
    );
    assert!(tree.child.plan.floor.contains(&tree.child.seat("p1")));

    cut(&mut tree);
    tree.exchange();
    assert_eq!(tree.child.plan.main, Some(tree.parent.seat("chair")));
    tree.check();
}

#[test]
fn either_side_may_restart() {
    let mut tree = Tree::new();
    tree.start();
    let seat = tree.child.seat("p2");
    tree.child.done("chair", Command::PutForward { seat });
    tree.exchange();
    tree.parent.done(
        "chair",
        Command::Grant {
            seat,
            limit_seconds: None,
            beside: false,
        },
    );
    tree.exchange();
    tree.pass(2);
    tree.child.restart();
    tree.exchange();
    assert!(tree.child.plan.floor.contains(&seat), "it is told again");
    tree.child.resume("p2");
    tree.child.done("p2", Command::OpenMic);
    tree.exchange();
    tree.pass(2);
    tree.parent.restart();
    tree.exchange();
    assert!(tree.parent.plan.floor.contains(&seat));
    for world in [&mut tree.parent, &mut tree.child] {
        for name in ["chair", "secretary", "p1"] {
            world.resume(name);
        }
    }
    tree.child.done("p2", Command::EndFloor { seat: None });
    tree.exchange();
    assert!(tree.parent.plan.floor.is_empty());
    tree.check();
}

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
