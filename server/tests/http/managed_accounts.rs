use crate::fixture::{Site, User, column};
use chrono::TimeDelta;
use giaoban_server::demo::PASSWORD;
use giaoban_store::Role;
use reqwest::Method;
use serde_json::{Value, json};

const NEW: &str = "xa.moi";

/// An account of the commune of Mù Cang Chải, with the password that was made for it.
async fn add(administrator: &User<'_>) -> (String, String) {
    let draft = json!({
        "username": NEW, "display_name": "Sùng A Lử", "title": "Chánh Văn phòng", "unit_code": "04456", "role": "delegate",
    });
    let made = administrator.post("managed-accounts", &draft).await;
    let made = made.expect(201);
    assert_eq!(made["account"]["temporary_password"], true);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&made["account"]["id"]), text(&made["password"]))
}

async fn id_of(administrator: &User<'_>, username: &str) -> String {
    let path = format!("managed-accounts?q={username}");
    let found = administrator.get(&path).await.expect(200);
    let place = column(&found, "username");
    let place = place.iter().position(|name| name == username).unwrap();
    found["items"][place]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_new_account_works_once_its_owner_has_chosen_a_password() {
    let site = Site::start().await;
    let administrator = site.sign_in("quantri").await;
    let (_, password) = add(&administrator).await;
    let person = site.sign_in_with(NEW, &password).await;
    assert_eq!(person.account["temporary_password"], true);
    person
        .get("briefings")
        .await
        .refused(403, "password_change_needed");
    let same = json!({ "current_password": password, "new_password": password });
    let wrong = person.post("auth/password", &same).await.wrong_fields();
    assert_eq!(wrong, ["new_password"]);
    let own = json!({ "current_password": password, "new_password": "của riêng tôi thôi" });
    person.post("auth/password", &own).await.expect(204);
    person.get("briefings").await.expect(200);
    let me = person.get("auth/me").await.expect(200);
    assert_eq!(me["temporary_password"], false);
    assert_eq!(
        me["grants"],
        json!([{ "role": "delegate", "unit_code": "04456" }])
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_new_account_is_told_at_its_field() {
    let site = Site::start().await;
    let administrator = site.sign_in("quantri").await;
    let try_with = async |username: &str, display_name: &str| {
        let draft = json!({ "username": username, "display_name": display_name, "unit_code": "04456", "role": "delegate" });
        administrator.post("managed-accounts", &draft).await
    };
    let wrong = async |username, name| try_with(username, name).await.wrong_fields();
    assert_eq!(wrong("thuky", "Ai đó").await, ["username"]);
    assert_eq!(wrong("xã mới", "").await, ["username", "display_name"]);
}

#[tokio::test]
async fn a_locked_account_is_signed_out_and_stays_out_until_it_is_opened() {
    let site = Site::start().await;
    let administrator = site.sign_in("quantri").await;
    let person = site.sign_in("tinh1.xa1").await;
    let path = format!("managed-accounts/{}", person.id());
    let lock = async |locked: bool| {
        let body = json!({ "locked": locked });
        let answer = administrator.send(Method::PATCH, &path, Some(&body)).await;
        assert_eq!(answer.expect(200)["locked"], locked);
    };
    lock(true).await;
    person.get("auth/me").await.refused(401, "not_signed_in");
    let refused = site.try_sign_in("tinh1.xa1", PASSWORD).await;
    assert_eq!(refused.status(), 401);
    lock(false).await;
    site.sign_in("tinh1.xa1").await;
    let log = administrator.get("audit").await.expect(200);
    let acts = column(&log, "action");
    for act in ["account_locked", "account_unlocked"] {
        assert!(acts.iter().any(|name| name == act), "{act}: {acts:?}");
    }
}

#[tokio::test]
async fn a_new_password_ends_what_the_old_one_opened() {
    let site = Site::start().await;
    let administrator = site.sign_in("quantri").await;
    let person = site.sign_in("tinh1.xa1").await;
    let path = format!("managed-accounts/{}/password", person.id());
    let made = administrator.post(&path, &json!({})).await.expect(200);
    person.get("auth/me").await.refused(401, "not_signed_in");
    let old = site.try_sign_in("tinh1.xa1", PASSWORD).await;
    assert_eq!(old.status(), 401);
    let password = made["password"].as_str().unwrap();
    let person = site.sign_in_with("tinh1.xa1", password).await;
    person
        .get("briefings")
        .await
        .refused(403, "password_change_needed");
    site.clock.advance(TimeDelta::days(8));
    let late = site.try_sign_in("tinh1.xa1", password).await;
    assert_eq!(late.status(), 401);
    let administrator = site.sign_in("quantri").await;
    let log = administrator.get("audit?action=password_set").await;
    let log = log.expect(200);
    assert_eq!(column(&log, "actor"), ["quantri"]);
    assert!(!log.to_string().contains(password));
}

#[tokio::test]
async fn an_administrator_changes_neither_the_own_account_nor_a_stronger_one() {
    let site = Site::start().await;
    let centre = site.sign_in("quantri").await;
    let own = format!("managed-accounts/{}/password", centre.id());
    centre
        .post(&own, &json!({}))
        .await
        .refused(409, "own_account");

    // Whoever administers a province has people there who are secretaries of the centre, too.
    let draft = json!({ "username": "quantri.tinh", "display_name": "Lò Văn Pín", "unit_code": "15", "role": "administrator" });
    let made = centre.post("managed-accounts", &draft).await.expect(201);
    let given = made["password"].as_str().unwrap();
    let province = site.sign_in_with("quantri.tinh", given).await;
    let change = json!({ "current_password": given, "new_password": "mật khẩu của tỉnh" });
    province.post("auth/password", &change).await.expect(204);
    let commune = id_of(&province, "tinh1.xa1").await;
    let reset = async |id: &str| {
        let path = format!("managed-accounts/{id}/password");
        province.post(&path, &json!({})).await
    };
    reset(&commune).await.expect(200);
    site.grant("tinh1.xa2", Role::Secretary, "TW").await;
    let stronger = id_of(&province, "tinh1.xa2").await;
    reset(&stronger).await.refused(403, "stronger_account");
    let listed = province.get("managed-accounts?q=tinh1.xa2").await;
    assert_eq!(listed.expect(200)["items"][0]["may_change"], false);
    let outside = id_of(&centre, "thuky").await;
    reset(&outside).await.refused(403, "forbidden");
    province
        .get("managed-accounts?unit=TW")
        .await
        .refused(403, "forbidden");
}
