use super::{draft, path, planned, unchanged};
use crate::fixture::Site;
use serde_json::json;

#[tokio::test]
async fn a_cancelled_briefing_stays_visible_with_its_reason_and_is_changed_no_more() {
    let site = Site::start().await;
    let secretary = site.sign_in("thuky").await;
    let draft = draft(&site).await;
    let made = planned(&secretary, &draft).await;
    let cancel = format!("{}/cancel", path(&made));
    let fields = secretary
        .post(&cancel, &json!({ "reason": " " }))
        .await
        .wrong_fields();
    assert_eq!(fields, ["reason"]);
    let done = secretary
        .post(&cancel, &json!({ "reason": "Bão đổi hướng" }))
        .await
        .expect(200);
    assert_eq!(done["state"], "cancelled");
    let invited = site.sign_in("tinh3").await;
    let seen = invited.get(&path(&made)).await.expect(200);
    assert_eq!(seen["cancelled_reason"], "Bão đổi hướng");
    assert_eq!(seen["may_join"], false);
    let change = unchanged(&draft, &done);
    secretary
        .put(&path(&made), &change)
        .await
        .refused(409, "briefing_ended");
    secretary
        .post(&cancel, &json!({ "reason": "x" }))
        .await
        .refused(409, "briefing_ended");
}
