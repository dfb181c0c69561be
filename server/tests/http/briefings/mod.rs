mod cancel;
mod children;
mod list;
mod permissions;
mod plan;
mod replace;
mod series;

use crate::fixture::{Site, User, start_of_time};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// What the centre's secretary plans: the whole country, next day at 15:00.
pub(crate) async fn draft(site: &Site) -> Value {
    let chair = site.sign_in("chutri").await;
    let secretary = site.sign_in("thuky").await;
    let starts_at = start_of_time() + TimeDelta::days(1);
    json!({
        "title": "Họp đột xuất về bão",
        "host_unit": "TW",
        "chair_id": chair.id(),
        "secretary_id": secretary.id(),
        "starts_at": starts_at,
        "ends_at": starts_at + TimeDelta::hours(1),
        "lobby": false,
        "floor_limit_seconds": 300,
        "invite": [{ "unit_code": "TW", "subtree": true }],
        "participants": [],
        "agenda": [
            { "title": "Diễn biến", "minutes": 20, "presenter": "Lào Cai" },
            { "title": "Kết luận", "minutes": 10 },
        ],
    })
}

/// Plans it and returns the briefing.
pub(crate) async fn planned(secretary: &User<'_>, draft: &Value) -> Value {
    secretary.post("briefings", draft).await.expect(201)
}

pub(crate) fn path(briefing: &Value) -> String {
    format!("briefings/{}", briefing["id"].as_str().unwrap())
}

/// The draft that changes nothing of the briefing.
pub(crate) fn unchanged(draft: &Value, briefing: &Value) -> Value {
    let mut change = draft.clone();
    change["revision"] = briefing["revision"].clone();
    let object = change.as_object_mut().unwrap();
    object.remove("invite");
    object.remove("repeat");
    change
}
