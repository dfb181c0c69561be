//! Briefings as iCalendar (RFC 5545), for the calendars that people already have.
//!
//! A repetition is one entry with its rule, and one more for each briefing of it that is not as the rule says: moved, renamed,
//! cancelled. Times are local with the zone's definition in the file.

use crate::time_zone::{ZONE, ZONE_NAME};
use chrono::{DateTime, TimeDelta, Utc};
use giaoban_store::{Briefing, BriefingState, Series, SeriesId};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

const PRODUCT: &str = "-//giaoban//giaoban//VI";

/// The zone's definition (RFC 5545 section 3.6.5): UTC+7 without daylight saving since 13 June 1975.
const ZONE_DEFINITION: &str = "BEGIN:VTIMEZONE\r\nTZID:Asia/Ho_Chi_Minh\r\nBEGIN:STANDARD\r\n\
    DTSTART:19750613T000000\r\nTZOFFSETFROM:+0700\r\nTZOFFSETTO:+0700\r\nTZNAME:+07\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";

/// A briefing with the names that a calendar shows.
#[derive(Clone, Debug)]
pub struct Entry {
    pub briefing: Briefing,
    pub host_name: String,
    pub chair_name: String,
    /// Page of the briefing.
    pub url: String,
}

/// What the file is for (RFC 5546 section 1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Publish,
    Cancel,
}

impl Method {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Cancel => "CANCEL",
        }
    }
}

/// The file. Entries whose series is among `series` are shown as its instances.
#[must_use]
pub fn file(name: &str, method: Method, entries: &[Entry], series: &[Series]) -> String {
    let mut calendar = Calendar::empty();
    for (key, value) in [
        ("VERSION", "2.0"),
        ("PRODID", PRODUCT),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", method.as_str()),
    ] {
        calendar.append_property(Property::new(key, value));
    }
    calendar.name(name).timezone(ZONE_NAME);
    let known: HashMap<SeriesId, &Series> = series.iter().map(|one| (one.id, one)).collect();
    let mut masters = HashSet::new();
    for entry in entries {
        let of = entry
            .briefing
            .occurrence
            .and_then(|occurrence| Some((known.get(&occurrence.series)?, occurrence.starts_at)));
        match of {
            None => {
                let uid = uid(entry.briefing.id.into());
                calendar.push(event(entry, &uid).done());
            }
            Some((series, by_rule)) => {
                let uid = uid(series.id.into());
                if masters.insert(series.id) {
                    calendar.push(master(series, entry, entries, &uid).done());
                }
                if differs(entry, series, by_rule) {
                    let mut instance = event(entry, &uid);
                    instance.append_property(local(by_rule, "RECURRENCE-ID"));
                    calendar.push(instance.done());
                }
            }
        }
    }
    // The library would put DTSTAMP and UID, which don't belong there, into a zone's definition.
    calendar
        .to_string()
        .replacen("BEGIN:VEVENT", &format!("{ZONE_DEFINITION}BEGIN:VEVENT"), 1)
}

fn uid(id: Uuid) -> String {
    format!("{id}@giaoban")
}

/// One briefing.
fn event(entry: &Entry, uid: &str) -> Event {
    let briefing = &entry.briefing;
    let mut event = Event::new();
    event
        .uid(uid)
        .sequence(sequence(briefing.revision))
        .timestamp(briefing.updated_at)
        .summary(&briefing.title);
    event.append_property(local(briefing.starts_at, "DTSTART"));
    event.append_property(local(briefing.ends_at, "DTEND"));
    describe(&mut event, entry);
    event.status(if briefing.state == BriefingState::Cancelled {
        EventStatus::Cancelled
    } else {
        EventStatus::Confirmed
    });
    event
}

/// A repetition as its rule says.
fn master(series: &Series, first: &Entry, entries: &[Entry], uid: &str) -> Event {
    let revision = entries
        .iter()
        .filter(|entry| {
            entry
                .briefing
                .occurrence
                .is_some_and(|occurrence| occurrence.series == series.id)
        })
        .map(|entry| entry.briefing.revision)
        .max()
        .unwrap_or(1);
    let mut event = Event::new();
    event
        .uid(uid)
        .sequence(sequence(revision))
        .timestamp(first.briefing.updated_at)
        .summary(&series.title)
        .status(EventStatus::Confirmed);
    let ends_at = series.first_starts_at + length(series);
    event.append_property(local(series.first_starts_at, "DTSTART"));
    event.append_property(local(ends_at, "DTEND"));
    event.append_property(Property::new("RRULE", rule(series)));
    describe(&mut event, first);
    event
}

/// A repetition that was ended goes on no further than to its end.
fn rule(series: &Series) -> String {
    let Some(ended) = series.ended_at else {
        return series.rrule.clone();
    };
    let until = format!("UNTIL={}", ended.format("%Y%m%dT%H%M%SZ"));
    series
        .rrule
        .split(';')
        .map(|part| {
            if part.starts_with("UNTIL=") {
                until.as_str()
            } else {
                part
            }
        })
        .collect::<Vec<_>>()
        .join(";")
}

fn describe(event: &mut Event, entry: &Entry) {
    event
        .location(&format!("Trực tuyến, {}", entry.host_name))
        .description(&format!(
            "Đơn vị chủ trì: {}\nChủ trì: {}\nVào họp: {}",
            entry.host_name, entry.chair_name, entry.url
        ))
        .url(&entry.url);
    let id = Uuid::from(entry.briefing.chair);
    event.append_property(
        Property::new("ORGANIZER", format!("urn:uuid:{id}"))
            .add_parameter("CN", &format!("\"{}\"", entry.chair_name.replace('"', "'")))
            .done(),
    );
}

/// Whether a briefing is not what the rule of its series says.
fn differs(entry: &Entry, series: &Series, by_rule: DateTime<Utc>) -> bool {
    let briefing = &entry.briefing;
    briefing.state == BriefingState::Cancelled
        || briefing.starts_at != by_rule
        || briefing.ends_at - briefing.starts_at != length(series)
        || briefing.title != series.title
}

fn length(series: &Series) -> TimeDelta {
    TimeDelta::minutes(series.minutes.into())
}

/// Revisions count from 1, sequences from 0 (RFC 5545 section 3.8.7.4).
fn sequence(revision: u64) -> u32 {
    u32::try_from(revision.saturating_sub(1)).unwrap_or(u32::MAX)
}

fn local(at: DateTime<Utc>, key: &str) -> Property {
    let time = at.with_timezone(&ZONE).format("%Y%m%dT%H%M%S");
    Property::new(key, time.to_string())
        .add_parameter("TZID", ZONE_NAME)
        .done()
}

#[cfg(test)]
mod tests;
