use chrono::{DateTime, Utc};
use giaoban_store::{Session, SessionId};
use uuid::Uuid;

use crate::fixture::{account_id, clock, people};

fn session(number: u8, account: u128, expires_at: DateTime<Utc>) -> Session {
    Session {
        id: SessionId::from(Uuid::from_u128(u128::from(number))),
        account: account_id(account),
        token_hash: vec![number; 32],
        created_at: clock("07:00"),
        last_seen_at: clock("07:00"),
        expires_at,
        user_agent: "Firefox/140".to_owned(),
    }
}

on_both! {
    async fn a_token_is_good_until_it_expires_and_use_prolongs_it(bed) {
        people(&bed.store).await;
        let sessions = bed.store.sessions();
        let given = session(1, 1, clock("08:00"));
        sessions.create(&given).await.unwrap();
        let find = async |at: &str| sessions.find(&[1; 32], clock(at)).await.unwrap();
        assert_eq!(find("07:59").await, Some(given.clone()));
        assert_eq!(find("08:00").await, None);
        sessions.touch(given.id, clock("07:30"), clock("09:00")).await.unwrap();
        let found = find("08:00").await.unwrap();
        assert_eq!((found.last_seen_at, found.expires_at), (clock("07:30"), clock("09:00")));
        assert_eq!(sessions.find(&[2; 32], clock("07:30")).await.unwrap(), None);
    }
}

on_both! {
    async fn one_or_all_or_all_other_sign_ins_can_be_ended(bed) {
        people(&bed.store).await;
        let sessions = bed.store.sessions();
        for (number, account) in [(1, 1), (2, 1), (3, 1), (4, 2)] {
            sessions.create(&session(number, account, clock("09:00"))).await.unwrap();
        }
        let left = async |account| {
            let left = sessions.of_account(account_id(account), clock("08:00")).await.unwrap();
            left.into_iter().map(|session| session.token_hash[0]).collect::<Vec<_>>()
        };
        sessions.revoke(session(1, 1, clock("09:00")).id).await.unwrap();
        assert_eq!(left(1).await, [2, 3]);
        let kept = session(3, 1, clock("09:00")).id;
        assert_eq!(sessions.revoke_all(account_id(1), Some(kept)).await.unwrap(), 1);
        assert_eq!(left(1).await, [3]);
        assert_eq!(sessions.revoke_all(account_id(1), None).await.unwrap(), 1);
        assert!(left(1).await.is_empty());
        assert_eq!(left(2).await, [4]);
    }
}

on_both! {
    async fn what_has_expired_is_removed(bed) {
        people(&bed.store).await;
        let sessions = bed.store.sessions();
        sessions.create(&session(1, 1, clock("08:00"))).await.unwrap();
        sessions.create(&session(2, 1, clock("09:00"))).await.unwrap();
        assert_eq!(sessions.purge_expired(clock("08:00")).await.unwrap(), 1);
        assert_eq!(sessions.purge_expired(clock("08:00")).await.unwrap(), 0);
    }
}

on_both! {
    async fn nobody_signs_in_as_an_account_that_is_not_there(bed) {
        let error = bed.store.sessions().create(&session(1, 1, clock("08:00"))).await.unwrap_err();
        assert_eq!(error.code(), "unknown_reference");
    }
}
