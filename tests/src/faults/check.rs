//! What must be true of the record, whatever happened.

use crate::harness::Api;
use anyhow::{Context as _, Result, bail, ensure};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// How much faster or slower than true the server's clock goes while it catches up (decision 7).
const SLEW: f32 = 0.05;
/// Between a fact and its reading.
const READING: Duration = Duration::from_millis(1_500);

/// How often each line of talk stands in the ledger; read on from where the last reading ended.
#[derive(Debug, Default)]
pub(super) struct Lines {
    next: u64,
    counts: HashMap<String, u32>,
    /// When the last fact was, and when it was read.
    last: Option<(DateTime<Utc>, Instant)>,
}

impl Lines {
    pub(super) async fn read_on(&mut self, api: &Api, briefing: &str) -> Result<()> {
        loop {
            let path = format!("/briefings/{briefing}/ledger?from={}&limit=500", self.next);
            let page = api.get(&path).await?;
            let items = page["items"].as_array().cloned().unwrap_or_default();
            let Some(last) = items.last() else {
                return Ok(());
            };
            self.next = last["seq"].as_u64().context("a fact without seq")? + 1;
            let at = last["at"].as_str().context("a fact without time")?;
            self.last = Some((at.parse()?, Instant::now()));
            for fact in &items {
                // JSON inside of JSON, opened: what was hashed is in cipher.
                let payload = fact["plain"].as_str().context("no plain payload")?;
                for line in payload.split('"').filter(|part| part.contains(" câu ")) {
                    *self.counts.entry(line.to_owned()).or_default() += 1;
                }
            }
        }
    }

    pub(super) fn facts(&self) -> u64 {
        self.next
    }

    pub(super) fn last(&self) -> Option<(DateTime<Utc>, Instant)> {
        self.last
    }

    /// The ledger's time has gone on since `before` as time does, whatever the wall clock says.
    pub(super) fn time_went_on(&self, before: Option<(DateTime<Utc>, Instant)>) -> Result<()> {
        let (Some((from, from_read)), Some((to, to_read))) = (before, self.last) else {
            return Ok(());
        };
        let truly = to_read.saturating_duration_since(from_read);
        let recorded = (to - from)
            .to_std()
            .context("the ledger's time went back")?;
        ensure!(
            recorded <= truly.mul_f32(1.0 + SLEW) + READING
                && recorded + READING >= truly.mul_f32(1.0 - SLEW),
            "{truly:?} went by, and {recorded:?} in the ledger"
        );
        Ok(())
    }

    /// Every acknowledged line is there once, and no refused one.
    pub(super) fn hold(&self, said: &[String], refused: &[String]) -> Result<()> {
        for line in said {
            match self.counts.get(line) {
                Some(1) => {}
                None => bail!("the acknowledged line \"{line}\" is not in the ledger"),
                Some(times) => bail!("\"{line}\" stands {times} times in the ledger"),
            }
        }
        for line in refused {
            ensure!(
                !self.counts.contains_key(line),
                "the refused line \"{line}\" is in the ledger"
            );
        }
        Ok(())
    }
}

/// Attendance has every account once: a gap is not a second person. Gives the number of gaps.
pub(super) async fn one_person_each(api: &Api, briefing: &str, least: usize) -> Result<usize> {
    let report = api
        .get(&format!("/briefings/{briefing}/attendance.json"))
        .await?;
    let people = report["people"].as_array().context("no people")?;
    let mut seen = HashSet::new();
    let mut gaps = 0;
    for person in people {
        let account = person["account"].as_str().context("no account")?;
        let point = person["point"].as_str().unwrap_or_default();
        ensure!(
            seen.insert((account.to_owned(), point.to_owned())),
            "{account} stands twice in the attendance"
        );
        let intervals = person["presence"].as_array().context("no presence")?;
        gaps += intervals.len().saturating_sub(1);
        for pair in intervals.windows(2) {
            let (until, from) = (pair[0]["until"].as_str(), pair[1]["from"].as_str());
            ensure!(
                matches!((until, from), (Some(until), Some(from)) if until <= from),
                "{account}'s presence overlaps itself: {pair:?}"
            );
        }
    }
    ensure!(
        seen.len() >= least,
        "only {} of {least} people are in the attendance",
        seen.len()
    );
    Ok(gaps)
}
