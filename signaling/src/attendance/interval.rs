use chrono::{DateTime, Utc};
use serde::Serialize;

/// A stretch of time. `to` is `None` while it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Interval {
    pub from: DateTime<Utc>,
    pub to: Option<DateTime<Utc>>,
}

impl Interval {
    /// Seconds in common with `other`; what goes on is counted until `now`.
    fn shared(&self, other: &Self, now: DateTime<Utc>) -> i64 {
        let from = self.from.max(other.from);
        let to = self.to.unwrap_or(now).min(other.to.unwrap_or(now));
        (to - from).num_milliseconds().max(0)
    }
}

/// Seconds that two lists of disjoint intervals have in common.
pub(super) fn shared_seconds(a: &[Interval], b: &[Interval], now: DateTime<Utc>) -> u32 {
    let pairs = a.iter().flat_map(|a| b.iter().map(move |b| (a, b)));
    let millis: i64 = pairs.map(|(a, b)| a.shared(b, now)).sum();
    u32::try_from(millis / 1000).unwrap_or(u32::MAX)
}

/// The union of intervals: disjoint, in order; touching ones are one.
pub(super) fn union(mut intervals: Vec<Interval>) -> Vec<Interval> {
    intervals.sort_by_key(|interval| interval.from);
    let mut merged: Vec<Interval> = Vec::new();
    for next in intervals {
        match merged.last_mut() {
            Some(last) if last.to.is_none_or(|to| next.from <= to) => {
                last.to = match (last.to, next.to) {
                    (Some(a), Some(b)) => Some(a.max(b)),
                    _ => None,
                };
            }
            _ => merged.push(next),
        }
    }
    merged
}

/// Something that goes on and off.
#[derive(Clone, Debug, Default)]
pub(super) struct Switch {
    since: Option<DateTime<Utc>>,
    over: Vec<Interval>,
}

impl Switch {
    pub(super) fn on(&mut self, at: DateTime<Utc>) {
        self.since.get_or_insert(at);
    }

    pub(super) fn off(&mut self, at: DateTime<Utc>) {
        if let Some(from) = self.since.take() {
            let to = Some(at.max(from));
            // Nothing was measured in no time.
            if to != Some(from) {
                self.over.push(Interval { from, to });
            }
        }
    }

    pub(super) fn intervals(&self) -> Vec<Interval> {
        let going_on = self.since.map(|from| Interval { from, to: None });
        self.over.iter().copied().chain(going_on).collect()
    }
}
