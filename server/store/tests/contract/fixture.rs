//! A small tree and some people.

use chrono::{DateTime, NaiveDate, Utc};
use giaoban_store::{
    Account, AccountId, Admission, BriefingId, BriefingPlan, Locale, Point, PointId, PointKind,
    Store, Tier, Unit, UnitCode, UnitRow,
};
use uuid::Uuid;

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A moment of 24 November 2026, such as `08:30`.
pub(crate) fn clock(time: &str) -> DateTime<Utc> {
    format!("2026-11-24T{time}:00Z").parse().unwrap()
}

/// Today in these tests.
pub(crate) fn today() -> NaiveDate {
    day("2026-11-24")
}

pub(crate) fn code(text: &str) -> UnitCode {
    UnitCode::from(text)
}

pub(crate) fn account_id(number: u128) -> AccountId {
    Uuid::from_u128(0xa000 + number).into()
}

pub(crate) fn point_id(number: u128) -> PointId {
    Uuid::from_u128(0xb000 + number).into()
}

pub(crate) fn briefing_id(number: u128) -> BriefingId {
    Uuid::from_u128(0xc000 + number).into()
}

pub(crate) fn unit(code: &str, name: &str, tier: Tier, parent: Option<&str>) -> Unit {
    Unit {
        code: UnitCode::from(code),
        name: name.to_owned(),
        tier,
        parent: parent.map(UnitCode::from),
        valid_from: day("2025-07-01"),
        valid_to: None,
        link_kbps: None,
    }
}

pub(crate) fn rows(units: impl IntoIterator<Item = Unit>) -> Vec<UnitRow> {
    units
        .into_iter()
        .zip(2..)
        .map(|(unit, line)| UnitRow { line, unit })
        .collect()
}

/// A centre, two provinces, three communes.
pub(crate) async fn tree(store: &Store) {
    let units = [
        unit("TW", "Trung ương", Tier::Central, None),
        unit("01", "Thành phố Hà Nội", Tier::Province, Some("TW")),
        unit("15", "Tỉnh Lào Cai", Tier::Province, Some("TW")),
        unit("00004", "Phường Ba Đình", Tier::Commune, Some("01")),
        unit("00025", "Phường Đống Đa", Tier::Commune, Some("01")),
        unit("02647", "Phường Sa Pa", Tier::Commune, Some("15")),
    ];
    store.units().import(rows(units), |_| ()).await.unwrap();
}

pub(crate) fn account(number: u128, username: &str, unit: &str) -> Account {
    Account {
        id: account_id(number),
        username: username.to_owned(),
        display_name: format!("Nguyễn Văn {username}"),
        title: "Phó Chủ tịch UBND tỉnh".to_owned(),
        unit: code(unit),
        point: None,
        locale: Locale::Vi,
        disabled: false,
        password_until: None,
    }
}

/// A chair (1) and a secretary (2) at the centre, a delegate (3) in Hà Nội.
pub(crate) async fn people(store: &Store) {
    for account in [
        account(1, "chutri", "TW"),
        account(2, "thuky", "TW"),
        account(3, "tinh1", "01"),
    ] {
        store
            .accounts()
            .create(&account, None, clock("07:00"))
            .await
            .unwrap();
    }
}

pub(crate) fn point(number: u128, unit: &str, name: &str) -> Point {
    Point {
        id: point_id(number),
        unit: code(unit),
        name: name.to_owned(),
        kind: PointKind::Room,
        link_kbps: 2_000,
        technician_name: "Trần Thị Bình".to_owned(),
        technician_phone: "0912 345 678".to_owned(),
        active: true,
    }
}

pub(crate) fn plan(title: &str, start: &str, end: &str) -> BriefingPlan {
    BriefingPlan {
        title: title.to_owned(),
        host_unit: code("TW"),
        parent: None,
        chair: account_id(1),
        secretary: account_id(2),
        deputy: None,
        starts_at: clock(start),
        ends_at: clock(end),
        admission: Admission::Invited,
        floor_seconds: Some(300),
        occurrence: None,
        agenda: Vec::new(),
        invitations: Vec::new(),
        participants: Vec::new(),
    }
}

/// A planned briefing of that number.
pub(crate) async fn briefing(store: &Store, number: u128) -> BriefingId {
    let id = briefing_id(number);
    store
        .briefings()
        .create(
            id,
            &plan("Giao ban tuần", "08:00", "10:00"),
            account_id(2),
            clock("07:00"),
        )
        .await
        .unwrap();
    id
}
