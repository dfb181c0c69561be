on_both! {
    async fn a_key_is_the_first_that_was_kept_even_of_two_at_once(bed) {
        let secrets = bed.store.secrets();
        let (one, two) = tokio::join!(
            secrets.get_or_keep("join", &[1; 32]),
            secrets.get_or_keep("join", &[2; 32])
        );
        let kept = one.unwrap();
        assert_eq!(kept, two.unwrap());
        assert_eq!(secrets.get_or_keep("join", &[3; 32]).await.unwrap(), kept);
        assert_eq!(secrets.get_or_keep("csrf", &[3; 32]).await.unwrap(), [3; 32]);
    }
}
