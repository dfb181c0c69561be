use super::{draft, path, planned, unchanged};
use crate::fixture::Site;
use chrono::TimeDelta;
use serde_json::json;

#[tokio::test]
async fn a_change_keeps_what_it_does_not_name() {
    let site = Site::start().await;
    let secretary = site.sign_in("thuky").await;
    let draft = draft(&site).await;
    let made = planned(&secretary, &draft).await;
    let mut change = unchanged(&draft, &made);
    change["title"] = json!("Họp về bão số 9");
    change["agenda"][0]["id"] = made["agenda"][0]["id"].clone();
    let changed = secretary.put(&path(&made), &change).await.expect(200);
    assert_eq!(changed["title"], "Họp về bão số 9");
    assert_eq!(changed["point_count"], 10);
    assert_eq!(changed["revision"], 2);
    assert_eq!(changed["agenda"][0]["id"], made["agenda"][0]["id"]);
    assert_ne!(changed["agenda"][1]["id"], made["agenda"][1]["id"]);
}

#[tokio::test]
async fn two_secretaries_do_not_overwrite_each_other() {
    let site = Site::start().await;
    let secretary = site.sign_in("thuky").await;
    let administrator = site.sign_in("quantri").await;
    let draft = draft(&site).await;
    let made = planned(&secretary, &draft).await;
    let change = unchanged(&draft, &made);
    administrator.put(&path(&made), &change).await.expect(200);
    secretary
        .put(&path(&made), &change)
        .await
        .refused(409, "revision_conflict");
    let mut blind = change;
    blind.as_object_mut().unwrap().remove("revision");
    assert_eq!(
        secretary.put(&path(&made), &blind).await.wrong_fields(),
        ["revision"]
    );
}

#[tokio::test]
async fn a_briefing_under_way_can_be_changed_without_moving_its_start() {
    let site = Site::start().await;
    let secretary = site.sign_in("thuky").await;
    let draft = draft(&site).await;
    let made = planned(&secretary, &draft).await;
    site.clock.advance(TimeDelta::hours(25));
    let secretary = site.sign_in("thuky").await;
    let mut change = unchanged(&draft, &made);
    change["title"] = json!("Họp về bão, kéo dài");
    secretary.put(&path(&made), &change).await.expect(200);
}
