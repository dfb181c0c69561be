//! Dashboard and alert rules speak of metrics that are there.

use crate::fixture::Site;
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
