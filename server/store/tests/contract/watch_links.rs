use giaoban_store::{WatchLink, WatchLinkId};
use uuid::Uuid;

use crate::fixture::{account_id, briefing, briefing_id, clock, people};

fn link(number: u8) -> WatchLink {
    WatchLink {
        id: WatchLinkId::from(Uuid::from_u128(u128::from(number))),
        briefing: briefing_id(1),
        token_hash: vec![number; 32],
        max_watchers: 30_000,
        created_by: account_id(2),
        created_at: clock("08:00"),
        revoked_at: None,
    }
}

on_both! {
    async fn a_link_is_found_by_its_token_and_the_first_revocation_stands(bed) {
        people(&bed.store).await;
        briefing(&bed.store, 1).await;
        let links = bed.store.watch_links();
        links.create(&link(1)).await.unwrap();
        links.create(&link(2)).await.unwrap();
        assert_eq!(links.find(&[1; 32]).await.unwrap(), Some(link(1)));
        assert_eq!(links.find(&[9; 32]).await.unwrap(), None);
        links.revoke(link(1).id, clock("08:30")).await.unwrap();
        links.revoke(link(1).id, clock("09:00")).await.unwrap();
        let all = links.of_briefing(briefing_id(1)).await.unwrap();
        assert_eq!(all[0].revoked_at, Some(clock("08:30")));
        assert_eq!(all[1], link(2));
        assert_eq!(links.revoke(link(7).id, clock("09:00")).await.unwrap_err().code(), "not_found");
    }
}
