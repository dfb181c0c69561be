//! Random effective-dated trees, compared with a model that goes through them day by day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use giaoban_store::units::ImportError;
use giaoban_store::{Tier, Unit, UnitCode};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::fixture::{day, rows};
use crate::harness::Bed;

const DAYS: u64 = 8;
const CODES: usize = 7;
const CASES: usize = 40;

fn date(number: u64) -> NaiveDate {
    day("2026-01-01") + Days::new(number)
}

/// A row as drawn: code, first day, last day or none, parent.
type Drawn = (usize, u64, Option<u64>, Option<usize>);

/// Rows that may be anything: overlapping, circular, without parents.
fn wild() -> impl Strategy<Value = Vec<Drawn>> {
    let row = (
        0..CODES,
        0..DAYS,
        option::of(0..DAYS),
        option::weighted(0.8, prop_oneof![3 => Just(0), 2 => 0..CODES]),
    );
    let root: Drawn = (0, 0, None, None);
    vec(row, 1..7).prop_map(move |mut rows| {
        rows.retain(|(code, ..)| *code != 0);
        rows.push(root);
        rows
    })
}

/// A tree on every day: each code hangs on each day, or doesn't exist, below one of lower number
/// that exists on that day.
fn sound() -> impl Strategy<Value = Vec<Drawn>> {
    let days = usize::try_from(DAYS).unwrap();
    vec(vec(option::weighted(0.8, 0..CODES), days), CODES).prop_map(move |wishes| {
        let mut above: Vec<Vec<Option<usize>>> = vec![vec![None; days]; CODES];
        let mut there = vec![vec![false; days]; CODES];
        there[0] = vec![true; days];
        for code in 1..CODES {
            for now in 0..days {
                if let Some(wish) = wishes[code][now] {
                    let parent = wish % code;
                    above[code][now] = Some(if there[parent][now] { parent } else { 0 });
                    there[code][now] = true;
                }
            }
        }
        let mut drawn: Vec<Drawn> = vec![(0, 0, None, None)];
        for (code, above) in above.iter().enumerate().skip(1) {
            let mut now = 0;
            while now < days {
                let Some(parent) = above[now] else {
                    now += 1;
                    continue;
                };
                let first = now;
                while now < days && above[now] == Some(parent) {
                    now += 1;
                }
                let last = (now < days).then(|| now as u64 - 1);
                drawn.push((code, first as u64, last, Some(parent)));
            }
        }
        drawn
    })
}

/// Codes of one case don't meet those of another, so that all cases share one store.
fn units_of(case: usize, drawn: &[Drawn]) -> Vec<Unit> {
    let code = |number: usize| UnitCode::from(format!("{case}-{number}"));
    drawn
        .iter()
        .map(|&(number, first, last, parent)| Unit {
            code: code(number),
            name: format!("Đơn vị {number}"),
            tier: Tier::Commune,
            parent: parent.map(code),
            valid_from: date(first),
            valid_to: last.map(date),
            link_kbps: None,
        })
        .collect()
}

/// The tree of one day, or `None` where it is none.
fn tree_on(units: &[Unit], at: NaiveDate) -> Option<BTreeMap<UnitCode, Option<UnitCode>>> {
    let mut tree = BTreeMap::new();
    for unit in units.iter().filter(|unit| unit.holds_at(at)) {
        if tree
            .insert(unit.code.clone(), unit.parent.clone())
            .is_some()
        {
            return None;
        }
    }
    let hangs = tree.keys().all(|code| path_up(&tree, code).is_some());
    hangs.then_some(tree)
}

/// From a unit to the top, itself included; `None` when it never gets there.
fn path_up(tree: &BTreeMap<UnitCode, Option<UnitCode>>, code: &UnitCode) -> Option<Vec<UnitCode>> {
    let mut path = vec![code.clone()];
    while let Some(parent) = tree.get(path.last()?)? {
        if path.contains(parent) {
            return None;
        }
        path.push(parent.clone());
    }
    Some(path)
}

fn is_sound(units: &[Unit]) -> bool {
    let keys: BTreeSet<_> = units
        .iter()
        .map(|unit| (&unit.code, unit.valid_from))
        .collect();
    keys.len() == units.len()
        && units
            .iter()
            .all(|unit| unit.valid_to.is_none_or(|last| unit.valid_from <= last))
        && (0..=DAYS).all(|number| tree_on(units, date(number)).is_some())
}

async fn agrees_with_the_model(bed: &Bed, case: usize, drawn: &[Drawn]) -> bool {
    let units = units_of(case, drawn);
    let repository = bed.store.units();
    let outcome = repository.import(rows(units.clone()), |_| ()).await;
    if !is_sound(&units) {
        assert!(
            matches!(outcome, Err(ImportError::Refused { .. })),
            "accepted: {units:#?}"
        );
        return false;
    }
    outcome.unwrap_or_else(|error| panic!("{error}: {units:#?}"));
    for number in 0..=DAYS {
        let at = date(number);
        let tree = tree_on(&units, at).unwrap();
        for code in (0..CODES).map(|number| UnitCode::from(format!("{case}-{number}"))) {
            let below: BTreeSet<UnitCode> = tree
                .keys()
                .filter(|other| path_up(&tree, other).unwrap().contains(&code))
                .cloned()
                .collect();
            let subtree = repository.subtree(&code, at).await.unwrap();
            let found: BTreeSet<UnitCode> = subtree.iter().map(|unit| unit.code.clone()).collect();
            assert_eq!(found.len(), subtree.len(), "one unit twice");
            assert_eq!(found, below, "below {code} on {at} in {units:#?}");

            let mut above = if tree.contains_key(&code) {
                path_up(&tree, &code).unwrap()
            } else {
                vec![code.clone()]
            };
            above.remove(0);
            above.reverse();
            let ancestors = repository.ancestors(&code, at).await.unwrap();
            let found: Vec<UnitCode> = ancestors.into_iter().map(|unit| unit.code).collect();
            assert_eq!(found, above, "above {code} on {at} in {units:#?}");
        }
    }
    true
}

on_both! {
    async fn a_sound_tree_is_accepted_and_read_back_as_it_was_on_every_day(bed) {
        let mut runner = TestRunner::deterministic();
        for case in 0..CASES {
            let drawn = sound().new_tree(&mut runner).unwrap().current();
            assert!(agrees_with_the_model(bed, case, &drawn).await, "{drawn:?}");
        }
    }
}

on_both! {
    async fn exactly_what_is_a_tree_on_every_day_is_accepted(bed) {
        let mut runner = TestRunner::deterministic();
        let mut accepted = 0;
        for case in 0..4 * CASES {
            let drawn = wild().new_tree(&mut runner).unwrap().current();
            accepted += usize::from(agrees_with_the_model(bed, case, &drawn).await);
        }
        println!("{accepted} of {} accepted", 4 * CASES);
        assert!((CASES / 4..4 * CASES).contains(&accepted), "{accepted} accepted");
    }
}
