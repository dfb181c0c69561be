use crate::fixture::{Site, User};
use chrono::TimeDelta;
use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Client, Response};
use serde_json::{Value, json};

#[tokio::test]
async fn a_person_changes_language_and_name() {
    let site = Site::start().await;
    let user = site.sign_in("tinh1.xa1").await;
    let change = json!({ "locale": "en", "display_name": " Giàng A Sình (mới) " });
    let me = user.patch("auth/me", &change).await.expect(200);
    assert_eq!(me["locale"], "en");
    assert_eq!(
        user.get("auth/me").await.expect(200)["display_name"],
        "Giàng A Sình (mới)"
    );
    let wrong = user
        .patch("auth/me", &json!({ "display_name": "  " }))
        .await;
    assert_eq!(wrong.wrong_fields(), ["display_name"]);
}

async fn with_cookie(user: &User<'_>, guarded: bool) -> Response {
    let mut request = Client::new()
        .patch(user.site.api("auth/me"))
        .header(COOKIE, format!("giaoban_session={}", user.token))
        .json(&json!({ "locale": "en" }));
    if guarded {
        request = request.header("X-Giaoban", "1");
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn a_foreign_page_can_change_nothing_with_the_cookie() {
    let site = Site::start().await;
    let user = site.sign_in("thuky").await;
    let refused = with_cookie(&user, false).await;
    assert_eq!(refused.status(), 403);
    assert_eq!(
        refused.json::<Value>().await.unwrap()["code"],
        "guard_header_missing"
    );
    assert_eq!(with_cookie(&user, true).await.status(), 200);
}

#[tokio::test]
async fn a_sign_in_that_is_not_used_ends() {
    let site = Site::start().await;
    let user = site.sign_in("thuky").await;
    site.clock.advance(TimeDelta::hours(11));
    user.get("auth/me").await.expect(200);
    site.clock.advance(TimeDelta::hours(11));
    user.get("auth/me").await.expect(200);
    site.clock.advance(TimeDelta::hours(12));
    user.get("auth/me").await.refused(401, "not_signed_in");
}

#[tokio::test]
async fn a_browser_s_token_is_renewed_in_time_and_the_old_one_soon_ends() {
    let site = Site::start().await;
    let user = site.sign_in("thuky").await;
    let me = || async {
        Client::new()
            .get(site.api("auth/me"))
            .header(COOKIE, format!("giaoban_session={}", user.token))
            .send()
            .await
            .unwrap()
    };
    assert!(!me().await.headers().contains_key(SET_COOKIE));
    site.clock.advance(TimeDelta::hours(9));
    let renewed = me().await;
    assert!(renewed.headers().contains_key(SET_COOKIE));
    assert_eq!(me().await.status(), 200);
    site.clock.advance(TimeDelta::minutes(2));
    assert_eq!(me().await.status(), 401);
}
