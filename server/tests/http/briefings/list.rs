use crate::fixture::{Site, column, start_of_time};
use chrono::TimeDelta;

#[tokio::test]
async fn what_is_in_a_span_of_time_and_in_a_state() {
    let site = Site::start().await;
    let user = site.sign_in("tinh1.xa1").await;
    let from = (start_of_time() + TimeDelta::hours(12)).format("%Y-%m-%dT%H:%M:%SZ");
    let to = (start_of_time() + TimeDelta::days(2)).format("%Y-%m-%dT%H:%M:%SZ");
    let tomorrow = user
        .get(&format!("briefings?mine=true&from={from}&to={to}"))
        .await
        .expect(200);
    assert_eq!(
        column(&tomorrow, "title"),
        ["Họp trực tuyến về cải cách hành chính"]
    );
    user.get("briefings?state=sleeping")
        .await
        .refused(400, "bad_query");
}

#[tokio::test]
async fn a_role_for_a_unit_shows_what_is_held_below_it() {
    let site = Site::start().await;
    let secretary = site.sign_in("thuky").await;
    let all = secretary.get("briefings?limit=500").await.expect(200);
    let dak_lak = "Giao ban tỉnh Đắk Lắk với các xã".to_owned();
    assert!(column(&all, "title").contains(&dak_lak));
    let mine = secretary
        .get("briefings?mine=true&limit=500")
        .await
        .expect(200);
    assert!(!column(&mine, "title").contains(&dak_lak));
    // A neighbouring province sees the centre's to which it is invited, and not another province's own.
    let neighbour = site.sign_in("tinh1").await;
    let theirs = neighbour.get("briefings?limit=500").await.expect(200);
    assert!(!column(&theirs, "title").contains(&dak_lak));
    assert!(column(&theirs, "title").contains(&"Giao ban đầu tuần".to_owned()));
    let of_unit = neighbour
        .get("briefings?unit=66&limit=500")
        .await
        .expect(200);
    assert_eq!(column(&of_unit, "title"), Vec::<String>::new());
}

#[tokio::test]
async fn pages_have_the_length_that_was_asked_for() {
    let site = Site::start().await;
    let user = site.sign_in("thuky").await;
    let first = user.get("briefings?limit=2").await;
    let total = first.total.unwrap();
    let first = first.expect(200);
    assert_eq!(column(&first, "id").len(), 2);
    assert!(total > 5);
    let next = first["next"].as_str().unwrap();
    let second = user
        .get(&format!("briefings?limit=2&cursor={next}"))
        .await
        .expect(200);
    assert!(
        column(&second, "id")
            .iter()
            .all(|id| !column(&first, "id").contains(id))
    );
    user.get("briefings?cursor=nonsense")
        .await
        .refused(400, "bad_cursor");
}
