//! A province's briefing under the centre's.

mod random;

use crate::world::plan::{self, account, point};
use crate::world::{Person, World, uuid};
use giaoban_signaling::hierarchy::HierarchyMessage;
use giaoban_signaling::ids::{BriefingId, UnitCode};
use giaoban_signaling::meeting::Input;
use giaoban_signaling::setup::{ChildRef, Official};
use giaoban_signaling::wire::{Command, InviteState, RefusalCode, Role};
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
