use crate::fixture::{Site, User};
use chrono::TimeDelta;
use giaoban_server::config::Config;
use giaoban_server::demo::PASSWORD;
use giaoban_store::Role;
use reqwest::{Client, Response};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

/// What the authenticator shows now.
fn code(site: &Site, secret: &str) -> String {
    let totp = Builder::new()
        .with_secret(Secret::try_from_base32(secret).unwrap())
        .build()
        .unwrap();
    let time = u64::try_from(site.clock.now().timestamp()).unwrap();
    totp.generate(time).to_string()
}

async fn sign_in(site: &Site, code: Option<&str>) -> Response {
    Client::new()
        .post(site.api("auth/login"))
        .json(&json!({ "username": "thuky", "password": PASSWORD, "code": code }))
        .send()
        .await
        .unwrap()
}

async fn refused(answer: Response, code: &str) {
    assert_eq!(answer.status(), 401);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["code"], code);
}

/// The secret and the recovery codes.
async fn set_up(site: &Site, user: &User<'_>) -> (String, Vec<String>) {
    let begun = user
        .post("auth/totp", &json!({ "password": PASSWORD }))
        .await
        .expect(200);
    let secret = begun["secret"].as_str().unwrap().to_owned();
    assert!(
        begun["uri"]
            .as_str()
            .unwrap()
            .starts_with("otpauth://totp/")
    );
    assert!(begun["qr_svg"].as_str().unwrap().contains("<svg"));
    let confirmed = user
        .post("auth/totp/confirm", &json!({ "code": code(site, &secret) }))
        .await
        .expect(200);
    let codes = confirmed["recovery_codes"].as_array().unwrap();
    let codes = codes.iter().map(|code| code.as_str().unwrap().to_owned());
    (secret, codes.collect())
}

#[tokio::test]
async fn a_sign_in_needs_a_code_that_is_good_once() {
    let site = Site::start().await;
    let user = site.sign_in("thuky").await;
    assert_eq!(user.account["second_factor"], false);
    user.post("auth/totp", &json!({ "password": "wrong-password" }))
        .await
        .refused(401, "bad_credentials");
    let (secret, recovery) = set_up(&site, &user).await;

    refused(sign_in(&site, None).await, "totp_required").await;
    // The code that confirmed it is used up.
    refused(
        sign_in(&site, Some(&code(&site, &secret))).await,
        "bad_totp",
    )
    .await;
    site.clock.advance(TimeDelta::minutes(1));
    let now = code(&site, &secret);
    assert_eq!(sign_in(&site, Some(&now)).await.status(), 200);
    refused(sign_in(&site, Some(&now)).await, "bad_totp").await;

    assert_eq!(sign_in(&site, Some(&recovery[0])).await.status(), 200);
    refused(sign_in(&site, Some(&recovery[0])).await, "bad_totp").await;
}

#[tokio::test]
async fn guessing_codes_is_slowed_down() {
    let site = Site::start().await;
    let user = site.sign_in("thuky").await;
    set_up(&site, &user).await;
    // Failures count from the last sign-in that succeeded.
    site.clock.advance(TimeDelta::seconds(1));
    for _ in 0..5 {
        refused(sign_in(&site, Some("000000")).await, "bad_totp").await;
    }
    let waits = sign_in(&site, Some("000000")).await;
    assert_eq!(waits.status(), 429);
}

#[tokio::test]
async fn it_is_given_up_with_password_and_code() {
    let site = Site::start().await;
    let user = site.sign_in("thuky").await;
    let (_, recovery) = set_up(&site, &user).await;
    user.post("auth/totp", &json!({ "password": PASSWORD }))
        .await
        .refused(409, "totp_enabled");
    user.post(
        "auth/totp/disable",
        &json!({ "password": PASSWORD, "code": "000000" }),
    )
    .await
    .refused(401, "bad_totp");
    user.post(
        "auth/totp/disable",
        &json!({ "password": PASSWORD, "code": recovery[3] }),
    )
    .await
    .expect(204);
    assert_eq!(sign_in(&site, None).await.status(), 200);
}

#[tokio::test]
async fn a_role_that_needs_a_second_factor_gets_to_work_once_it_is_set_up() {
    let required = |config: &mut Config| {
        config.sign_in.second_factor_roles = vec![Role::Administrator, Role::Secretary];
    };
    let site = Site::start_with(required).await;
    let other = site.sign_in("tinh1.xa1").await;
    assert_eq!(other.account["second_factor_required"], false);
    other.get("briefings").await.expect(200);

    let user = site.sign_in("thuky").await;
    assert_eq!(user.account["second_factor_required"], true);
    let join = format!("briefings/{}/join", site.live);
    for answer in [
        user.get("briefings").await,
        user.post(&join, &json!({})).await,
    ] {
        let body = answer.refused(403, "second_factor_missing");
        assert!(body["title"].as_str().unwrap().contains("trang Tài khoản"));
    }
    let (_, recovery) = set_up(&site, &user).await;
    user.get("briefings").await.expect(200);
    user.post(&join, &json!({})).await.expect(200);

    let given_up = json!({ "password": PASSWORD, "code": recovery[0] });
    user.post("auth/totp/disable", &given_up).await.expect(204);
    user.get("briefings")
        .await
        .refused(403, "second_factor_missing");
}
