use giaoban_store::{Account, AccountQuery, Limit, Locale, PasswordHash, StoreError};

use crate::fixture::{account, account_id, clock, code, people, point, point_id, today, tree};

on_both! {
    async fn a_sign_in_name_is_found_and_taken_whatever_its_case(bed) {
        people(&bed.store).await;
        let accounts = bed.store.accounts();
        let found = accounts.by_username(" ChuTri ").await.unwrap();
        assert_eq!(found, Some(account(1, "chutri", "TW")));
        let error = accounts
            .create(&account(9, "CHUTRI", "TW"), None, clock("08:00"))
            .await
            .unwrap_err();
        assert!(matches!(error, StoreError::Taken(_)), "{error}");
        assert_eq!(accounts.by_username("nobody").await.unwrap(), None);
    }
}

on_both! {
    async fn a_password_hash_is_kept_apart_and_never_printed(bed) {
        let accounts = bed.store.accounts();
        let first = PasswordHash::from("$argon2id$one".to_owned());
        accounts
            .create(&account(1, "chutri", "TW"), Some(&first), clock("07:00"))
            .await
            .unwrap();
        assert_eq!(accounts.password_hash(account_id(1)).await.unwrap(), Some(first.clone()));
        let second = PasswordHash::from("$argon2id$two".to_owned());
        accounts.set_password(account_id(1), &second, clock("08:00")).await.unwrap();
        assert_eq!(accounts.password_hash(account_id(1)).await.unwrap(), Some(second));
        assert!(!format!("{first:?}").contains("argon2"));

        let error = accounts.set_password(account_id(7), &first, clock("08:00")).await.unwrap_err();
        assert_eq!(error.code(), "not_found");
    }
}

on_both! {
    async fn a_password_is_temporary_until_its_owner_chooses_one(bed) {
        let accounts = bed.store.accounts();
        let until = async || accounts.get(account_id(1)).await.unwrap().unwrap().password_until;
        let then = Some(clock("12:00"));
        let hash = PasswordHash::from("$argon2id$one".to_owned());
        let made = Account { password_until: then, ..account(1, "chutri", "TW") };
        accounts.create(&made, Some(&hash), clock("07:00")).await.unwrap();
        assert_eq!(until().await, then);
        accounts.set_password(account_id(1), &hash, clock("08:00")).await.unwrap();
        assert_eq!(until().await, None);
        let (id, at) = (account_id(1), clock("09:00"));
        accounts.set_temporary_password(id, &hash, clock("12:00"), at).await.unwrap();
        // Nothing else that changes makes it anybody's own.
        accounts.update(&account(1, "chutri", "TW"), clock("10:00")).await.unwrap();
        assert_eq!(until().await, then);
    }
}

on_both! {
    async fn everything_but_the_password_can_be_changed(bed) {
        tree(&bed.store).await;
        people(&bed.store).await;
        bed.store.points().upsert(&point(1, "01", "Phòng họp")).await.unwrap();
        let accounts = bed.store.accounts();
        let mut changed = account(3, "tinh01", "01");
        changed.display_name = "Lê Thị Hoà".to_owned();
        changed.title = String::new();
        changed.point = Some(point_id(1));
        changed.locale = Locale::En;
        changed.disabled = true;
        accounts.update(&changed, clock("08:00")).await.unwrap();
        assert_eq!(accounts.get(changed.id).await.unwrap(), Some(changed.clone()));
        assert_eq!(accounts.by_username("tinh1").await.unwrap(), None);

        changed.point = Some(point_id(99));
        let error = accounts.update(&changed, clock("08:00")).await.unwrap_err();
        assert_eq!(error.code(), "unknown_reference");
    }
}

on_both! {
    async fn accounts_are_listed_by_subtree_and_by_name_in_pages(bed) {
        tree(&bed.store).await;
        people(&bed.store).await;
        let accounts = bed.store.accounts();
        for (number, name, unit) in [(4, "xa2", "00025"), (5, "xa1", "00004"), (6, "laocai", "15")] {
            accounts.create(&account(number, name, unit), None, clock("07:00")).await.unwrap();
        }
        let names = async |query: &AccountQuery| {
            let page = accounts.list(query).await.unwrap();
            let names: Vec<_> = page.items.into_iter().map(|account| account.username).collect();
            (names, page.total, page.next)
        };
        let all = names(&AccountQuery::default()).await;
        assert_eq!(all.0, ["chutri", "laocai", "thuky", "tinh1", "xa1", "xa2"]);

        let mut within = AccountQuery {
            within: Some((code("01"), today())),
            limit: Limit::new(2),
            ..AccountQuery::default()
        };
        let (first, total, next) = names(&within).await;
        assert_eq!((first, total), (vec!["tinh1".to_owned(), "xa1".to_owned()], 3));
        within.cursor = next;
        assert_eq!(names(&within).await, (vec!["xa2".to_owned()], 3, None));

        let found = AccountQuery { q: Some("nguyen van LAO".to_owned()), ..AccountQuery::default() };
        assert_eq!(names(&found).await.0, ["laocai"]);
    }
}

on_both! {
    async fn several_accounts_come_in_the_order_asked_for(bed) {
        people(&bed.store).await;
        let found = bed
            .store
            .accounts()
            .get_all(&[account_id(3), account_id(77), account_id(1)])
            .await
            .unwrap();
        let ids: Vec<_> = found.iter().map(|account| account.id).collect();
        assert_eq!(ids, [account_id(3), account_id(1)]);
    }
}
