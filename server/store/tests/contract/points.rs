use giaoban_store::PointKind;

use crate::fixture::{code, day, point, point_id, rows, today, tree, unit};
use giaoban_store::Tier;

on_both! {
    async fn a_point_comes_back_as_it_was_put_and_is_replaced_by_its_id(bed) {
        tree(&bed.store).await;
        let points = bed.store.points();
        let mut room = point(1, "01", "Phòng họp số 1");
        points.upsert(&room).await.unwrap();
        assert_eq!(points.get(room.id).await.unwrap(), Some(room.clone()));
        room.kind = PointKind::Desk;
        room.active = false;
        room.link_kbps = 1_000;
        points.upsert(&room).await.unwrap();
        assert_eq!(points.of_unit(&code("01")).await.unwrap(), [room]);
        assert_eq!(points.get(point_id(9)).await.unwrap(), None);
    }
}

on_both! {
    async fn points_of_a_subtree_come_with_the_name_of_their_unit_on_that_day(bed) {
        tree(&bed.store).await;
        let points = bed.store.points();
        points
            .upsert_all(&[
                point(1, "00004", "Phòng họp"),
                point(2, "15", "Phòng họp"),
                point(3, "01", "B"),
                point(4, "01", "A"),
            ])
            .await
            .unwrap();
        let found = points.in_subtree(&code("01"), today()).await.unwrap();
        let names: Vec<_> = found
            .iter()
            .map(|found| (found.unit_name.as_str(), found.point.name.as_str(), found.tier))
            .collect();
        assert_eq!(
            names,
            [
                ("Thành phố Hà Nội", "A", Tier::Province),
                ("Thành phố Hà Nội", "B", Tier::Province),
                ("Phường Ba Đình", "Phòng họp", Tier::Commune),
            ]
        );
        assert_eq!(found[2].parent, Some(code("01")));
        assert!(points.in_subtree(&code("01"), day("2024-01-01")).await.unwrap().is_empty());
    }
}

on_both! {
    async fn every_unit_without_a_point_gets_one_room_and_only_once(bed) {
        tree(&bed.store).await;
        let mut linked = unit("99999", "Đặc khu Trường Sa", Tier::Commune, Some("01"));
        linked.link_kbps = Some(512);
        bed.store.units().import(rows([linked]), |_| ()).await.unwrap();
        let points = bed.store.points();
        points.upsert(&point(1, "01", "Phòng họp")).await.unwrap();

        assert_eq!(points.ensure_default_points(today()).await.unwrap(), 6);
        assert_eq!(points.ensure_default_points(today()).await.unwrap(), 0);
        assert_eq!(points.of_unit(&code("01")).await.unwrap().len(), 1);
        let made = points.of_unit(&code("99999")).await.unwrap();
        assert_eq!(made.len(), 1);
        assert_eq!(made[0].name, "Đặc khu Trường Sa");
        assert_eq!((made[0].kind, made[0].link_kbps), (PointKind::Room, 512));
    }
}

on_both! {
    async fn the_whole_country_gets_its_points(bed) {
        let file = include_str!("../../../../deploy/data/units.csv");
        let tree = giaoban_store::units::csv::read(file.as_bytes()).unwrap();
        bed.store.units().import(tree, |_| ()).await.unwrap();
        let started = std::time::Instant::now();
        let made = bed.store.points().ensure_default_points(today()).await.unwrap();
        println!("default points: {:?}", started.elapsed());
        assert_eq!(made, 3_356);
        let started = std::time::Instant::now();
        let all = bed.store.points().in_subtree(&code("TW"), today()).await.unwrap();
        println!("points of the country: {:?}", started.elapsed());
        assert_eq!(all.len(), 3_356);
        assert_eq!(all[0].point.unit, code("TW"));
    }
}
