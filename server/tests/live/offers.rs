use crate::client::Client;
use crate::site::{Api, CHAIR, PROVINCE, Plan, Site};
use giaoban_signaling::wire::Command;
use reqwest::header;
use serde_json::Value;

/// An offer of a watcher: one receiving audio and one receiving video, as `webrtc` clients write it.
const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n\
    a=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\r\n\
    m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n\
    a=setup:actpass\r\na=rtcp-mux\r\na=DIRECTION\r\na=rtpmap:111 opus/48000/2\r\n\
    m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n\
    a=setup:actpass\r\na=rtcp-mux\r\na=DIRECTION\r\na=rtpmap:96 VP8/90000\r\n";

async fn post(api: &Api, name: &str, token: &str, direction: &str) -> reqwest::Response {
    api.http
        .post(api.url(&format!("/{name}/{}", api.briefing)))
        .bearer_auth(token)
        .header(header::CONTENT_TYPE, "application/sdp")
        .body(OFFER.replace("DIRECTION", direction))
        .send()
        .await
        .unwrap()
}

async fn code(response: reqwest::Response) -> String {
    let problem: Value = response.json().await.unwrap();
    problem["code"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_watch_link_is_for_so_many_screens_and_a_place_is_free_again_when_one_leaves() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let link = api.watch_link(2).await;
    let token = link["watch_token"].as_str().unwrap();
    let first = post(&api, "whep", token, "recvonly").await;
    assert_eq!(first.status(), 201, "{}", first.text().await.unwrap());
    let location = first.headers()[header::LOCATION]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(first.headers().contains_key(header::ETAG));
    let second = post(&api, "whep", token, "recvonly").await;
    assert_eq!(second.status(), 201);
    let third = post(&api, "whep", token, "recvonly").await;
    assert_eq!(third.status(), 409);
    assert_eq!(code(third).await, "watch_link_full");

    let left = api
        .http
        .delete(api.url(&location))
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    assert_eq!(left.status(), 200);
    let again = post(&api, "whep", token, "recvonly").await;
    assert_eq!(again.status(), 201);

    let publish = post(&api, "whip", token, "sendonly").await;
    assert_eq!(publish.status(), 403);
    assert_eq!(code(publish).await, "may_not_publish");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_watch_link_shows_nothing_more() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let link = api.watch_link(1).await;
    let token = link["watch_token"].as_str().unwrap();
    let revoked = api
        .http
        .delete(api.of_briefing(&format!("watch-links/{}", link["id"].as_str().unwrap())))
        .bearer_auth(&api.tokens[crate::site::SECRETARY])
        .send()
        .await
        .unwrap();
    assert_eq!(revoked.status(), 204);
    let refused = post(&api, "whep", token, "recvonly").await;
    assert_eq!(refused.status(), 401);
    assert_eq!(code(refused).await, "token_invalid");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_secretary_gives_out_watch_links() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let refused = api
        .http
        .post(api.of_briefing("watch-links"))
        .bearer_auth(&api.tokens[PROVINCE])
        .json(&serde_json::json!({ "max_watchers": 5 }))
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whip_makes_its_seat_present() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let mut chair = Client::join(&api, CHAIR).await;
    chair.done(Command::Open).await;
    let token = api.join_token(PROVINCE).await;
    let published = post(&api, "whip", &token, "sendonly").await;
    assert_eq!(
        published.status(),
        201,
        "{}",
        published.text().await.unwrap()
    );
    let location = published.headers()[header::LOCATION]
        .to_str()
        .unwrap()
        .to_owned();
    chair
        .until("the province is present", |view| {
            view.points
                .iter()
                .any(|row| row.name == "Tỉnh Lào Cai" && row.joined_at.is_some())
        })
        .await;
    let left = api
        .http
        .delete(api.url(&location))
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    assert_eq!(left.status(), 200);
    chair
        .until("the province is gone", |view| {
            view.points
                .iter()
                .any(|row| row.name == "Tỉnh Lào Cai" && row.lost_since.is_some())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whip_says_what_is_wrong_with_a_request() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let token = api.join_token(PROVINCE).await;
    let endpoint = api.url(&format!("/whip/{}", api.briefing));
    let request = || {
        api.http
            .post(&endpoint)
            .body(OFFER.replace("DIRECTION", "sendonly"))
    };
    let sdp =
        |request: reqwest::RequestBuilder| request.header(header::CONTENT_TYPE, "application/sdp");
    let nobody = sdp(request()).send().await.unwrap();
    assert_eq!(nobody.status(), 401);
    let challenge = nobody.headers()[header::WWW_AUTHENTICATE].to_str().unwrap();
    assert!(challenge.starts_with("Bearer"), "{challenge}");
    assert_eq!(code(nobody).await, "token_missing");
    let forged = sdp(request()).bearer_auth("forged").send().await.unwrap();
    assert_eq!(forged.status(), 401);
    let json = request()
        .bearer_auth(&token)
        .header(header::CONTENT_TYPE, "application/json")
        .send()
        .await
        .unwrap();
    assert_eq!(json.status(), 415);
    assert_eq!(json.headers()["accept-post"], "application/sdp");
    let picky = sdp(request())
        .bearer_auth(&token)
        .header(header::ACCEPT, "text/html")
        .send()
        .await
        .unwrap();
    assert_eq!(picky.status(), 406);
    let elsewhere = sdp(api
        .http
        .post(api.url(&format!("/whip/{}", uuid::Uuid::new_v4()))))
    .bearer_auth(&token)
    .body(OFFER)
    .send()
    .await
    .unwrap();
    assert_eq!(elsewhere.status(), 403);
    assert_eq!(code(elsewhere).await, "token_for_other_briefing");
    let got = api.http.get(&endpoint).send().await.unwrap();
    assert_eq!(got.status(), 405);
    let options = api
        .http
        .request(reqwest::Method::OPTIONS, &endpoint)
        .send()
        .await
        .unwrap();
    assert_eq!(options.status(), 204);
    assert_eq!(options.headers()["accept-post"], "application/sdp");
    assert_eq!(options.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
}
