use chrono::TimeDelta;

use crate::fixture::{briefing_id, clock};

on_both! {
    async fn a_briefing_has_one_owner_until_the_lease_runs_out(bed) {
        let leases = bed.store.leases();
        let minutes = TimeDelta::minutes(10);
        let take = async |owner: &str, at: &str| {
            leases.acquire(briefing_id(1), owner, clock(at), minutes).await.unwrap()
        };
        let first = take("node-a", "08:00").await.unwrap();
        assert_eq!(first.expires_at, clock("08:10"));
        assert_eq!(take("node-b", "08:05").await, None);

        let renewed = take("node-a", "08:08").await.unwrap();
        assert_eq!((renewed.fence, renewed.expires_at), (first.fence, clock("08:18")));
        assert_eq!(take("node-b", "08:17").await, None);

        let second = take("node-b", "08:18").await.unwrap();
        assert!(second.fence > first.fence);
        assert_eq!(take("node-a", "08:19").await, None);
        assert_eq!(leases.of_briefing(briefing_id(1)).await.unwrap(), Some(second));
    }
}

on_both! {
    async fn a_lease_that_was_given_back_can_be_taken_at_once(bed) {
        let leases = bed.store.leases();
        let hour = TimeDelta::hours(1);
        let first = leases
            .acquire(briefing_id(1), "node-a", clock("08:00"), hour)
            .await
            .unwrap()
            .unwrap();
        leases.release(&first, clock("08:01")).await.unwrap();
        let second = leases
            .acquire(briefing_id(1), "node-b", clock("08:01"), hour)
            .await
            .unwrap()
            .unwrap();
        // The old owner can no longer give back what isn't its own.
        leases.release(&first, clock("08:02")).await.unwrap();
        assert_eq!(leases.of_briefing(briefing_id(1)).await.unwrap(), Some(second));
    }
}

on_both! {
    async fn of_many_that_want_it_at_once_one_gets_it(bed) {
        let leases = bed.store.leases();
        let hour = TimeDelta::hours(1);
        let (one, two, three) = tokio::join!(
            leases.acquire(briefing_id(1), "a", clock("08:00"), hour),
            leases.acquire(briefing_id(1), "b", clock("08:00"), hour),
            leases.acquire(briefing_id(1), "c", clock("08:00"), hour)
        );
        let owners = [one, two, three].into_iter().filter_map(Result::unwrap).count();
        assert_eq!(owners, 1);
    }
}
