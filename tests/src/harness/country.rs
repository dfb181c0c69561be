//! A country for large briefings, written into the store before the server starts: provinces and communes in the
//! numbers of the real tree, a room for each, and for each somebody who has signed in.

use anyhow::Result;
use chrono::{TimeDelta, Utc};
use giaoban_store::units::csv;
use giaoban_store::{
    Account, AccountId, Locale, Point, PointId, PointKind, Session, Store, UnitCode,
};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use uuid::Uuid;

/// The demonstration's own units, so that its accounts find theirs.
const DEMONSTRATION: &str = "code,name,tier,parent_code,valid_from,valid_to,link_mbps
TW,Trung ương,central,,1945-09-02,,1000
15,Tỉnh Lào Cai,province,TW,2025-07-01,,100
66,Tỉnh Đắk Lắk,province,TW,2000-01-01,,100
96,Tỉnh Cà Mau,province,TW,2000-01-01,,100
04456,Xã Mù Cang Chải,commune,15,2025-07-01,,2
03006,Phường Sa Pa,commune,15,2025-07-01,,20
24235,Xã Buôn Đôn,commune,66,2025-07-01,,2
24490,Xã Krông Pắc,commune,66,2025-07-01,,4
32191,Xã Năm Căn,commune,96,2025-07-01,,4
32248,Xã Đất Mũi,commune,96,2025-07-01,,1
";
/// Provinces come first among the seats.
pub const PROVINCES: usize = 34;
const PROVINCE_KBPS: u32 = 100_000;
const COMMUNE_KBPS: u32 = 4_000;

/// Somebody who has signed in, at a point of their own.
#[derive(Clone, Debug)]
pub struct Seat {
    pub name: String,
    /// Of the session.
    pub token: String,
}

/// Writes a country with this many points into the store of a server that is not running.
pub async fn settle(store: &str, points: usize) -> Result<Vec<Seat>> {
    let store = Store::open(store).await?;
    let code = |number: usize| match number {
        province if province < PROVINCES => format!("T{province:02}"),
        commune => format!("X{commune:04}"),
    };
    let mut rows = DEMONSTRATION.to_owned();
    for number in 0..points.max(PROVINCES) {
        let (code, parent) = (code(number), code(number % PROVINCES));
        let _ = if number < PROVINCES {
            writeln!(rows, "{code},Tỉnh số {number},province,TW,2025-07-01,,")
        } else {
            writeln!(rows, "{code},Xã số {number},commune,{parent},2025-07-01,,")
        };
    }
    store
        .units()
        .import(csv::read(rows.as_bytes())?, |_| ())
        .await?;
    let mut rooms = Vec::with_capacity(points);
    for number in 0..points {
        rooms.push(Point {
            id: PointId::from(Uuid::new_v4()),
            unit: UnitCode::from(code(number)),
            name: format!("Điểm cầu {number}"),
            kind: PointKind::Room,
            link_kbps: if number < PROVINCES {
                PROVINCE_KBPS
            } else {
                COMMUNE_KBPS
            },
            technician_name: String::new(),
            technician_phone: String::new(),
            active: true,
        });
    }
    store.points().upsert_all(&rooms).await?;
    let mut seats = Vec::with_capacity(points);
    for (number, room) in rooms.into_iter().enumerate() {
        seats.push(sign_in(&store, number, room).await?);
    }
    store.close().await;
    Ok(seats)
}

/// The person of a room, without a password, with a session.
async fn sign_in(store: &Store, number: usize, room: Point) -> Result<Seat> {
    let now = Utc::now();
    let account = Account {
        id: AccountId::from(Uuid::new_v4()),
        username: format!("diem{number}"),
        display_name: format!("Người dự {number}"),
        title: String::new(),
        unit: room.unit,
        point: Some(room.id),
        locale: Locale::Vi,
        disabled: false,
        password_until: None,
    };
    store.accounts().create(&account, None, now).await?;
    let token = Uuid::new_v4().to_string();
    store
        .sessions()
        .create(&Session {
            id: Uuid::new_v4().into(),
            account: account.id,
            token_hash: Sha256::digest(token.as_bytes()).to_vec(),
            created_at: now,
            last_seen_at: now,
            expires_at: now + TimeDelta::hours(12),
            user_agent: "giaoban-tests".to_owned(),
        })
        .await?;
    Ok(Seat {
        name: account.username,
        token,
    })
}
