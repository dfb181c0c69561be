use crate::fixture::Site;
use reqwest::Client;
use serde_json::Value;

#[tokio::test]
async fn every_page_forbids_what_the_client_never_does() {
    let site = Site::start().await;
    let page = Client::new()
        .get(site.url("/phien/tao"))
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), 200);
    assert!(
        page.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.contains("script-src 'self';"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"));
    assert_eq!(page.headers()["x-content-type-options"], "nosniff");
    // Plain HTTP: promising TLS would lock people out.
    assert!(!page.headers().contains_key("strict-transport-security"));
}

#[tokio::test]
async fn an_unknown_address_of_the_interface_is_a_problem() {
    let site = Site::start().await;
    let answer = Client::new()
        .get(site.api("no-such-thing"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 404);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "not_found");
}

#[tokio::test]
async fn the_server_says_that_it_lives_and_can_work() {
    let site = Site::start().await;
    for path in ["/healthz", "/readyz"] {
        let answer = Client::new().get(site.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
    }
    let about: Value = Client::new()
        .get(site.api("about"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(about["demo"], true);
    assert_eq!(about["demo_accounts"][0]["username"], "chutri");
}
