use giaoban_store::{Grant, Role};

use crate::fixture::{account_id, code, day, people, today, tree};

on_both! {
    async fn a_role_holds_for_its_unit_and_everything_below(bed) {
        tree(&bed.store).await;
        people(&bed.store).await;
        let grants = bed.store.grants();
        let who = account_id(3);
        for (role, unit) in [(Role::Secretary, "01"), (Role::Observer, "TW"), (Role::Chair, "00004")] {
            let grant = Grant { account: who, role, unit: code(unit) };
            grants.add(&grant).await.unwrap();
            grants.add(&grant).await.unwrap();
        }
        let roles = async |unit: &str| grants.roles_for(who, &code(unit), today()).await.unwrap();
        assert_eq!(roles("TW").await, [Role::Observer]);
        assert_eq!(roles("15").await, [Role::Observer]);
        assert_eq!(roles("01").await, [Role::Observer, Role::Secretary]);
        assert_eq!(roles("00004").await, [Role::Chair, Role::Observer, Role::Secretary]);
        assert!(grants.roles_for(account_id(1), &code("01"), today()).await.unwrap().is_empty());
        // Nobody has a role for a unit that isn't there on that day.
        assert!(grants.roles_for(who, &code("01"), day("2024-01-01")).await.unwrap().is_empty());
    }
}

on_both! {
    async fn a_role_can_be_taken_away(bed) {
        people(&bed.store).await;
        let grants = bed.store.grants();
        let grant = Grant { account: account_id(1), role: Role::Chair, unit: code("TW") };
        grants.add(&grant).await.unwrap();
        assert_eq!(grants.of_account(account_id(1)).await.unwrap(), std::slice::from_ref(&grant));
        grants.remove(&grant).await.unwrap();
        grants.remove(&grant).await.unwrap();
        assert!(grants.of_account(account_id(1)).await.unwrap().is_empty());
    }
}
