use super::{draft, path, planned, unchanged};
use crate::fixture::{Site, User, column};
use serde_json::{Value, json};

/// Four Fridays at 15:00 from 27 November on.
async fn weekly(site: &Site, secretary: &User<'_>) -> (Value, Value) {
    let mut draft = draft(site).await;
    draft["title"] = json!("Giao ban thứ Sáu");
    draft["repeat"] = json!({ "weekly": true, "until": "2026-12-18" });
    let first = planned(secretary, &draft).await;
    (draft, first)
}

async fn all(secretary: &User<'_>, first: &Value) -> Vec<Value> {
    let page = secretary
        .get("briefings?unit=TW&limit=500")
        .await
        .expect(200);
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .filter(|item| item["series_id"] == first["series_id"])
        .cloned()
        .collect()
}

fn starts(briefings: &[Value]) -> Vec<String> {
    column(&json!({ "items": briefings }), "starts_at")
}

#[tokio::test]
async fn every_week_through_the_last_day() {
    let site = Site::start().await;
    let secretary = site.sign_in("thuky").await;
    let (_, first) = weekly(&site, &secretary).await;
    let briefings = all(&secretary, &first).await;
    assert_eq!(
        starts(&briefings),
        [
            "2026-11-27T08:00:00Z",
            "2026-12-04T08:00:00Z",
            "2026-12-11T08:00:00Z",
            "2026-12-18T08:00:00Z"
        ]
    );
    assert!(
        briefings
            .iter()
            .all(|briefing| briefing["point_count"] == 10)
    );
}

#[tokio::test]
async fn one_is_changed_alone_or_with_those_that_follow() {
    let site = Site::start().await;
    let secretary = site.sign_in("thuky").await;
    let (draft, first) = weekly(&site, &secretary).await;
    let briefings = all(&secretary, &first).await;
    let second = secretary.get(&path(&briefings[1])).await.expect(200);

    let mut moved = unchanged(&draft, &second);
    moved["starts_at"] = json!("2026-12-04T09:00:00Z");
    moved["ends_at"] = json!("2026-12-04T10:00:00Z");
    let second = secretary.put(&path(&second), &moved).await.expect(200);
    assert_eq!(
        starts(&all(&secretary, &first).await)[2],
        "2026-12-11T08:00:00Z"
    );

    let mut renamed = moved.clone();
    renamed["revision"] = second["revision"].clone();
    renamed["title"] = json!("Giao ban chiều thứ Sáu");
    let series = format!("{}?scope=series", path(&second));
    secretary.put(&series, &renamed).await.expect(200);
    let after = all(&secretary, &first).await;
    assert_eq!(after[0]["title"], "Giao ban thứ Sáu");
    assert_eq!(after[3]["title"], "Giao ban chiều thứ Sáu");
    // The hour it was moved by goes along.
    assert_eq!(after[3]["starts_at"], "2026-12-18T09:00:00Z");
}

#[tokio::test]
async fn the_rest_of_a_series_can_be_cancelled() {
    let site = Site::start().await;
    let secretary = site.sign_in("thuky").await;
    let (_, first) = weekly(&site, &secretary).await;
    let briefings = all(&secretary, &first).await;
    let cancel = format!("{}/cancel?scope=series", path(&briefings[2]));
    secretary
        .post(&cancel, &json!({ "reason": "Hết đợt" }))
        .await
        .expect(200);
    let states = column(&json!({ "items": all(&secretary, &first).await }), "state");
    assert_eq!(states, ["planned", "planned", "cancelled", "cancelled"]);
}

#[tokio::test]
async fn a_repetition_that_ends_before_it_begins_is_refused() {
    let site = Site::start().await;
    let secretary = site.sign_in("thuky").await;
    let mut draft = draft(&site).await;
    draft["repeat"] = json!({ "weekly": true, "until": "2026-11-01" });
    let fields = secretary.post("briefings", &draft).await.wrong_fields();
    assert_eq!(fields, ["repeat.until"]);
}
