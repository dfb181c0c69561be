//! One briefing in session, one tomorrow, a weekly one with a child, and some more around today.

use super::people::account;
use super::{Demo, DemoError, id_of};
use crate::http::validation::Fields;
use crate::planning::draft::{Invite, InviteUnit};
use crate::planning::{invite, series};
use crate::time_zone::{ZONE, day_of};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use giaoban_store::{
    Admission, AgendaItem, BriefingId, BriefingPlan, BriefingQuery, BriefingState, Limit, Store,
    StoreError,
};
use uuid::Uuid;

const FLOOR_SECONDS: u32 = 300;
/// An item of an agenda: title, minutes, who presents.
type Item = (&'static str, u32, &'static str);

const LIVE_AGENDA: [Item; 5] = [
    ("Khai mạc, thông qua chương trình", 5, "Chủ trì"),
    ("Tình hình mưa lũ và công tác ứng phó", 25, "Lào Cai"),
    ("Tiến độ sắp xếp trụ sở cấp xã", 25, "Đắk Lắk"),
    ("Phòng chống sạt lở ven biển", 20, "Cà Mau"),
    ("Kết luận và giao việc", 15, "Chủ trì"),
];
const WEEKLY_AGENDA: [Item; 3] = [
    ("Kết quả thực hiện kết luận tuần trước", 20, "Thư ký"),
    ("Báo cáo của các tỉnh", 45, "Các tỉnh"),
    ("Nhiệm vụ tuần tới", 25, "Chủ trì"),
];
const SHORT_AGENDA: [Item; 2] = [("Báo cáo", 30, "Các đơn vị"), ("Kết luận", 15, "Chủ trì")];

pub(super) async fn prepare(store: &Store, now: DateTime<Utc>) -> Result<Demo, DemoError> {
    let demo = live(store, now).await?;
    let today = day_of(now);
    weekly(store, today, now).await?;
    let tomorrow = today + Days::new(1);
    one(
        store,
        now,
        &format!("tomorrow:{tomorrow}"),
        at(tomorrow, 8, 0),
        90,
        &Sketch {
            title: "Họp trực tuyến về cải cách hành chính",
            ..CENTRE
        },
    )
    .await?;
    one(
        store,
        now,
        &format!("evening:{tomorrow}"),
        at(tomorrow, 14, 0),
        60,
        &Sketch {
            title: "Giao ban tỉnh Đắk Lắk với các xã",
            agenda: &SHORT_AGENDA,
            ..province("66", "tinh2")
        },
    )
    .await?;
    let later = today + Days::new(3);
    one(
        store,
        now,
        &format!("later:{later}"),
        at(later, 9, 0),
        120,
        &Sketch {
            title: "Tập huấn nghiệp vụ văn thư, lưu trữ",
            ..CENTRE
        },
    )
    .await?;
    Ok(demo)
}

/// The briefing that is in session, made when there is none; and those whose time has passed.
async fn live(store: &Store, now: DateTime<Utc>) -> Result<Demo, DemoError> {
    let query = BriefingQuery {
        states: BriefingState::UNDER_WAY.to_vec(),
        host_within: Some(("TW".into(), day_of(now))),
        limit: Limit::new(Limit::MAX),
        ..BriefingQuery::default()
    };
    let under_way = store.briefings().list(&query).await?.items;
    let (going, stale): (Vec<_>, Vec<_>) = under_way
        .into_iter()
        .partition(|briefing| briefing.ends_at > now);
    let stale = stale.into_iter().map(|briefing| briefing.id).collect();
    let standing = going
        .into_iter()
        .find(|briefing| briefing.state == BriefingState::InSession);
    if let Some(briefing) = standing {
        return Ok(Demo {
            live: briefing.id,
            begins: false,
            stale,
        });
    }
    let minutes = i64::from(chrono::Timelike::minute(&now) % 5) + 10;
    let starts_at = chrono::DurationRound::duration_trunc(now, TimeDelta::minutes(1))
        .unwrap_or(now)
        - TimeDelta::minutes(minutes);
    let week = now.with_timezone(&ZONE).iso_week().week();
    let sketch = Sketch {
        title: &format!("Giao ban trực tuyến tuần {week}"),
        agenda: &LIVE_AGENDA,
        ..CENTRE
    };
    let plan = plan(store, starts_at, 180, &sketch).await?;
    let id = BriefingId::from(Uuid::now_v7());
    store
        .briefings()
        .create(id, &plan, account("thuky"), now)
        .await?;
    Ok(Demo {
        live: id,
        begins: true,
        stale,
    })
}

/// Every Monday for half a year, with Lào Cai's own briefing under the next one.
async fn weekly(store: &Store, today: NaiveDate, now: DateTime<Utc>) -> Result<(), DemoError> {
    let next_monday = today + Days::new(u64::from(7 - today.weekday().num_days_from_monday()));
    let child = id_of("child of the weekly briefing");
    if store.briefings().head(child.into()).await?.is_some() {
        return Ok(());
    }
    let starts_at = at(next_monday, 7, 30);
    let sketch = Sketch {
        title: "Giao ban đầu tuần",
        agenda: &WEEKLY_AGENDA,
        ..CENTRE
    };
    let first = plan(store, starts_at, 90, &sketch).await?;
    let parent = series::plan(
        store,
        first,
        &[everything("TW")],
        next_monday + Days::new(182),
        account("thuky"),
        now,
    )
    .await?;
    let sketch = Sketch {
        title: "Giao ban tỉnh Lào Cai với các xã, phường",
        agenda: &SHORT_AGENDA,
        ..province("15", "tinh1")
    };
    let mut under = plan(store, starts_at, 90, &sketch).await?;
    under.parent = Some(parent.id);
    store
        .briefings()
        .create(child.into(), &under, account("tinh1"), now)
        .await?;
    Ok(())
}

/// What differs between the briefings of the demonstration.
struct Sketch<'a> {
    title: &'a str,
    host: &'a str,
    chair: &'a str,
    secretary: &'a str,
    agenda: &'a [Item],
}

const CENTRE: Sketch<'static> = Sketch {
    title: "",
    host: "TW",
    chair: "chutri",
    secretary: "thuky",
    agenda: &WEEKLY_AGENDA,
};

fn province<'a>(host: &'a str, who: &'a str) -> Sketch<'a> {
    Sketch {
        title: "",
        host,
        chair: who,
        secretary: who,
        agenda: &SHORT_AGENDA,
    }
}

/// One briefing by its name, unless it is there.
async fn one(
    store: &Store,
    now: DateTime<Utc>,
    name: &str,
    starts_at: DateTime<Utc>,
    minutes: i64,
    sketch: &Sketch<'_>,
) -> Result<(), DemoError> {
    let id = BriefingId::from(id_of(name));
    if store.briefings().head(id).await?.is_none() {
        let plan = plan(store, starts_at, minutes, sketch).await?;
        let by = account(sketch.secretary);
        store.briefings().create(id, &plan, by, now).await?;
    }
    Ok(())
}

async fn plan(
    store: &Store,
    starts_at: DateTime<Utc>,
    minutes: i64,
    sketch: &Sketch<'_>,
) -> Result<BriefingPlan, StoreError> {
    let mut gone = Fields::default();
    let lines = [everything(sketch.host)];
    let invitations = invite::resolve(store, &lines, day_of(starts_at), &mut gone).await?;
    Ok(BriefingPlan {
        title: sketch.title.to_owned(),
        host_unit: sketch.host.into(),
        parent: None,
        chair: account(sketch.chair),
        secretary: account(sketch.secretary),
        deputy: None,
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(minutes),
        admission: Admission::Invited,
        floor_seconds: Some(FLOOR_SECONDS),
        occurrence: None,
        agenda: sketch
            .agenda
            .iter()
            .map(|(title, minutes, presenter)| AgendaItem {
                id: Uuid::now_v7().into(),
                title: (*title).to_owned(),
                minutes: *minutes,
                presenter_point: None,
                presenter_unit: None,
                presenter: Some((*presenter).to_owned()),
            })
            .collect(),
        invitations,
        participants: Vec::new(),
    })
}

fn everything(unit: &str) -> Invite {
    Invite::Unit(InviteUnit {
        unit_code: unit.to_owned(),
        subtree: true,
        tiers: None,
        observer: false,
    })
}

/// A time of the day in the country's zone.
fn at(day: NaiveDate, hour: u32, minute: u32) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
    ZONE.from_local_datetime(&day.and_time(time))
        .earliest()
        .map_or_else(Utc::now, |local| local.with_timezone(&Utc))
}
