use uuid::Uuid;

use crate::fixture::clock;

on_both! {
    async fn failures_count_until_one_succeeds_or_they_are_too_long_ago(bed) {
        let attempts = bed.store.login_attempts();
        let mut number = 0;
        let mut attempt = async |name: &str, at: &str, ok: bool| {
            number += 1;
            attempts.record(Uuid::from_u128(number), name, clock(at), ok).await.unwrap();
        };
        attempt("chutri", "08:00", false).await;
        attempt("ChuTri", "08:01", false).await;
        attempt("thuky", "08:01", false).await;
        let failures = async |since: &str| {
            attempts.failures_since("CHUTRI", clock(since)).await.unwrap()
        };
        assert_eq!(failures("07:00").await, 2);
        assert_eq!(failures("08:01").await, 1);
        attempt("chutri", "08:02", true).await;
        assert_eq!(failures("07:00").await, 0);
        attempt("chutri", "08:03", false).await;
        assert_eq!(failures("07:00").await, 1);
        assert_eq!(attempts.failures_since("nobody", clock("07:00")).await.unwrap(), 0);
        assert_eq!(attempts.purge(clock("08:02")).await.unwrap(), 3);
        assert_eq!(failures("07:00").await, 1);
    }
}
