//! A briefing of a centre with provinces and communes.

use super::{Person, World, time, uuid};
use giaoban_signaling::ids::{AccountId, AgendaItemId, BriefingId, PointId, UnitCode};
use giaoban_signaling::setup::{BriefingSetup, InvitedPoint, Official};
use giaoban_signaling::wire::{AgendaItem, Role};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const CENTRE: u128 = 0;

pub(crate) fn point(number: u128) -> PointId {
    PointId(uuid(2, number))
}

pub(crate) fn account(number: u128) -> AccountId {
    AccountId(uuid(3, number))
}

fn person(number: u128, at: u128, role: Role, name: &str, title: &str) -> Person {
    Person {
        account: account(number),
        point: point(at),
        role,
        name: name.to_owned(),
        title: title.to_owned(),
    }
}

fn invited(number: u128, code: &str, name: &str, group: &str) -> InvitedPoint {
    InvitedPoint {
        point: point(number),
        unit: UnitCode(code.to_owned()),
        name: name.to_owned(),
        within: String::new(),
        group: UnitCode(group.to_owned()),
        group_name: format!("Nhóm {group}"),
        phone: None,
        role: Role::Delegate,
    }
}

/// The centre, and `points` provinces named "p1", "p2" …; "chair" and "secretary" at the centre, one delegate at each
/// province, "observer" and "technician" at the first.
pub(crate) fn setup(points: u128) -> (BriefingSetup, BTreeMap<String, Person>) {
    let mut people = BTreeMap::from([
        (
            "chair".to_owned(),
            person(90_000, CENTRE, Role::Chair, "Trần Văn Nam", "Bộ trưởng"),
        ),
        (
            "secretary".to_owned(),
            person(90_001, CENTRE, Role::Secretary, "Lê Thu Hà", "Thư ký"),
        ),
        (
            "observer".to_owned(),
            person(90_002, 1, Role::Observer, "Đỗ Minh", "Chuyên viên"),
        ),
        (
            "technician".to_owned(),
            person(90_003, 1, Role::Technician, "Bùi Sơn", "Kỹ thuật"),
        ),
    ]);
    let mut lines = vec![invited(CENTRE, "TW", "Phòng họp Bộ", "TW")];
    for number in 1..=points {
        lines.push(invited(
            number,
            &format!("{number:02}"),
            &format!("Tỉnh {number}"),
            &format!("{number:02}"),
        ));
        people.insert(
            format!("p{number}"),
            person(
                number,
                number,
                Role::Delegate,
                &format!("Giàng A {number}"),
                "Chủ tịch",
            ),
        );
    }
    let setup = BriefingSetup {
        id: BriefingId(uuid(1, 1)),
        title: "Giao ban tuần".to_owned(),
        host: UnitCode("TW".to_owned()),
        host_name: "Bộ Nội vụ".to_owned(),
        starts_at: time(600),
        ends_at: time(7800),
        lobby_on: false,
        floor_limit_seconds: 180,
        grace_seconds: 60,
        late_after_seconds: 300,
        chair_speaks_from_start: false,
        chair: Official {
            account: account(90_000),
            point: point(CENTRE),
            person: "Trần Văn Nam".to_owned(),
            title: "Bộ trưởng".to_owned(),
        },
        deputy: None,
        secretaries: BTreeSet::from([account(90_001)]),
        points: lines,
        agenda: vec![item(1, "Phòng chống bão số 12"), item(2, "Giải ngân")],
        parent: None,
        children: Vec::new(),
    };
    (setup, people)
}

pub(crate) fn item_ids() -> [AgendaItemId; 2] {
    [AgendaItemId(uuid(4, 1)), AgendaItemId(uuid(4, 2))]
}

fn item(number: u128, title: &str) -> AgendaItem {
    AgendaItem {
        id: AgendaItemId(uuid(4, number)),
        title: title.to_owned(),
        minutes: 10,
        presenter: None,
    }
}

pub(crate) fn world(points: u128) -> World {
    let (setup, people) = setup(points);
    World::new(setup, people)
}

/// In session, with chair, secretary and the first `here` points present.
pub(crate) fn session(points: u128, here: u128) -> World {
    use giaoban_signaling::wire::Command;
    let mut world = world(points);
    world.join("chair");
    world.join("secretary");
    world.done("secretary", Command::Open);
    for number in 1..=here {
        world.join(&format!("p{number}"));
    }
    world.done("chair", Command::Start);
    world.pass(2.0);
    world
}
