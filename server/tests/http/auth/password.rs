use crate::fixture::Site;
use giaoban_server::demo::PASSWORD;
use serde_json::json;

#[tokio::test]
async fn a_new_password_ends_every_other_sign_in() {
    let site = Site::start().await;
    let (one, other) = (site.sign_in("thuky").await, site.sign_in("thuky").await);
    one.post(
        "auth/password",
        &json!({ "current_password": "wrong-password", "new_password": "mật khẩu mới" }),
    )
    .await
    .refused(401, "bad_credentials");
    one.post(
        "auth/password",
        &json!({ "current_password": PASSWORD, "new_password": "ngắn" }),
    )
    .await
    .refused(422, "invalid_fields");
    one.post(
        "auth/password",
        &json!({ "current_password": PASSWORD, "new_password": "mật khẩu mới" }),
    )
    .await
    .expect(204);
    one.get("auth/me").await.expect(200);
    other.get("auth/me").await.refused(401, "not_signed_in");
    assert_eq!(site.try_sign_in("thuky", PASSWORD).await.status(), 401);
    assert_eq!(
        site.try_sign_in("thuky", "mật khẩu mới").await.status(),
        200
    );
}
