use crate::fixture::{Site, column};
use giaoban_server::demo::PASSWORD;
use serde_json::{Value, json};

#[tokio::test]
async fn acts_are_written_down_with_who_and_from_where() {
    let site = Site::start().await;
    site.try_sign_in("thuky", "wrong-password").await;
    site.try_sign_in("p4ssw0rd-in-the-wrong-field", PASSWORD)
        .await;
    let secretary = site.sign_in("thuky").await;
    let link = format!("briefings/{}/watch-links", site.live);
    secretary
        .post(&link, &json!({ "max_watchers": 3 }))
        .await
        .expect(201);
    let administrator = site.sign_in("quantri").await;
    let log = administrator.get("audit").await.expect(200);
    assert_eq!(
        column(&log, "action"),
        [
            "signed_in",
            "watch_link_made",
            "signed_in",
            "sign_in_failed",
            "sign_in_failed"
        ]
    );
    assert_eq!(
        column(&log, "actor"),
        ["quantri", "thuky", "thuky", "", "thuky"]
    );
    assert!(column(&log, "address").iter().all(|at| at == "127.0.0.1"));
    assert!(
        log["items"][1]["detail"]
            .as_str()
            .unwrap()
            .contains("\"max_watchers\":3")
    );
    let whole = log.to_string();
    for secret in ["wrong-password", "p4ssw0rd", PASSWORD, &secretary.token] {
        assert!(!whole.contains(secret), "{secret}");
    }

    let found = administrator
        .get("audit?actor=thuky&action=signed_in")
        .await
        .expect(200);
    assert_eq!(column(&found, "actor"), ["thuky"]);
    let page = administrator.get("audit?limit=2").await.expect(200);
    let next = page["next"].as_str().unwrap();
    let rest = administrator
        .get(&format!("audit?limit=50&cursor={next}"))
        .await
        .expect(200);
    assert_eq!(column(&rest, "action").len(), 3);
    assert_eq!(rest["next"], Value::Null);
}

#[tokio::test]
async fn the_log_is_exported_as_one_chain_and_only_for_administrators() {
    let site = Site::start().await;
    let secretary = site.sign_in("thuky").await;
    secretary.get("audit").await.refused(403, "forbidden");
    secretary.get("audit.jsonl").await.refused(403, "forbidden");
    let administrator = site.sign_in("quantri").await;
    let text = administrator
        .request(reqwest::Method::GET, "audit.jsonl")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let rows: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(rows.last().unwrap()["action"], "audit_exported");
    for pair in rows.windows(2) {
        assert_eq!(pair[1]["prev_hash"], pair[0]["hash"]);
    }
}
