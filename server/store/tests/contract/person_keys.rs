use giaoban_store::{BriefingState, PersonKey};
use uuid::Uuid;

use crate::fixture::{briefing, briefing_id, clock, people};

fn key(number: u128, briefing: u128, subject: &[u8], class: &str, at: &str) -> PersonKey {
    PersonKey {
        id: Uuid::from_u128(number),
        briefing: briefing_id(briefing),
        subject: subject.to_vec(),
        class: class.to_owned(),
        key: Some(vec![7; 32]),
        created_at: clock(at),
    }
}

on_both! {
    async fn a_destroyed_key_is_gone_and_its_row_stays(bed) {
        let keys = bed.store.person_keys();
        let given = [
            key(1, 1, b"nam", "identity", "08:00"),
            key(2, 2, b"nam", "message", "09:00"),
            key(3, 1, b"hoa", "message", "08:00"),
        ];
        keys.add_all(&given).await.unwrap();
        // Sent again after a failure.
        keys.add_all(&given[..1]).await.unwrap();
        assert_eq!(keys.of_briefing(briefing_id(1)).await.unwrap(), [given[0].clone(), given[2].clone()]);
        let mut briefings = keys.briefings_of(b"nam").await.unwrap();
        briefings.sort();
        assert_eq!(briefings, [briefing_id(1), briefing_id(2)]);

        assert_eq!(keys.destroy(b"nam", clock("10:00")).await.unwrap(), 2);
        assert_eq!(keys.destroy(b"nam", clock("10:00")).await.unwrap(), 0);
        let left = keys.of_briefing(briefing_id(1)).await.unwrap();
        assert_eq!(left[0].key, None);
        assert!(left[1].key.is_some());

        assert_eq!(keys.destroy_older("message", clock("08:00"), clock("10:00")).await.unwrap(), 0);
        assert_eq!(keys.destroy_older("message", clock("08:01"), clock("10:00")).await.unwrap(), 1);
        assert_eq!(keys.of_briefing(briefing_id(1)).await.unwrap()[1].key, None);
    }
}

on_both! {
    async fn a_briefing_under_way_keeps_its_keys_however_old(bed) {
        people(&bed.store).await;
        let id = briefing(&bed.store, 1).await;
        let keys = bed.store.person_keys();
        keys.add_all(&[key(1, 1, b"nam", "message", "08:00")]).await.unwrap();
        let briefings = bed.store.briefings();
        for (state, destroyed) in [(BriefingState::InSession, 0), (BriefingState::Closed, 1)] {
            briefings.set_state(id, state, clock("09:00")).await.unwrap();
            assert_eq!(keys.destroy_older("message", clock("10:00"), clock("11:00")).await.unwrap(), destroyed);
        }
    }
}

on_both! {
    async fn after_the_database_is_written_anew_everything_is_as_it_was(bed) {
        let keys = bed.store.person_keys();
        let given = [key(1, 1, b"nam", "identity", "08:00"), key(2, 1, b"hoa", "identity", "08:00")];
        keys.add_all(&given).await.unwrap();
        keys.destroy(b"nam", clock("10:00")).await.unwrap();
        bed.store.rewrite().await.unwrap();
        bed.store.empty_log().await.unwrap();
        let left = keys.of_briefing(briefing_id(1)).await.unwrap();
        assert_eq!((left[0].key.as_ref(), &left[1]), (None, &given[1]));
    }
}
