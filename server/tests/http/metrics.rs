//! Who may read the metrics; dashboard and alert rules speak of metrics that are there.

use crate::fixture::Site;
use reqwest::{Client, RequestBuilder, StatusCode};
use std::collections::BTreeSet;
use std::path::Path;

/// Every name of a metric of ours in a text.
fn names(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'))
        .filter(|word| word.starts_with("giaoban_"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn every_metric_that_deploy_names_exists() {
    let site = Site::start().await;
    let text = reqwest::get(site.url("/metrics"))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let known = names(&text);
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy");
    for file in ["prometheus/giaoban-rules.yml", "grafana/giaoban.json"] {
        let named = names(&std::fs::read_to_string(deploy.join(file)).unwrap());
        assert!(named.len() > 5, "{file} names only {named:?}");
        for name in named {
            let family = name.strip_suffix("_total").unwrap_or(&name);
            assert!(
                known.contains(&name) || known.contains(family),
                "{file}: {name} is no metric of giaoban"
            );
        }
    }
}

#[test]
fn the_dashboard_is_json_and_its_panels_have_queries() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/grafana/giaoban.json");
    let dashboard: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    for panel in dashboard["panels"].as_array().unwrap() {
        assert!(
            !panel["targets"].as_array().unwrap().is_empty(),
            "{}",
            panel["title"]
        );
    }
}

const TOKEN: &str = "mot-khoa-dai-va-kho-doan";

async fn status(request: RequestBuilder) -> StatusCode {
    request.send().await.unwrap().status()
}

#[tokio::test]
async fn without_a_token_metrics_are_for_this_machine() {
    let site = Site::start().await;
    let ask = || Client::new().get(site.url("/metrics"));
    assert_eq!(status(ask()).await, StatusCode::OK);
    for name in ["x-forwarded-for", "forwarded", "x-real-ip"] {
        let through_a_proxy = ask().header(name, "10.0.0.7");
        assert_eq!(status(through_a_proxy).await, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn with_a_token_metrics_are_for_whoever_holds_it() {
    let site = Site::start_with(|config| config.metrics.token = Some(TOKEN.to_owned())).await;
    let ask = || Client::new().get(site.url("/metrics"));
    assert_eq!(status(ask()).await, StatusCode::UNAUTHORIZED);
    let wrong = ask().bearer_auth("mot-khoa-khac-cung-dai");
    assert_eq!(status(wrong).await, StatusCode::UNAUTHORIZED);
    let right = ask().bearer_auth(TOKEN);
    assert_eq!(status(right).await, StatusCode::OK);
    let through_a_proxy = ask()
        .bearer_auth(TOKEN)
        .header("x-forwarded-for", "10.0.0.7");
    assert_eq!(status(through_a_proxy).await, StatusCode::OK);
}

#[tokio::test]
async fn an_address_of_their_own_takes_metrics_off_the_port_of_people() {
    let site = Site::start_with(|config| {
        config.metrics.listen = Some("127.0.0.1:0".parse().unwrap());
    })
    .await;
    let main = Client::new().get(site.url("/metrics"));
    assert_eq!(status(main).await, StatusCode::NOT_FOUND);
    let address = site.metrics_address().unwrap();
    let own = |path: &str| Client::new().get(format!("http://{address}{path}"));
    assert_eq!(status(own("/metrics")).await, StatusCode::OK);
    assert_eq!(status(own("/api/v1/about")).await, StatusCode::NOT_FOUND);
}
