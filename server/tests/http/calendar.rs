use crate::briefings::{draft, path, planned};
use crate::fixture::Site;
use icalendar::parser::unfold;
use icalendar::{Calendar, Component};
use reqwest::{Client, Method};
use serde_json::json;

fn read(file: &str) -> Calendar {
    unfold(file).parse().unwrap()
}

#[tokio::test]
async fn an_invitation_is_a_calendar_file() {
    let site = Site::start().await;
    let secretary = site.sign_in("thuky").await;
    let made = planned(&secretary, &draft(&site).await).await;
    let invited = site.sign_in("tinh1.xa1").await;
    let request = invited.request(Method::GET, &format!("{}/invitation.ics", path(&made)));
    let answer = request.send().await.unwrap();
    let kind = answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(kind.starts_with("text/calendar; charset=utf-8"), "{kind}");
    let disposition = answer.headers()["content-disposition"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        disposition.contains("giaoban-2026-11-27.ics"),
        "{disposition}"
    );
    let calendar = read(&answer.text().await.unwrap());
    let event = calendar.events().next().unwrap();
    assert_eq!(event.property_value("DTSTART"), Some("20261127T150000"));
    assert_eq!(event.property_value("SEQUENCE"), Some("0"));
    assert_eq!(event.property_value("STATUS"), Some("CONFIRMED"));

    let cancel = format!("{}/cancel", path(&made));
    secretary
        .post(&cancel, &json!({ "reason": "Hoãn" }))
        .await
        .expect(200);
    let request = invited.request(Method::GET, &format!("{}/invitation.ics", path(&made)));
    let calendar = read(&request.send().await.unwrap().text().await.unwrap());
    assert_eq!(calendar.property_value("METHOD"), Some("CANCEL"));
    let event = calendar.events().next().unwrap();
    assert_eq!(event.property_value("STATUS"), Some("CANCELLED"));
    assert_eq!(event.property_value("SEQUENCE"), Some("1"));
}

#[tokio::test]
async fn a_personal_feed_needs_its_key_and_holds_one_s_own_briefings() {
    let site = Site::start().await;
    let user = site.sign_in("tinh2.xa1").await;
    let url = user.get("auth/calendar-key").await.expect(200)["url"]
        .as_str()
        .unwrap()
        .to_owned();
    let feed = Client::new().get(&url).send().await.unwrap();
    assert_eq!(feed.status(), 200);
    let calendar = read(&feed.text().await.unwrap());
    let titles: Vec<_> = calendar
        .events()
        .filter_map(|event| event.property_value("SUMMARY"))
        .collect();
    assert!(titles.contains(&"Giao ban đầu tuần"));
    assert!(titles.contains(&"Giao ban tỉnh Đắk Lắk với các xã"));
    assert!(!titles.iter().any(|title| title.contains("Lào Cai")));
    // The weekly briefing is one entry with its rule.
    let weekly: Vec<_> = calendar
        .events()
        .filter(|event| event.property_value("SUMMARY") == Some("Giao ban đầu tuần"))
        .collect();
    assert_eq!(weekly.len(), 1);
    assert!(
        weekly[0]
            .property_value("RRULE")
            .unwrap()
            .starts_with("FREQ=WEEKLY")
    );

    let mut forged = url;
    let last = if forged.ends_with('A') { 'B' } else { 'A' };
    forged.pop();
    forged.push(last);
    assert_eq!(
        Client::new().get(&forged).send().await.unwrap().status(),
        403
    );
}
