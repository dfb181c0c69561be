use super::{draft, path, planned};
use crate::fixture::{Site, column};
use serde_json::json;

#[tokio::test]
async fn everybody_who_is_invited_sees_it_and_nobody_else() {
    let site = Site::start().await;
    let secretary = site.sign_in("thuky").await;
    let mut draft = draft(&site).await;
    draft["invite"] = json!([{ "unit_code": "15", "subtree": true }]);
    let made = planned(&secretary, &draft).await;
    assert_eq!(made["state"], "planned");
    assert_eq!(made["point_count"], 3);
    assert_eq!(made["invited_units_count"], 3);
    assert_eq!(made["agenda"][0]["presenter"], "Lào Cai");
    assert_eq!(made["host"]["name"], "Trung ương");
    assert_eq!(made["revision"], 1);

    let invited = site.sign_in("tinh1.xa1").await;
    let seen = invited.get(&path(&made)).await.expect(200);
    assert_eq!(seen["my_role"], "delegate");
    assert_eq!(seen["may_edit"], false);
    let mine = invited.get("briefings?mine=true").await.expect(200);
    assert!(column(&mine, "title").contains(&"Họp đột xuất về bão".to_owned()));

    let outsider = site.sign_in("tinh2.xa1").await;
    outsider.get(&path(&made)).await.refused(403, "forbidden");
    let theirs = outsider.get("briefings?mine=true").await.expect(200);
    assert!(!column(&theirs, "title").contains(&"Họp đột xuất về bão".to_owned()));
}

#[tokio::test]
async fn a_subtree_can_be_narrowed_to_tiers_and_single_points_added_once() {
    let site = Site::start().await;
    let secretary = site.sign_in("thuky").await;
    let province = secretary.get("points?unit=15").await.expect(200);
    let id = province["items"][0]["id"].clone();
    let mut draft = draft(&site).await;
    draft["invite"] = json!([
        { "point_id": id },
        { "unit_code": "TW", "subtree": true, "tiers": ["province"], "observer": true },
    ]);
    let made = planned(&secretary, &draft).await;
    let points = secretary
        .get(&format!("{}/points", path(&made)))
        .await
        .expect(200);
    assert_eq!(column(&points, "name"), ["Lào Cai", "Đắk Lắk", "Cà Mau"]);
    assert_eq!(points["items"][0]["observer"], false);
    assert_eq!(points["items"][1]["observer"], true);
    let found = secretary
        .get(&format!("{}/points?q=ca%20mau", path(&made)))
        .await;
    assert_eq!(found.total, Some(1));
}

#[tokio::test]
async fn the_tree_of_the_day_of_the_briefing_decides() {
    let site = Site::start().await;
    let secretary = site.sign_in("thuky").await;
    let mut draft = draft(&site).await;
    draft["invite"] = json!([{ "unit_code": "00000", "subtree": true }]);
    let fields = secretary.post("briefings", &draft).await.wrong_fields();
    assert_eq!(fields, ["invite.0", "invite"]);
}

#[tokio::test]
async fn every_mistake_is_named_at_once() {
    let site = Site::start().await;
    let secretary = site.sign_in("thuky").await;
    let mut draft = draft(&site).await;
    draft["title"] = json!("  ");
    draft["starts_at"] = json!("2026-11-20T08:00:00Z");
    draft["ends_at"] = json!("2026-11-20T07:00:00Z");
    draft["chair_id"] = json!("00000000-0000-0000-0000-000000000000");
    draft["floor_limit_seconds"] = json!(5);
    draft["agenda"] = json!([{ "title": "", "minutes": 0 }]);
    draft["invite"] = json!([]);
    let fields = secretary.post("briefings", &draft).await.wrong_fields();
    assert_eq!(
        fields,
        [
            "title",
            "starts_at",
            "ends_at",
            "chair_id",
            "floor_limit_seconds",
            "agenda.0.title",
            "agenda.0.minutes",
            "invite"
        ]
    );
}

#[tokio::test]
async fn a_body_of_another_form_is_refused_with_the_place() {
    let site = Site::start().await;
    let secretary = site.sign_in("thuky").await;
    let mut draft = draft(&site).await;
    draft["colour"] = json!("gold");
    let body = secretary
        .post("briefings", &draft)
        .await
        .refused(422, "bad_body");
    assert!(body["detail"].as_str().unwrap().contains("colour"));
}
