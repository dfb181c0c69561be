use std::time::Instant;

use giaoban_store::units::{ImportError, Reason, csv};
use giaoban_store::{ImportSummary, Limit, Tier, Unit, UnitQuery, UnitRow};

use crate::fixture::{code, day, rows, today, tree, unit};

const REAL_TREE: &str = include_str!("../../../../deploy/data/units.csv");

fn real_tree() -> Vec<UnitRow> {
    csv::read(REAL_TREE.as_bytes()).unwrap()
}

on_both! {
    async fn the_real_tree_is_imported_and_a_second_time_changes_nothing(bed) {
        let units = bed.store.units();
        let started = Instant::now();
        let mut reports = Vec::new();
        let first = units.import(real_tree(), |at| reports.push(at)).await.unwrap();
        println!("first import: {:?}", started.elapsed());
        assert_eq!(first, ImportSummary { added: 14_139, changed: 0, unchanged: 0 });
        assert_eq!(reports.first().map(|at| (at.done, at.total)), Some((0, 14_139)));
        assert_eq!(reports.last().map(|at| (at.done, at.total)), Some((14_139, 14_139)));
        assert!(reports.is_sorted_by_key(|at| at.done));

        let started = Instant::now();
        let second = units.import(real_tree(), |_| ()).await.unwrap();
        println!("second import: {:?}", started.elapsed());
        assert_eq!(second, ImportSummary { added: 0, changed: 0, unchanged: 14_139 });

        for (at, expected) in [
            ("2024-06-01", [1, 63, 696, 10_051]),
            ("2026-11-24", [1, 34, 0, 3_321]),
        ] {
            for (&tier, expected) in Tier::ALL.iter().zip(expected) {
                let query = UnitQuery {
                    tier: Some(tier),
                    limit: Limit::new(1),
                    ..UnitQuery::at(day(at))
                };
                assert_eq!(units.list(&query).await.unwrap().total, expected, "{tier} on {at}");
            }
        }
        let all = units.subtree(&code("TW"), today()).await.unwrap();
        assert_eq!(all.len(), 1 + 34 + 3_321);
    }
}

on_both! {
    async fn a_changed_row_replaces_the_stored_one(bed) {
        tree(&bed.store).await;
        let mut renamed = unit("15", "Tỉnh Lào Cai mới", Tier::Province, Some("TW"));
        renamed.link_kbps = Some(4_000);
        let same = unit("01", "Thành phố Hà Nội", Tier::Province, Some("TW"));
        let summary = bed
            .store
            .units()
            .import(rows([same, renamed.clone()]), |_| ())
            .await
            .unwrap();
        assert_eq!(summary, ImportSummary { added: 0, changed: 1, unchanged: 1 });
        let stored = bed.store.units().get(&renamed.code, today()).await.unwrap();
        assert_eq!(stored, Some(renamed));
    }
}

/// The reasons with their lines, after making sure that nothing was imported.
async fn refused(bed: &crate::harness::Bed, units: Vec<Unit>) -> Vec<(Option<u64>, Reason)> {
    let before = bed
        .store
        .units()
        .list(&UnitQuery::at(today()))
        .await
        .unwrap();
    let outcome = bed.store.units().import(rows(units), |_| ()).await;
    let after = bed
        .store
        .units()
        .list(&UnitQuery::at(today()))
        .await
        .unwrap();
    assert_eq!(before, after);
    match outcome {
        Err(ImportError::Refused { refusals, .. }) => refusals
            .into_iter()
            .map(|refusal| (refusal.line, refusal.reason))
            .collect(),
        other => panic!("{other:?}"),
    }
}

on_both! {
    async fn rows_that_would_break_the_tree_are_refused_with_line_and_reason(bed) {
        tree(&bed.store).await;
        let good = unit("00100", "Phường tốt", Tier::Commune, Some("01"));

        let orphan = unit("00101", "Phường mồ côi", Tier::Commune, Some("77"));
        assert_eq!(
            refused(bed, vec![good.clone(), orphan.clone()]).await,
            [(Some(3), Reason::MissingParent {
                code: orphan.code.clone(),
                parent: code("77"),
                on: day("2025-07-01"),
            })]
        );

        let mut too_early = good.clone();
        too_early.valid_from = day("2024-01-01");
        assert_eq!(
            refused(bed, vec![too_early.clone()]).await,
            [(Some(2), Reason::MissingParent {
                code: good.code.clone(),
                parent: code("01"),
                on: day("2024-01-01"),
            })]
        );

        let mut overlapping = good.clone();
        overlapping.valid_from = day("2026-01-01");
        assert_eq!(
            refused(bed, vec![good.clone(), overlapping.clone()]).await,
            [(Some(3), Reason::Overlap {
                code: good.code.clone(),
                valid_from: day("2026-01-01"),
                other_from: day("2025-07-01"),
            })]
        );

        let mut backwards = good.clone();
        backwards.valid_to = Some(day("2025-06-01"));
        assert_eq!(
            refused(bed, vec![backwards]).await[0].1.code(),
            "ends_before_it_begins"
        );

        assert_eq!(
            refused(bed, vec![good.clone(), good.clone()]).await,
            [(Some(3), Reason::Duplicate {
                code: good.code.clone(),
                valid_from: good.valid_from,
                first_line: 2,
            })]
        );
    }
}

on_both! {
    async fn units_above_each_other_are_refused(bed) {
        tree(&bed.store).await;
        let around = |code: &str, above: &str| unit(code, code, Tier::Province, Some(above));
        let refusals = refused(
            bed,
            vec![around("A", "B"), around("B", "C"), around("C", "A"), around("D", "A")],
        )
        .await;
        let lines: Vec<_> = refusals.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [Some(2), Some(3), Some(4)]);
        assert!(refusals.iter().all(|(_, reason)| reason.code() == "unit_cycle"));

        assert_eq!(refused(bed, vec![around("S", "S")]).await.len(), 1);
    }
}

on_both! {
    async fn units_that_change_places_from_one_period_to_the_next_are_no_circle(bed) {
        tree(&bed.store).await;
        let mut a_above = unit("A", "A", Tier::Province, Some("TW"));
        a_above.valid_to = Some(day("2025-12-31"));
        let mut b_below = unit("B", "B", Tier::Province, Some("A"));
        b_below.valid_to = Some(day("2025-12-31"));
        let mut b_above = unit("B", "B", Tier::Province, Some("TW"));
        b_above.valid_from = day("2026-01-01");
        let mut a_below = unit("A", "A", Tier::Province, Some("B"));
        a_below.valid_from = day("2026-01-01");
        bed.store
            .units()
            .import(rows([a_above, b_below, b_above, a_below]), |_| ())
            .await
            .unwrap();
    }
}

on_both! {
    async fn ending_a_unit_whose_children_stay_is_refused(bed) {
        tree(&bed.store).await;
        let mut ended = unit("15", "Tỉnh Lào Cai", Tier::Province, Some("TW"));
        ended.valid_to = Some(day("2026-12-31"));
        assert_eq!(
            refused(bed, vec![ended]).await,
            [(None, Reason::MissingParent {
                code: code("02647"),
                parent: code("15"),
                on: day("2027-01-01"),
            })]
        );
    }
}

on_both! {
    async fn of_two_imports_at_once_that_contradict_each_other_one_is_refused(bed) {
        tree(&bed.store).await;
        let early = unit("X", "X", Tier::Province, Some("TW"));
        let mut late = early.clone();
        late.valid_from = day("2026-01-01");
        let units = bed.store.units();
        let (one, two) = tokio::join!(
            units.import(rows([early]), |_| ()),
            units.import(rows([late]), |_| ())
        );
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    }
}
