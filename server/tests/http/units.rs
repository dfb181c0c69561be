use crate::fixture::{Site, column};

#[tokio::test]
async fn units_are_found_by_tier_parent_and_name_without_accents() {
    let site = Site::start().await;
    let user = site.sign_in("tinh1.xa1").await;
    let provinces = user.get("units?tier=province").await;
    assert_eq!(provinces.total, Some(3));
    assert_eq!(column(&provinces.expect(200), "code"), ["15", "66", "96"]);
    let communes = user.get("units?parent=15").await.expect(200);
    assert_eq!(column(&communes, "code"), ["03006", "04456"]);
    let found = user.get("units?q=mu%20cang").await.expect(200);
    assert_eq!(column(&found, "name"), ["Xã Mù Cang Chải"]);
}

#[tokio::test]
async fn the_tree_is_the_one_of_the_day_that_was_asked_for() {
    let site = Site::start().await;
    let user = site.sign_in("thuky").await;
    let before = user
        .get("units?at=2025-06-30&tier=province")
        .await
        .expect(200);
    assert_eq!(column(&before, "code"), ["66", "96"]);
    user.get("units/15?at=2025-06-30")
        .await
        .refused(404, "not_found");
    let now = user.get("units/04456").await.expect(200);
    assert_eq!(now["path"][0]["code"], "TW");
    assert_eq!(now["path"][1]["name"], "Tỉnh Lào Cai");
    assert_eq!(now["has_children"], false);
    assert_eq!(now["link_mbps"], 2.0);
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition() {
    let site = Site::start().await;
    let user = site.sign_in("thuky").await;
    let (mut codes, mut path) = (Vec::new(), "units?limit=4".to_owned());
    loop {
        let answer = user.get(&path).await;
        assert_eq!(answer.total, Some(10));
        let page = answer.expect(200);
        codes.extend(column(&page, "code"));
        match page["next"].as_str() {
            Some(next) => path = format!("units?limit=4&cursor={next}"),
            None => break,
        }
    }
    let mut once = codes.clone();
    once.dedup();
    assert_eq!(once.len(), 10);
    assert_eq!(codes, once);
}

#[tokio::test]
async fn a_query_that_cannot_be_read_is_a_problem() {
    let site = Site::start().await;
    let user = site.sign_in("thuky").await;
    user.get("units?at=yesterday")
        .await
        .refused(400, "bad_query");
    user.get("units?tier=galaxy")
        .await
        .refused(400, "bad_query");
}
