use super::{draft, path, planned};
use crate::fixture::Site;
use serde_json::json;

#[tokio::test]
async fn an_invited_province_plans_its_own_under_the_centre_s() {
    let site = Site::start().await;
    let secretary = site.sign_in("thuky").await;
    let draft = draft(&site).await;
    let parent = planned(&secretary, &draft).await;
    let province = site.sign_in("tinh1").await;
    let mut own = draft.clone();
    own["title"] = json!("Lào Cai với các xã, phường");
    own["host_unit"] = json!("15");
    own["chair_id"] = json!(province.id());
    own["secretary_id"] = json!(province.id());
    own["invite"] = json!([{ "unit_code": "15", "subtree": true }]);
    let children = format!("{}/children", path(&parent));
    let child = province.post(&children, &own).await.expect(201);
    assert_eq!(child["parent_id"], parent["id"]);
    assert_eq!(child["my_role"], "chair");
    let seen = secretary.get(&path(&parent)).await.expect(200);
    assert_eq!(seen["child_count"], 1);
    assert_eq!(seen["children"][0]["title"], "Lào Cai với các xã, phường");

    // For another province, or by somebody who plans nothing, it is refused.
    let neighbour = site.sign_in("tinh2").await;
    neighbour
        .post(&children, &own)
        .await
        .refused(403, "forbidden");
    let commune = site.sign_in("tinh1.xa1").await;
    commune
        .post(&children, &own)
        .await
        .refused(403, "forbidden");
}
