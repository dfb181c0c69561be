use crate::fixture::{Site, column};

#[tokio::test]
async fn a_planner_finds_people_of_the_own_subtree() {
    let site = Site::start().await;
    let centre = site.sign_in("thuky").await;
    assert_eq!(centre.get("accounts").await.total, Some(12));
    let found = centre.get("accounts?q=giang%20a").await.expect(200);
    assert_eq!(column(&found, "username"), ["tinh1.xa1"]);
    let chairs = centre.get("accounts?role=chair").await.expect(200);
    assert_eq!(
        column(&chairs, "username"),
        ["chutri", "tinh1", "tinh2", "tinh3"]
    );

    let province = site.sign_in("tinh1").await;
    let own = province.get("accounts").await.expect(200);
    assert_eq!(
        column(&own, "username"),
        ["tinh1", "tinh1.xa1", "tinh1.xa2"]
    );
    province
        .get("accounts?unit=66")
        .await
        .refused(403, "forbidden");
}

#[tokio::test]
async fn who_plans_nothing_sees_nobody() {
    let site = Site::start().await;
    let delegate = site.sign_in("tinh1.xa1").await;
    delegate.get("accounts").await.refused(403, "forbidden");
    let chair = site.sign_in("chutri").await;
    chair.get("accounts").await.refused(403, "forbidden");
}
