use crate::fixture::{Site, column};
use serde_json::json;

#[tokio::test]
async fn everybody_sees_points_by_subtree_and_name() {
    let site = Site::start().await;
    let user = site.sign_in("tinh2.xa1").await;
    let all = user.get("points?unit=TW&subtree=true").await;
    assert_eq!(all.total, Some(10));
    let province = user.get("points?unit=15").await.expect(200);
    assert_eq!(column(&province, "name"), ["Lào Cai"]);
    let found = user
        .get("points?unit=TW&subtree=true&q=sa%20pa")
        .await
        .expect(200);
    assert_eq!(column(&found, "within_name"), ["Tỉnh Lào Cai"]);
}

#[tokio::test]
async fn a_province_s_secretary_keeps_the_points_below_it_and_no_others() {
    let site = Site::start().await;
    let secretary = site.sign_in("tinh1").await;
    let desk =
        json!({ "unit_code": "04456", "name": "Bàn làm việc", "kind": "desk", "link_kbps": 512 });
    let made = secretary.post("points", &desk).await.expect(201);
    let path = format!("points/{}", made["id"].as_str().unwrap());
    let changed = secretary
        .patch(&path, &json!({ "technician_phone": "0912 000 000" }))
        .await
        .expect(200);
    assert_eq!(changed["technician_phone"], "0912 000 000");
    assert_eq!(changed["name"], "Bàn làm việc");
    assert_eq!(changed["link_kbps"], 512);

    let elsewhere = json!({ "unit_code": "24235", "name": "Phòng họp" });
    secretary
        .post("points", &elsewhere)
        .await
        .refused(403, "forbidden");
    let neighbour = site.sign_in("tinh2").await;
    neighbour
        .patch(&path, &json!({ "name": "x" }))
        .await
        .refused(403, "forbidden");
    let delegate = site.sign_in("tinh1.xa1").await;
    delegate
        .patch(&path, &json!({ "name": "x" }))
        .await
        .refused(403, "forbidden");
}

#[tokio::test]
async fn a_point_needs_a_name_and_a_credible_link() {
    let site = Site::start().await;
    let administrator = site.sign_in("quantri").await;
    let wrong = json!({ "unit_code": "15", "name": " ", "link_kbps": 1 });
    let fields = administrator.post("points", &wrong).await.wrong_fields();
    assert_eq!(fields, ["name", "link_kbps"]);
    let unknown = json!({ "name": "Phòng họp", "unit_code": "99999" });
    administrator
        .post("points", &unknown)
        .await
        .refused(403, "forbidden");
}
