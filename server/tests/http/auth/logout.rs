use crate::fixture::Site;
use serde_json::json;

#[tokio::test]
async fn a_token_is_worth_nothing_after_signing_out() {
    let site = Site::start().await;
    let (one, other) = (site.sign_in("thuky").await, site.sign_in("thuky").await);
    one.post("auth/logout", &json!({})).await.expect(204);
    one.get("auth/me").await.refused(401, "not_signed_in");
    other.get("auth/me").await.expect(200);
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_sign_in_of_this_account_only() {
    let site = Site::start().await;
    let (one, other) = (site.sign_in("thuky").await, site.sign_in("thuky").await);
    let somebody = site.sign_in("chutri").await;
    one.post("auth/logout-everywhere", &json!({}))
        .await
        .expect(204);
    one.get("auth/me").await.refused(401, "not_signed_in");
    other.get("auth/me").await.refused(401, "not_signed_in");
    somebody.get("auth/me").await.expect(200);
}
