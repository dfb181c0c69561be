//! Whether a set of units is a tree on every day.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use super::refusal::{Reason, Refusal};
use crate::model::ids::UnitCode;
use crate::model::unit::Unit;

/// A unit, and its line if it comes from the file.
pub(super) struct Candidate {
    pub(super) unit: Unit,
    pub(super) line: Option<u64>,
}

/// All units by code and first day.
pub(super) type Candidates = BTreeMap<(UnitCode, NaiveDate), Candidate>;

/// What is wrong with the whole, in the order of the file's lines.
pub(super) fn check(candidates: &Candidates) -> Vec<Refusal> {
    let rows: Vec<&Candidate> = candidates.values().collect();
    let mut by_code: HashMap<&UnitCode, Vec<usize>> = HashMap::new();
    for (index, row) in rows.iter().enumerate() {
        by_code.entry(&row.unit.code).or_default().push(index);
    }
    let tree = Tree { rows, by_code };
    let mut refusals = tree.bad_periods();
    // Only of periods that are sound can be told what holds on a day.
    if refusals.is_empty() {
        refusals = tree.missing_parents();
    }
    if refusals.is_empty() {
        refusals = tree.cycles();
    }
    refusals.sort_by_key(|refusal| refusal.line);
    refusals
}

struct Tree<'a> {
    /// By code, then first day.
    rows: Vec<&'a Candidate>,
    by_code: HashMap<&'a UnitCode, Vec<usize>>,
}

impl<'a> Tree<'a> {
    fn periods_of(&self, code: &UnitCode) -> &[usize] {
        self.by_code.get(code).map_or(&[], Vec::as_slice)
    }

    fn bad_periods(&self) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        for row in &self.rows {
            if let Some(valid_to) = row.unit.valid_to
                && valid_to < row.unit.valid_from
            {
                refusals.push(refuse(
                    row,
                    Reason::EndsBeforeItBegins {
                        code: row.unit.code.clone(),
                        valid_from: row.unit.valid_from,
                        valid_to,
                    },
                ));
            }
        }
        for pair in self.rows.windows(2) {
            let [earlier, later] = pair else { continue };
            if earlier.unit.code == later.unit.code
                && earlier
                    .unit
                    .valid_to
                    .is_none_or(|last| last >= later.unit.valid_from)
            {
                // Name the row of the file, whichever of the two it is.
                let (row, other) = if later.line.is_some() || earlier.line.is_none() {
                    (later, earlier)
                } else {
                    (earlier, later)
                };
                refusals.push(refuse(
                    row,
                    Reason::Overlap {
                        code: row.unit.code.clone(),
                        valid_from: row.unit.valid_from,
                        other_from: other.unit.valid_from,
                    },
                ));
            }
        }
        refusals
    }

    fn missing_parents(&self) -> Vec<Refusal> {
        self.rows
            .iter()
            .filter_map(|row| {
                let parent = row.unit.parent.as_ref()?;
                let on = self.first_day_without(parent, &row.unit)?;
                Some(refuse(
                    row,
                    Reason::MissingParent {
                        code: row.unit.code.clone(),
                        parent: parent.clone(),
                        on,
                    },
                ))
            })
            .collect()
    }

    /// The first day of the unit's period on which no row of the parent is in force.
    fn first_day_without(&self, parent: &UnitCode, unit: &Unit) -> Option<NaiveDate> {
        let mut day = unit.valid_from;
        for &index in self.periods_of(parent) {
            let period = &self.rows[index].unit;
            if !period.holds_at(day) {
                continue;
            }
            let last = period.valid_to?;
            if unit.valid_to.is_some_and(|end| end <= last) {
                return None;
            }
            day = last.succ_opt()?;
        }
        Some(day)
    }

    /// Rows on a cycle of the first day on which there is one.
    fn cycles(&self) -> Vec<Refusal> {
        let suspects = self.not_hanging_from_the_top();
        // If all rows of a cycle hold on some day, they all hold on the day the last of them begins.
        let days: BTreeSet<NaiveDate> = suspects
            .iter()
            .map(|&index| self.rows[index].unit.valid_from)
            .collect();
        for day in days {
            let on_cycle = self.on_a_cycle(&suspects, day);
            if !on_cycle.is_empty() {
                return on_cycle;
            }
        }
        Vec::new()
    }

    /// What is left after taking away, again and again, every row all of whose parent's rows are
    /// gone. Without a cycle nothing is left.
    fn not_hanging_from_the_top(&self) -> Vec<usize> {
        let mut waits_for = vec![0_usize; self.rows.len()];
        let mut waiting: Vec<Vec<usize>> = vec![Vec::new(); self.rows.len()];
        for (index, row) in self.rows.iter().enumerate() {
            let Some(parent) = &row.unit.parent else {
                continue;
            };
            for &above in self.periods_of(parent) {
                if overlap(&row.unit, &self.rows[above].unit) {
                    waits_for[index] += 1;
                    waiting[above].push(index);
                }
            }
        }
        let mut free: Vec<usize> = (0..self.rows.len())
            .filter(|&index| waits_for[index] == 0)
            .collect();
        while let Some(above) = free.pop() {
            for &index in &waiting[above] {
                waits_for[index] -= 1;
                if waits_for[index] == 0 {
                    free.push(index);
                }
            }
        }
        (0..self.rows.len())
            .filter(|&index| waits_for[index] > 0)
            .collect()
    }

    fn on_a_cycle(&self, suspects: &[usize], day: NaiveDate) -> Vec<Refusal> {
        let in_force: HashMap<&UnitCode, &Candidate> = suspects
            .iter()
            .map(|&index| self.rows[index])
            .filter(|row| row.unit.holds_at(day))
            .map(|row| (&row.unit.code, row))
            .collect();
        let above = |row: &'a Candidate| -> Option<&'a Candidate> {
            in_force.get(row.unit.parent.as_ref()?).copied()
        };
        let mut seen: BTreeSet<&UnitCode> = BTreeSet::new();
        let mut refusals = Vec::new();
        for &start in in_force.values() {
            let mut path: BTreeSet<&UnitCode> = BTreeSet::new();
            let mut row = start;
            while seen.insert(&row.unit.code) {
                path.insert(&row.unit.code);
                match above(row) {
                    Some(next) => row = next,
                    None => break,
                }
            }
            // Back on its own path: the walk has closed a cycle, once around it names its rows.
            if path.contains(&row.unit.code) && above(row).is_some() {
                let entry = row;
                loop {
                    refusals.push(refuse(
                        row,
                        Reason::Cycle {
                            code: row.unit.code.clone(),
                            on: day,
                        },
                    ));
                    match above(row) {
                        Some(next) if next.unit.code != entry.unit.code => row = next,
                        _ => break,
                    }
                }
            }
        }
        refusals
    }
}

fn overlap(one: &Unit, other: &Unit) -> bool {
    one.valid_to.is_none_or(|last| other.valid_from <= last)
        && other.valid_to.is_none_or(|last| one.valid_from <= last)
}

fn refuse(row: &Candidate, reason: Reason) -> Refusal {
    Refusal {
        line: row.line,
        reason,
    }
}
