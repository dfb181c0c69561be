use giaoban_store::{
    AgendaItem, AgendaItemId, BriefingId, BriefingOrder, BriefingPlan, BriefingQuery,
    BriefingState, Concerning, Invitation, InvitedAs, Limit, Overview, Participant,
    ParticipantRole, Store, StoreError, Viewer,
};
use uuid::Uuid;

use crate::fixture::{
    account_id, briefing_id, clock, code, people, plan, point, point_id, today, tree,
};

async fn world(store: &Store) {
    tree(store).await;
    people(store).await;
    let points = [
        point(1, "01", "Phòng họp"),
        point(2, "15", "Phòng họp"),
        point(3, "00004", "Bàn"),
    ];
    store.points().upsert_all(&points).await.unwrap();
}

fn invitation(number: u128, unit: &str, role: InvitedAs) -> Invitation {
    Invitation {
        point: point_id(number),
        point_name: format!("Điểm cầu {number}"),
        unit: code(unit),
        unit_name: format!("Đơn vị {unit}"),
        role,
    }
}

fn agenda_item(number: u128, title: &str) -> AgendaItem {
    AgendaItem {
        id: AgendaItemId::from(Uuid::from_u128(0xd000 + number)),
        title: title.to_owned(),
        minutes: 15,
        presenter_point: None,
        presenter_unit: None,
        presenter: None,
    }
}

fn full_plan() -> BriefingPlan {
    let mut full = plan("Giao ban tuần 48", "08:00", "10:00");
    full.deputy = Some(account_id(3));
    full.floor_seconds = None;
    full.agenda = vec![
        agenda_item(2, "Tình hình bão số 9"),
        agenda_item(1, "Kết luận"),
    ];
    full.agenda[0].presenter_point = Some(point_id(2));
    full.agenda[1].presenter_unit = Some(code("TW"));
    full.agenda[1].presenter = Some("Chánh Văn phòng".to_owned());
    full.invitations = vec![
        invitation(2, "15", InvitedAs::Delegate),
        invitation(1, "01", InvitedAs::Observer),
    ];
    full.participants = vec![Participant {
        account: account_id(3),
        role: ParticipantRole::Delegate,
    }];
    full
}

async fn create(store: &Store, number: u128, plan: &BriefingPlan) -> BriefingId {
    let id = briefing_id(number);
    store
        .briefings()
        .create(id, plan, account_id(2), clock("07:00"))
        .await
        .unwrap();
    id
}

on_both! {
    async fn a_plan_comes_back_as_it_was_made(bed) {
        world(&bed.store).await;
        let id = create(&bed.store, 1, &full_plan()).await;
        let detail = bed.store.briefings().get(id).await.unwrap().unwrap();
        let briefing = &detail.briefing;
        assert_eq!((briefing.state, briefing.revision), (BriefingState::Planned, 1));
        assert_eq!((briefing.created_by, briefing.updated_at), (account_id(2), clock("07:00")));
        assert_eq!(bed.store.briefings().head(id).await.unwrap().as_ref(), Some(briefing));
        assert_eq!(detail.into_plan(), full_plan());
        assert!(bed.store.briefings().get(briefing_id(9)).await.unwrap().is_none());
    }
}

on_both! {
    async fn of_two_who_edit_at_once_the_second_is_told(bed) {
        world(&bed.store).await;
        let id = create(&bed.store, 1, &full_plan()).await;
        let briefings = bed.store.briefings();
        let mut mine = full_plan();
        mine.title = "Giao ban đột xuất".to_owned();
        mine.agenda.reverse();
        mine.invitations.remove(0);
        mine.participants.clear();
        let updated = briefings.update(id, 1, &mine, clock("07:30")).await.unwrap();
        assert_eq!((updated.revision, updated.updated_at), (2, clock("07:30")));
        let error = briefings.update(id, 1, &full_plan(), clock("07:31")).await.unwrap_err();
        assert!(matches!(error, StoreError::Stale(_)), "{error}");
        let stored = briefings.get(id).await.unwrap().unwrap();
        assert_eq!(stored.into_plan(), mine);
        let error = briefings.update(briefing_id(9), 1, &mine, clock("07:31")).await.unwrap_err();
        assert_eq!(error.code(), "not_found");
    }
}

on_both! {
    async fn a_refused_edit_changes_nothing(bed) {
        world(&bed.store).await;
        let id = create(&bed.store, 1, &full_plan()).await;
        let mut unknown_point = full_plan();
        unknown_point.title = "Khác".to_owned();
        unknown_point.invitations.push(invitation(99, "01", InvitedAs::Delegate));
        let mut twice = full_plan();
        twice.title = "Khác".to_owned();
        twice.invitations.push(invitation(1, "01", InvitedAs::Delegate));
        for (wrong, expected) in [(unknown_point, "unknown_reference"), (twice, "already_taken")] {
            let error = bed.store.briefings().update(id, 1, &wrong, clock("07:30")).await.unwrap_err();
            assert_eq!(error.code(), expected);
        }
        let stored = bed.store.briefings().get(id).await.unwrap().unwrap();
        assert_eq!(stored.briefing.revision, 1);
        assert_eq!(stored.into_plan(), full_plan());
    }
}

on_both! {
    async fn a_cancelled_briefing_says_why(bed) {
        world(&bed.store).await;
        let id = create(&bed.store, 1, &full_plan()).await;
        let cancelled = bed
            .store
            .briefings()
            .cancel(id, 1, "Hoãn do bão", clock("07:30"))
            .await
            .unwrap();
        assert_eq!(cancelled.state, BriefingState::Cancelled);
        assert_eq!(cancelled.cancelled_reason.as_deref(), Some("Hoãn do bão"));
        let error = bed.store.briefings().cancel(id, 1, "", clock("07:31")).await.unwrap_err();
        assert_eq!(error.code(), "stale_revision");
    }
}

on_both! {
    async fn a_state_noted_again_changes_nothing(bed) {
        world(&bed.store).await;
        let id = create(&bed.store, 1, &full_plan()).await;
        let briefings = bed.store.briefings();
        let open = briefings.set_state(id, BriefingState::Open, clock("07:45")).await.unwrap();
        assert_eq!((open.state, open.revision), (BriefingState::Open, 2));
        let again = briefings.set_state(id, BriefingState::Open, clock("07:50")).await.unwrap();
        assert_eq!(again, open);
        let error = briefings
            .set_state(briefing_id(9), BriefingState::Open, clock("07:45"))
            .await
            .unwrap_err();
        assert_eq!(error.code(), "not_found");
    }
}

on_both! {
    async fn children_are_found_and_a_briefing_is_never_below_itself(bed) {
        world(&bed.store).await;
        let below = |parent: u128| BriefingPlan {
            parent: Some(briefing_id(parent)),
            ..plan("Giao ban tỉnh", "08:00", "10:00")
        };
        create(&bed.store, 1, &plan("Giao ban tuần", "08:00", "10:00")).await;
        create(&bed.store, 2, &below(1)).await;
        create(&bed.store, 3, &below(1)).await;
        create(&bed.store, 4, &below(2)).await;
        let briefings = bed.store.briefings();
        let children = briefings.children(briefing_id(1)).await.unwrap();
        let ids: Vec<_> = children.iter().map(|child| child.id).collect();
        assert_eq!(ids, [briefing_id(2), briefing_id(3)]);

        for (id, parent) in [(1, 1), (1, 4)] {
            let error = briefings
                .update(briefing_id(id), 1, &below(parent), clock("07:30"))
                .await
                .unwrap_err();
            assert_eq!(error.code(), "circular_reference");
        }
        let error = briefings
            .update(briefing_id(4), 1, &below(99), clock("07:30"))
            .await
            .unwrap_err();
        assert_eq!(error.code(), "unknown_reference");
    }
}

/// Numbers of the briefings found, after making sure that the total agrees.
async fn found(store: &Store, query: &BriefingQuery) -> Vec<u128> {
    let page = store.briefings().list(query).await.unwrap();
    assert_eq!(page.total, page.items.len() as u64);
    page.items
        .iter()
        .map(|briefing| Uuid::from(briefing.id).as_u128() - 0xc000)
        .collect()
}

on_both! {
    async fn a_list_is_filtered_by_state_time_and_host(bed) {
        world(&bed.store).await;
        for (number, start, end, host) in [
            (1, "08:00", "09:00", "TW"),
            (2, "09:00", "10:00", "01"),
            (3, "09:30", "11:00", "00004"),
            (4, "07:00", "07:30", "15"),
        ] {
            let mut planned = plan("Giao ban", start, end);
            planned.host_unit = code(host);
            create(&bed.store, number, &planned).await;
        }
        let briefings = bed.store.briefings();
        briefings.set_state(briefing_id(2), BriefingState::InSession, clock("09:00")).await.unwrap();
        briefings.set_state(briefing_id(3), BriefingState::Open, clock("09:00")).await.unwrap();

        let any = BriefingQuery::default;
        assert_eq!(found(&bed.store, &any()).await, [4, 1, 2, 3]);
        let latest = BriefingQuery { order: BriefingOrder::LatestFirst, ..any() };
        assert_eq!(found(&bed.store, &latest).await, [3, 2, 1, 4]);
        let states = |states: &[BriefingState]| BriefingQuery { states: states.to_vec(), ..any() };
        assert_eq!(found(&bed.store, &states(&[BriefingState::InSession])).await, [2]);
        assert_eq!(
            found(&bed.store, &states(&[BriefingState::Open, BriefingState::InSession])).await,
            [2, 3]
        );
        let during = BriefingQuery { from: Some(clock("09:00")), to: Some(clock("09:30")), ..any() };
        assert_eq!(found(&bed.store, &during).await, [2]);
        let hosted = |unit: &str| BriefingQuery {
            host_within: Some((code(unit), today())),
            ..any()
        };
        assert_eq!(found(&bed.store, &hosted("01")).await, [2, 3]);
        assert_eq!(found(&bed.store, &hosted("TW")).await, [4, 1, 2, 3]);
        assert!(found(&bed.store, &hosted("77")).await.is_empty());
    }
}

on_both! {
    async fn everyone_concerned_finds_a_briefing_and_nobody_else(bed) {
        world(&bed.store).await;
        create(&bed.store, 1, &full_plan()).await;
        let concerns = async |concerning: Concerning| {
            let query = BriefingQuery { concerning: Some(concerning), ..BriefingQuery::default() };
            !found(&bed.store, &query).await.is_empty()
        };
        let account = |number| Concerning { account: Some(account_id(number)), ..Concerning::default() };
        let point = |number| Concerning { point: Some(point_id(number)), ..Concerning::default() };
        let unit = |unit: &str| Concerning { unit: Some(code(unit)), ..Concerning::default() };
        for (who, concerned) in [
            (account(1), true),
            (account(2), true),
            (account(3), true),
            (account(9), false),
            (point(1), true),
            (point(3), false),
            (unit("15"), true),
            (unit("TW"), true),
            (unit("00004"), false),
            (Concerning::default(), false),
            (Concerning { point: Some(point_id(3)), ..account(1) }, true),
        ] {
            assert_eq!(concerns(who.clone()).await, concerned, "{who:?}");
        }
    }
}

on_both! {
    async fn a_briefing_may_be_sought_that_concerns_one_or_is_held_within_ones_subtree(bed) {
        world(&bed.store).await;
        create(&bed.store, 1, &full_plan()).await;
        let mut in_the_province = plan("Giao ban tỉnh", "09:00", "10:00");
        in_the_province.host_unit = code("00004");
        create(&bed.store, 2, &in_the_province).await;
        let mut elsewhere = in_the_province.clone();
        elsewhere.host_unit = code("02647");
        create(&bed.store, 3, &elsewhere).await;
        let mut query = BriefingQuery {
            host_within: Some((code("01"), today())),
            concerning: Some(Concerning { account: Some(account_id(3)), ..Concerning::default() }),
            ..BriefingQuery::default()
        };
        assert!(found(&bed.store, &query).await.is_empty());
        query.either = true;
        assert_eq!(found(&bed.store, &query).await, [1, 2]);
        query.concerning = None;
        assert_eq!(found(&bed.store, &query).await, [2]);
    }
}

on_both! {
    async fn an_overview_tells_what_the_viewer_is_to_each_briefing(bed) {
        world(&bed.store).await;
        create(&bed.store, 1, &full_plan()).await;
        let mut child = plan("Giao ban tỉnh", "08:00", "10:00");
        child.parent = Some(briefing_id(1));
        create(&bed.store, 2, &child).await;
        let unit = code("01");
        let viewer = |account, point| Viewer { account: account_id(account), point, unit: &unit };
        let overviews = async |viewer| {
            bed.store
                .briefings()
                .overviews(&[briefing_id(2), briefing_id(9), briefing_id(1)], viewer)
                .await
                .unwrap()
        };
        let parent = Overview {
            id: briefing_id(1),
            points: 2,
            children: 1,
            named: Some(ParticipantRole::Delegate),
            invited: Some(InvitedAs::Observer),
        };
        let nothing = Overview { id: briefing_id(2), points: 0, children: 0, named: None, invited: None };
        assert_eq!(overviews(viewer(3, None)).await, [nothing.clone(), parent.clone()]);
        // Who has a point of his own doesn't come with another of his unit.
        let elsewhere = Overview { named: None, invited: None, ..parent };
        assert_eq!(overviews(viewer(1, Some(point_id(3)))).await, [nothing, elsewhere]);
    }
}

on_both! {
    async fn pages_follow_each_other_without_gap_or_repetition_even_at_equal_starts(bed) {
        world(&bed.store).await;
        for number in 1..=5 {
            let start = if number < 4 { "08:00" } else { "09:00" };
            create(&bed.store, number, &plan("Giao ban", start, "10:00")).await;
        }
        for (order, expected) in [
            (BriefingOrder::EarliestFirst, [1, 2, 3, 4, 5]),
            (BriefingOrder::LatestFirst, [5, 4, 3, 2, 1]),
        ] {
            let mut query = BriefingQuery { order, limit: Limit::new(2), ..BriefingQuery::default() };
            let mut seen = Vec::new();
            loop {
                let page = bed.store.briefings().list(&query).await.unwrap();
                assert_eq!(page.total, 5);
                seen.extend(page.items.iter().map(|item| Uuid::from(item.id).as_u128() - 0xc000));
                match page.next {
                    Some(next) => query.cursor = Some(next),
                    None => break,
                }
            }
            assert_eq!(seen, expected);
        }
        let astray = BriefingQuery {
            cursor: Some("somewhere".to_owned().into()),
            ..BriefingQuery::default()
        };
        let error = bed.store.briefings().list(&astray).await.unwrap_err();
        assert!(matches!(error, StoreError::BadCursor));
    }
}

on_both! {
    async fn times_come_back_cut_to_the_microsecond_and_sort_right(bed) {
        world(&bed.store).await;
        let half = clock("08:00") + chrono::TimeDelta::nanoseconds(500_000_700);
        for (number, start) in [(1, half), (2, clock("08:00")), (3, clock("08:01"))] {
            let mut planned = plan("Giao ban", "08:00", "10:00");
            planned.starts_at = start;
            create(&bed.store, number, &planned).await;
        }
        assert_eq!(found(&bed.store, &BriefingQuery::default()).await, [2, 1, 3]);
        let stored = bed.store.briefings().head(briefing_id(1)).await.unwrap().unwrap();
        assert_eq!(stored.starts_at, clock("08:00") + chrono::TimeDelta::microseconds(500_000));
    }
}

on_both! {
    async fn a_national_briefing_invites_every_point(bed) {
        let file = include_str!("../../../../deploy/data/units.csv");
        let tree = giaoban_store::units::csv::read(file.as_bytes()).unwrap();
        bed.store.units().import(tree, |_| ()).await.unwrap();
        people(&bed.store).await;
        bed.store.points().ensure_default_points(today()).await.unwrap();
        let mut national = plan("Giao ban toàn quốc", "08:00", "10:00");
        national.invitations = bed
            .store
            .points()
            .in_subtree(&code("TW"), today())
            .await
            .unwrap()
            .into_iter()
            .map(|found| Invitation {
                point: found.point.id,
                point_name: found.point.name,
                unit: found.point.unit,
                unit_name: found.unit_name,
                role: InvitedAs::Delegate,
            })
            .collect();
        let started = std::time::Instant::now();
        let id = create(&bed.store, 1, &national).await;
        println!("create with {} points: {:?}", national.invitations.len(), started.elapsed());
        let started = std::time::Instant::now();
        let stored = bed.store.briefings().get(id).await.unwrap().unwrap();
        println!("get: {:?}", started.elapsed());
        assert_eq!(stored.into_plan(), national);
    }
}
