use super::{draft, path, planned, unchanged};
use crate::fixture::Site;
use reqwest::{Client, Method};
use serde_json::json;

/// Who gets 403 and who gets through, for each operation on a briefing of the centre to which Lào Cai is invited.
#[tokio::test]
async fn each_operation_is_open_to_those_the_table_names() {
    let site = Site::start().await;
    let secretary = site.sign_in("thuky").await;
    let mut draft = draft(&site).await;
    draft["invite"] = json!([{ "unit_code": "15", "subtree": true }]);
    let made = planned(&secretary, &draft).await;
    let wrong_reason = json!({ "reason": "" });
    let cases = [
        // account, reads, edits, plans for the centre
        ("chutri", true, false, false),
        ("thuky", true, true, true),
        ("quantri", true, true, true),
        ("tinh1", true, false, false),
        ("tinh1.xa1", true, false, false),
        ("tinh2", false, false, false),
        ("tinh2.xa1", false, false, false),
    ];
    for (name, reads, edits, plans) in cases {
        let user = site.sign_in(name).await;
        for read in ["", "/points", "/invitation.ics"] {
            let answer = user.get(&format!("{}{read}", path(&made))).await;
            assert_eq!(answer.status == 200, reads, "{name} GET {read}");
            assert_eq!(answer.status == 403, !reads, "{name} GET {read}");
        }
        // Wrong on purpose: whoever is let through is told so and changes nothing.
        let cancel = user
            .post(&format!("{}/cancel", path(&made)), &wrong_reason)
            .await;
        assert_eq!(cancel.status == 422, edits, "{name} cancel");
        assert_eq!(cancel.status == 403, !edits, "{name} cancel");
        let mut change = unchanged(&draft, &made);
        change["title"] = json!("");
        let change = user.put(&path(&made), &change).await;
        assert_eq!(change.status == 422, edits, "{name} PUT");
        assert_eq!(change.status == 403, !edits, "{name} PUT");
        let mut plan = draft.clone();
        plan["title"] = json!("");
        let plan = user.post("briefings", &plan).await;
        assert_eq!(plan.status == 422, plans, "{name} POST");
        assert_eq!(plan.status == 403, !plans, "{name} POST");
    }
}

#[tokio::test]
async fn without_a_sign_in_nothing_is_told() {
    let site = Site::start().await;
    let live = format!("briefings/{}", site.live);
    let paths = [
        "auth/me",
        "auth/calendar-key",
        "units",
        "units/15",
        "points",
        "accounts",
        "briefings",
        &live,
    ];
    for path in paths {
        let answer = Client::new()
            .request(Method::GET, site.api(path))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 401, "{path}");
    }
}
