//! What the fuzzer of unit files drives; `tests/fuzz` has it and the corpus, which `make test` replays.

use std::collections::BTreeMap;

use super::check::{Candidate, Candidates, check};
use super::csv::read;
use super::import::ImportError;
use crate::model::unit::Unit;

/// A file of units: what is read is sound text and reads the same when it is written out; the tree it makes is checked
/// without end or overflow; every refusal names a line that there is.
pub fn units_csv(file: &[u8]) {
    let lines = 1 + file
        .iter()
        .filter(|octet| matches!(octet, b'\n' | b'\r'))
        .count() as u64;
    let rows = match read(file) {
        Ok(rows) => rows,
        Err(ImportError::Refused { refusals, .. }) => {
            assert!(!refusals.is_empty() && refusals.len() <= 100);
            for refusal in refusals {
                assert!(
                    refusal.line.is_none_or(|line| line <= lines),
                    "{refusal} of {lines} lines"
                );
            }
            return;
        }
        Err(ImportError::Store(_)) => return,
    };
    assert!(rows.len() as u64 <= lines);
    let units: Vec<Unit> = rows.into_iter().map(|row| row.unit).collect();
    for unit in &units {
        assert!(!unit.code.as_str().is_empty() && !unit.name.is_empty());
        assert!(!unit.name.contains(char::is_control));
        assert!(unit.link_kbps != Some(0));
    }
    let again = written(&units).map(|file| read(file.as_bytes()));
    assert!(matches!(&again, Some(Ok(rows)) if rows.iter().map(|row| &row.unit).eq(&units)));
    let candidates: Candidates = units
        .into_iter()
        .map(|unit| {
            let key = (unit.code.clone(), unit.valid_from);
            (
                key,
                Candidate {
                    unit,
                    line: Some(1),
                },
            )
        })
        .collect::<BTreeMap<_, _>>();
    let _ = check(&candidates);
}

fn written(units: &[Unit]) -> Option<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(super::csv::COLUMNS).ok()?;
    for unit in units {
        let parent = unit.parent.as_ref().map_or("", |parent| parent.as_str());
        let valid_to = unit.valid_to.map(|day| day.to_string());
        let link = unit
            .link_kbps
            .map(|kbps| (f64::from(kbps) / 1000.0).to_string());
        writer
            .write_record([
                unit.code.as_str(),
                &unit.name,
                unit.tier.as_str(),
                parent,
                &unit.valid_from.to_string(),
                &valid_to.unwrap_or_default(),
                &link.unwrap_or_default(),
            ])
            .ok()?;
    }
    String::from_utf8(writer.into_inner().ok()?).ok()
}
