use crate::fixture::Site;
use giaoban_server::demo::PASSWORD;
use reqwest::header::{ACCEPT_LANGUAGE, RETRY_AFTER, SET_COOKIE};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn a_browser_gets_a_cookie_that_scripts_cannot_read() {
    let site = Site::start().await;
    let answer = site.try_sign_in("thuky", PASSWORD).await;
    let cookie = answer.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("giaoban_session="), "{cookie}");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["account"]["username"], "thuky");
    assert_eq!(body["account"]["may_plan"], true);
    assert_eq!(body["account"]["administrator"], false);
}

#[tokio::test]
async fn names_are_the_same_whatever_their_case() {
    let site = Site::start().await;
    assert_eq!(
        site.try_sign_in(" ThuKy ", PASSWORD).await.status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn an_unknown_name_is_refused_in_the_same_words_as_a_wrong_password() {
    let site = Site::start().await;
    let mut answers = Vec::new();
    for (name, password) in [("thuky", "wrong-password"), ("nobody", PASSWORD)] {
        let answer = site.try_sign_in(name, password).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        answers.push(answer.json::<Value>().await.unwrap());
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0]["code"], "bad_credentials");
    assert_eq!(answers[0]["title"], "Sai tên đăng nhập hoặc mật khẩu.");
}

#[tokio::test]
async fn a_refusal_speaks_the_language_that_was_asked_for() {
    let site = Site::start().await;
    let answer = Client::new()
        .post(site.api("auth/login"))
        .header(ACCEPT_LANGUAGE, "en-GB,en;q=0.9,vi;q=0.5")
        .json(&json!({ "username": "thuky", "password": "wrong-password" }))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["content-language"], "en");
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["title"], "Wrong user name or password.");
}

#[tokio::test]
async fn guessing_is_stopped_and_the_right_password_must_wait_too() {
    let site = Site::start().await;
    for _ in 0..5 {
        let answer = site.try_sign_in("tinh1", "wrong-password").await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    }
    let answer = site.try_sign_in("tinh1", PASSWORD).await;
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers()[RETRY_AFTER], "60");
    assert_eq!(
        answer.json::<Value>().await.unwrap()["code"],
        "too_many_attempts"
    );
    // Others are not locked out by it.
    assert_eq!(
        site.try_sign_in("tinh2", PASSWORD).await.status(),
        StatusCode::OK
    );
    site.clock.advance(chrono::TimeDelta::seconds(61));
    assert_eq!(
        site.try_sign_in("tinh1", PASSWORD).await.status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_body_that_is_not_json_is_a_problem() {
    let site = Site::start().await;
    let answer = Client::new()
        .post(site.api("auth/login"))
        .body("username=thuky")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "not_json");
}
