use giaoban_store::TokenRevocation;

use crate::fixture::{account_id, clock, people};

on_both! {
    async fn the_latest_revocation_of_an_account_counts(bed) {
        people(&bed.store).await;
        let account = account_id(1);
        let revocations = bed.store.token_revocations();
        revocations.revoke(account, clock("08:00")).await.unwrap();
        revocations.revoke(account, clock("09:00")).await.unwrap();
        let found = revocations.since(clock("08:30")).await.unwrap();
        assert_eq!(found, [TokenRevocation { account, at: clock("09:00") }]);
        assert!(revocations.since(clock("09:01")).await.unwrap().is_empty());
    }
}

on_both! {
    async fn a_second_factor_counts_once_confirmed_and_each_code_once(bed) {
        people(&bed.store).await;
        let account = account_id(1);
        let factors = bed.store.second_factors();
        assert_eq!(factors.get(account).await.unwrap(), None);
        assert!(factors.begin(account, b"first").await.unwrap());
        assert!(factors.begin(account, b"second").await.unwrap());
        let begun = factors.get(account).await.unwrap().unwrap();
        assert_eq!((begun.secret.as_slice(), begun.confirmed_at), (b"second".as_slice(), None));

        let codes = [b"one".to_vec(), b"two".to_vec()];
        factors.confirm(account, 10, &codes, clock("08:00")).await.unwrap();
        assert!(!factors.begin(account, b"third").await.unwrap());
        assert!(!factors.use_step(account, 10).await.unwrap());
        assert!(factors.use_step(account, 11).await.unwrap());
        assert!(!factors.use_step(account, 11).await.unwrap());
        assert!(factors.use_recovery_code(account, b"one").await.unwrap());
        assert!(!factors.use_recovery_code(account, b"one").await.unwrap());

        factors.remove(account).await.unwrap();
        assert_eq!(factors.get(account).await.unwrap(), None);
        assert!(!factors.use_recovery_code(account, b"two").await.unwrap());
    }
}
