use super::*;
use giaoban_store::{Admission, Occurrence};
use icalendar::parser::unfold;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn entry(id: u128, title: &str, starts_at: &str) -> Entry {
    let starts_at = at(starts_at);
    Entry {
        briefing: Briefing {
            id: Uuid::from_u128(id).into(),
            title: title.to_owned(),
            host_unit: "TW".into(),
            parent: None,
            chair: Uuid::from_u128(9).into(),
            secretary: Uuid::from_u128(10).into(),
            deputy: None,
            starts_at,
            ends_at: starts_at + TimeDelta::minutes(90),
            admission: Admission::Invited,
            floor_seconds: None,
            occurrence: None,
            state: BriefingState::Planned,
            cancelled_reason: None,
            revision: 3,
            created_by: Uuid::from_u128(10).into(),
            created_at: starts_at,
            updated_at: starts_at,
        },
        host_name: "Trung ương".to_owned(),
        chair_name: "Trần Văn Nam".to_owned(),
        url: "https://giaoban.example/phien/1".to_owned(),
    }
}

/// The file as another program reads it: the properties of each entry, by name.
fn read(file: &str) -> Vec<Event> {
    let parsed: Calendar = unfold(file).parse().unwrap();
    parsed.events().cloned().collect()
}

fn value(event: &Event, key: &str) -> String {
    event.property_value(key).unwrap_or_default().to_owned()
}

#[test]
fn a_briefing_is_one_entry_in_local_time() {
    let file = file(
        "giaoban",
        Method::Publish,
        &[entry(1, "Giao ban; tuần 48, đợt 1", "2026-11-30T00:30:00Z")],
        &[],
    );
    assert!(file.contains("METHOD:PUBLISH\r\n"));
    assert!(file.contains("TZID:Asia/Ho_Chi_Minh\r\n"));
    assert!(file.lines().all(|line| line.len() <= 75));
    let events = read(&file);
    assert_eq!(events.len(), 1);
    let event = &events[0];
    assert_eq!(
        value(event, "UID"),
        "00000000-0000-0000-0000-000000000001@giaoban"
    );
    assert_eq!(value(event, "SEQUENCE"), "2");
    assert_eq!(value(event, "DTSTART"), "20261130T073000");
    assert_eq!(value(event, "DTEND"), "20261130T090000");
    assert_eq!(
        event.properties()["DTSTART"].params()["TZID"].value(),
        "Asia/Ho_Chi_Minh"
    );
    assert_eq!(event.get_summary(), Some("Giao ban; tuần 48, đợt 1"));
}

#[test]
fn a_cancelled_briefing_says_so() {
    let mut cancelled = entry(1, "Giao ban", "2026-11-30T00:30:00Z");
    cancelled.briefing.state = BriefingState::Cancelled;
    let file = file("giaoban", Method::Cancel, &[cancelled], &[]);
    assert!(file.contains("METHOD:CANCEL\r\n"));
    assert_eq!(value(&read(&file)[0], "STATUS"), "CANCELLED");
}

#[test]
fn a_repetition_is_its_rule_and_what_differs_from_it() {
    let series = Series {
        id: Uuid::from_u128(7).into(),
        title: "Giao ban đầu tuần".to_owned(),
        host_unit: "TW".into(),
        rrule: "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261221T165959Z".to_owned(),
        timezone: ZONE_NAME.to_owned(),
        first_starts_at: at("2026-11-30T00:30:00Z"),
        minutes: 90,
        expanded_to: None,
        created_by: Uuid::from_u128(10).into(),
        created_at: at("2026-11-24T00:00:00Z"),
        ended_at: None,
    };
    let of = |id, by_rule: &str, starts_at: &str| {
        let mut one = entry(id, "Giao ban đầu tuần", starts_at);
        one.briefing.occurrence = Some(Occurrence {
            series: series.id,
            starts_at: at(by_rule),
        });
        one
    };
    let entries = [
        of(1, "2026-11-30T00:30:00Z", "2026-11-30T00:30:00Z"),
        of(2, "2026-12-07T00:30:00Z", "2026-12-08T00:30:00Z"),
        of(3, "2026-12-14T00:30:00Z", "2026-12-14T00:30:00Z"),
    ];
    let events = read(&file(
        "giaoban",
        Method::Publish,
        &entries,
        std::slice::from_ref(&series),
    ));
    assert_eq!(events.len(), 2);
    assert_eq!(value(&events[0], "RRULE"), series.rrule);
    assert_eq!(value(&events[0], "DTSTART"), "20261130T073000");
    assert_eq!(value(&events[1], "RECURRENCE-ID"), "20261207T073000");
    assert_eq!(value(&events[1], "DTSTART"), "20261208T073000");
    assert_eq!(value(&events[0], "UID"), value(&events[1], "UID"));
}
