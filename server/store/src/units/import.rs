//! Importing units: all or nothing, and a second time nothing.

use std::collections::btree_map::Entry;

use super::Units;
use super::check::{Candidate, Candidates, check};
use super::fold::fold;
use super::refusal::{Reason, Refusal};
use crate::StoreError;
use crate::db::bulk::Insert;
use crate::model::unit::{ImportProgress, ImportSummary, Unit, UnitRow};

/// How many refusals are told in detail.
const MAX_REFUSALS: usize = 100;

const UPSERT: Insert = Insert {
    head: "INSERT INTO units
        (code, valid_from, valid_to, name, name_folded, tier, parent_code, link_kbps)",
    columns: 8,
    tail: "ON CONFLICT (code, valid_from) DO UPDATE SET
        valid_to = excluded.valid_to, name = excluded.name, name_folded = excluded.name_folded,
        tier = excluded.tier, parent_code = excluded.parent_code, link_kbps = excluded.link_kbps",
};

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Rows that can't be imported.
    #[error("{}", describe(.refusals, *.more))]
    Refused {
        /// The first of them, by line.
        refusals: Vec<Refusal>,
        /// How many more there are.
        more: usize,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ImportError {
    pub(super) fn refused(mut refusals: Vec<Refusal>) -> Self {
        let more = refusals.len().saturating_sub(MAX_REFUSALS);
        refusals.truncate(MAX_REFUSALS);
        Self::Refused { refusals, more }
    }
}

fn describe(refusals: &[Refusal], more: usize) -> String {
    let mut lines: Vec<String> = refusals.iter().map(ToString::to_string).collect();
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines.join("\n")
}

impl Units {
    /// Adds the rows to what is there. A row with the code and first day of a stored one replaces
    /// it; stored rows that the file doesn't hold stay. When the result would not be a tree on every
    /// day, nothing is imported. `progress` is called from zero to all rows.
    pub async fn import(
        &self,
        rows: impl IntoIterator<Item = UnitRow>,
        mut progress: impl FnMut(ImportProgress),
    ) -> Result<ImportSummary, ImportError> {
        let given = by_key(rows)?;
        let total = given.len() as u64;
        let mut done = 0;
        progress(ImportProgress { done, total });

        let mut transaction = self.db.begin().await?;
        // Two imports at once would each be sound and together not.
        transaction
            .query("UPDATE locks SET name = name WHERE name = 'units'")
            .execute()
            .await?;
        let stored: Vec<Unit> = transaction.query("SELECT * FROM units").all().await?;
        let mut summary = ImportSummary::default();
        let (candidates, changes) = merge(stored, given, &mut summary);
        let refusals = check(&candidates);
        if !refusals.is_empty() {
            return Err(ImportError::refused(refusals));
        }
        done += summary.unchanged;
        UPSERT
            .run(
                &mut transaction,
                &changes,
                |query, unit| {
                    query
                        .bind(&unit.code)
                        .bind(unit.valid_from)
                        .bind(unit.valid_to)
                        .bind(&unit.name)
                        .bind(fold(&unit.name))
                        .bind(unit.tier)
                        .bind(unit.parent.as_ref())
                        .bind(unit.link_kbps)
                },
                |rows| {
                    done += rows as u64;
                    progress(ImportProgress { done, total });
                },
            )
            .await?;
        transaction.commit().await?;
        progress(ImportProgress { done: total, total });
        Ok(summary)
    }
}

fn by_key(rows: impl IntoIterator<Item = UnitRow>) -> Result<Candidates, ImportError> {
    let mut given = Candidates::new();
    let mut refusals = Vec::new();
    for UnitRow { line, unit } in rows {
        match given.entry((unit.code.clone(), unit.valid_from)) {
            Entry::Vacant(free) => {
                free.insert(Candidate {
                    unit,
                    line: Some(line),
                });
            }
            Entry::Occupied(first) => refusals.push(Refusal {
                line: Some(line),
                reason: Reason::Duplicate {
                    code: unit.code,
                    valid_from: unit.valid_from,
                    first_line: first.get().line.unwrap_or_default(),
                },
            }),
        }
    }
    if refusals.is_empty() {
        Ok(given)
    } else {
        Err(ImportError::refused(refusals))
    }
}

/// What the store will hold, and which rows have to be written for it.
fn merge(
    stored: Vec<Unit>,
    given: Candidates,
    summary: &mut ImportSummary,
) -> (Candidates, Vec<Unit>) {
    let mut candidates: Candidates = stored
        .into_iter()
        .map(|unit| {
            let key = (unit.code.clone(), unit.valid_from);
            (key, Candidate { unit, line: None })
        })
        .collect();
    let mut changes = Vec::new();
    for (key, new) in given {
        match candidates.get(&key) {
            None => summary.added += 1,
            Some(old) if old.unit == new.unit => summary.unchanged += 1,
            Some(_) => summary.changed += 1,
        }
        if candidates.get(&key).is_none_or(|old| old.unit != new.unit) {
            changes.push(new.unit.clone());
        }
        candidates.insert(key, new);
    }
    (candidates, changes)
}
