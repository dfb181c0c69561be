use crate::fixture::Site;
use giaoban_server::http::openapi;
use reqwest::Client;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// The web client's types are made from the committed file, so it must be what the code says.
#[test]
fn the_committed_description_is_the_one_the_code_makes() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../web-client/src/api/openapi.json");
    let made = openapi::to_json().unwrap();
    if std::env::var_os("GIAOBAN_UPDATE_OPENAPI").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap();
    assert!(
        committed == made,
        "REST has changed: run `giaoban export-openapi > web-client/src/api/openapi.json` and commit it"
    );
}

#[tokio::test]
async fn the_server_publishes_its_description() {
    let site = Site::start().await;
    let answer = Client::new()
        .get(site.api("openapi.json"))
        .send()
        .await
        .unwrap();
    let document: Value = answer.json().await.unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    for path in [
        "/api/v1/auth/login",
        "/api/v1/briefings/{id}",
        "/api/v1/units",
    ] {
        assert!(paths.contains_key(path), "{path}");
    }
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            let answers = operation["responses"].as_object().unwrap();
            assert!(!answers.contains_key("default"), "{method} {path}");
            for (status, answer) in answers {
                let refuses = status.starts_with(['4', '5']);
                let problem = answer["content"].get("application/problem+json");
                assert_eq!(problem.is_some(), refuses, "{method} {path} {status}");
            }
        }
    }
}
