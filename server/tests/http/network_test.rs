use crate::fixture::Site;
use reqwest::Client;
use serde_json::Value;

#[tokio::test]
async fn the_lobby_measures_both_directions() {
    let site = Site::start().await;
    let http = Client::new();
    let ping = http
        .get(site.api("network-test/ping"))
        .send()
        .await
        .unwrap();
    assert_eq!(ping.status(), 204);
    let down = http
        .get(site.api("network-test/download?bytes=1000000"))
        .send()
        .await
        .unwrap();
    assert_eq!(down.headers()["cache-control"], "no-store");
    assert_eq!(down.bytes().await.unwrap().len(), 1_000_000);
    let up = http
        .post(site.api("network-test/upload"))
        .body(vec![7; 3_000_000])
        .send()
        .await
        .unwrap();
    assert_eq!(up.json::<Value>().await.unwrap()["bytes"], 3_000_000);
}

#[tokio::test]
async fn it_is_no_way_to_flood_the_server() {
    let site = Site::start().await;
    let http = Client::new();
    let down = http
        .get(site.api("network-test/download?bytes=8388609"))
        .send()
        .await
        .unwrap();
    assert_eq!(down.status(), 400);
    let up = http
        .post(site.api("network-test/upload"))
        .body(vec![7; 8_388_609])
        .send()
        .await;
    // The server may close while the body is still on its way.
    assert!(up.is_err() || up.is_ok_and(|answer| answer.status() == 413));
}
