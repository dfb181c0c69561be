//! Weekly repetition by a rule of RFC 5545 section 3.3.10, meant in the country's time.

use crate::time_zone::ZONE;
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use rrule::{RRule, RRuleSet, Tz, Unvalidated};

/// More starts than any repetition we allow has.
const MOST: u16 = 1_000;

/// A rule that can't be read or kept.
#[derive(Debug, thiserror::Error)]
#[error("the repetition rule is not usable: {0}")]
pub struct BadRule(String);

/// The rule of a weekly repetition, up to and including a day.
pub fn weekly(first: DateTime<Utc>, until: NaiveDate) -> Result<String, BadRule> {
    let end = until
        .and_time(NaiveTime::MIN)
        .and_local_timezone(ZONE)
        .earliest()
        .ok_or_else(|| BadRule(format!("no such day: {until}")))?
        + TimeDelta::days(1)
        - TimeDelta::seconds(1);
    let weekday = match first.with_timezone(&ZONE).weekday() {
        Weekday::Mon => "MO",
        Weekday::Tue => "TU",
        Weekday::Wed => "WE",
        Weekday::Thu => "TH",
        Weekday::Fri => "FR",
        Weekday::Sat => "SA",
        Weekday::Sun => "SU",
    };
    let until = end.with_timezone(&Utc).format("%Y%m%dT%H%M%SZ");
    Ok(format!("FREQ=WEEKLY;BYDAY={weekday};UNTIL={until}"))
}

/// The starts by a rule, after `after` (if given) and not after `until`.
pub fn starts(
    rule: &str,
    first: DateTime<Utc>,
    after: Option<DateTime<Utc>>,
    until: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>, BadRule> {
    let unusable = |error: rrule::RRuleError| BadRule(error.to_string());
    let parsed: RRule<Unvalidated> = rule.parse().map_err(unusable)?;
    let set: RRuleSet = parsed.build(local(first)).map_err(unusable)?;
    let dates = set.before(until.with_timezone(&Tz::UTC)).all(MOST).dates;
    Ok(dates
        .into_iter()
        .map(|date| date.with_timezone(&Utc))
        .filter(|date| after.is_none_or(|after| *date > after))
        .collect())
}

fn local(at: DateTime<Utc>) -> DateTime<Tz> {
    at.with_timezone(&Tz::Tz(ZONE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn every_week_at_the_same_local_time_through_the_last_day() {
        // Monday 07:30 in Việt Nam is Monday 00:30 UTC.
        let first = at("2026-11-30T00:30:00Z");
        let rule = weekly(first, NaiveDate::from_ymd_opt(2026, 12, 21).unwrap()).unwrap();
        assert_eq!(rule, "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261221T165959Z");
        let all = starts(&rule, first, None, at("2030-01-01T00:00:00Z")).unwrap();
        assert_eq!(all.len(), 4);
        assert_eq!(all[3], at("2026-12-21T00:30:00Z"));
    }

    #[test]
    fn early_in_the_morning_it_is_still_the_local_weekday() {
        // Tuesday 06:00 in Việt Nam is Monday 23:00 UTC.
        let first = at("2026-11-30T23:00:00Z");
        let rule = weekly(first, NaiveDate::from_ymd_opt(2026, 12, 15).unwrap()).unwrap();
        assert!(rule.contains("BYDAY=TU"));
        let all = starts(&rule, first, None, at("2030-01-01T00:00:00Z")).unwrap();
        assert_eq!(
            all,
            [
                first,
                at("2026-12-07T23:00:00Z"),
                at("2026-12-14T23:00:00Z")
            ]
        );
    }

    #[test]
    fn going_on_repeats_nothing() {
        let first = at("2026-11-30T00:30:00Z");
        let rule = weekly(first, NaiveDate::from_ymd_opt(2027, 12, 31).unwrap()).unwrap();
        let until = at("2026-12-20T00:00:00Z");
        let begun = starts(&rule, first, None, until).unwrap();
        let more = starts(&rule, first, Some(until), at("2027-01-05T00:00:00Z")).unwrap();
        assert_eq!(begun.len(), 3);
        assert_eq!(more.first(), Some(&at("2026-12-21T00:30:00Z")));
    }
}
