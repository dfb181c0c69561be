use giaoban_store::{Limit, Tier, Unit, UnitQuery};

use crate::fixture::{code, day, rows, today, tree, unit};

fn codes(units: &[Unit]) -> Vec<&str> {
    units.iter().map(|unit| unit.code.as_str()).collect()
}

on_both! {
    async fn a_subtree_comes_from_the_top_down_and_holds_only_what_is_in_force(bed) {
        tree(&bed.store).await;
        let units = bed.store.units();
        assert_eq!(
            codes(&units.subtree(&code("TW"), today()).await.unwrap()),
            ["TW", "01", "15", "00004", "00025", "02647"]
        );
        assert_eq!(
            codes(&units.subtree(&code("01"), today()).await.unwrap()),
            ["01", "00004", "00025"]
        );
        let before = day("2025-06-30");
        assert!(units.subtree(&code("01"), before).await.unwrap().is_empty());
        assert!(units.get(&code("01"), before).await.unwrap().is_none());
    }
}

on_both! {
    async fn ancestors_come_from_the_top_down(bed) {
        tree(&bed.store).await;
        let units = bed.store.units();
        assert_eq!(
            codes(&units.ancestors(&code("00004"), today()).await.unwrap()),
            ["TW", "01"]
        );
        assert!(units.ancestors(&code("TW"), today()).await.unwrap().is_empty());
        assert!(units.is_within(&code("00004"), &code("TW"), today()).await.unwrap());
        assert!(units.is_within(&code("01"), &code("01"), today()).await.unwrap());
        assert!(!units.is_within(&code("00004"), &code("15"), today()).await.unwrap());
    }
}

on_both! {
    async fn a_code_names_another_unit_after_a_reform(bed) {
        let mut before = unit("15", "Tỉnh Yên Bái", Tier::Province, Some("TW"));
        before.valid_from = day("2000-01-01");
        before.valid_to = Some(day("2025-06-30"));
        let mut centre = unit("TW", "Trung ương", Tier::Central, None);
        centre.valid_from = day("1945-09-02");
        let after = unit("15", "Tỉnh Lào Cai", Tier::Province, Some("TW"));
        let units = bed.store.units();
        units
            .import(rows([centre, before.clone(), after.clone()]), |_| ())
            .await
            .unwrap();
        let at = |text| units.get(&before.code, day(text));
        assert_eq!(at("2025-06-30").await.unwrap(), Some(before.clone()));
        assert_eq!(at("2025-07-01").await.unwrap(), Some(after.clone()));
        let history = units.history(&after.code).await.unwrap();
        assert_eq!(history, [before.clone(), after.clone()]);
    }
}

on_both! {
    async fn a_name_is_found_without_its_accents_and_a_code_by_its_beginning(bed) {
        tree(&bed.store).await;
        let search = async |q: &str| {
            let query = UnitQuery { q: Some(q.to_owned()), ..UnitQuery::at(today()) };
            let page = bed.store.units().list(&query).await.unwrap();
            assert_eq!(page.total, page.items.len() as u64);
            page.items.into_iter().map(|unit| String::from(unit.code)).collect::<Vec<_>>()
        };
        assert_eq!(search("ha noi").await, ["01"]);
        assert_eq!(search("ĐỐNG  đa").await, ["00025"]);
        assert_eq!(search("dong da").await, ["00025"]);
        assert_eq!(search("phuong").await, ["00004", "00025", "02647"]);
        assert_eq!(search("000").await, ["00004", "00025"]);
        assert_eq!(search("tw").await, ["TW"]);
        assert_eq!(search(" ").await.len(), 6);
        // What SQL would take for "anything" is taken as itself.
        assert!(search("%").await.is_empty());
        assert!(search("_").await.is_empty());
        assert!(search("' OR 1=1 --").await.is_empty());
    }
}

on_both! {
    async fn a_list_is_filtered_and_paged_in_the_order_of_codes(bed) {
        tree(&bed.store).await;
        let mut query = UnitQuery {
            tier: Some(Tier::Commune),
            limit: Limit::new(2),
            ..UnitQuery::at(today())
        };
        let first = bed.store.units().list(&query).await.unwrap();
        assert_eq!(codes(&first.items), ["00004", "00025"]);
        assert_eq!(first.total, 3);
        query.cursor = first.next;
        let second = bed.store.units().list(&query).await.unwrap();
        assert_eq!(codes(&second.items), ["02647"]);
        assert_eq!((second.total, second.next), (3, None));

        let children = UnitQuery { parent: Some(code("TW")), ..UnitQuery::at(today()) };
        let page = bed.store.units().list(&children).await.unwrap();
        assert_eq!(codes(&page.items), ["01", "15"]);
    }
}

on_both! {
    async fn codes_sort_byte_by_byte_whatever_the_language_of_the_database(bed) {
        let names = ["a", "B", "_x", "Ă", "10", "9"];
        let units = names.map(|name| unit(name, name, Tier::Central, None));
        bed.store.units().import(rows(units), |_| ()).await.unwrap();
        let page = bed.store.units().list(&UnitQuery::at(today())).await.unwrap();
        assert_eq!(codes(&page.items), ["10", "9", "B", "_x", "a", "Ă"]);
    }
}

on_both! {
    async fn a_search_with_a_nul_character_is_refused(bed) {
        let query = UnitQuery { q: Some("a\0b".to_owned()), ..UnitQuery::at(today()) };
        let error = bed.store.units().list(&query).await.unwrap_err();
        assert_eq!(error.code(), "invalid_text");
    }
}

on_both! {
    async fn units_with_others_below_them_are_told_apart(bed) {
        tree(&bed.store).await;
        let parents = bed.store.units().parents(today()).await.unwrap();
        assert_eq!(parents, ["TW", "01", "15"].map(code).into());
        assert!(bed.store.units().parents(day("2024-01-01")).await.unwrap().is_empty());
    }
}
