//! What is kept about people, and for how long.

use crate::client::Client;
use crate::room::state_becomes;
use crate::site::{Api, CHAIR, PROVINCE, Plan, SECRETARY, Site};
use chrono::{TimeDelta, Utc};
use giaoban_server::config::RetentionConfig;
use giaoban_server::ledger::{file, verify};
use giaoban_server::personal::{self, Class, EraseError};
use giaoban_server::rooms::load;
use giaoban_server::signing::SigningKey;
use giaoban_signaling::ids::BriefingId;
use giaoban_signaling::wire::{Audience, Command, Goodbye, Representative};
use giaoban_store::{Account, BriefingState, Store};

pub(crate) const PERSON: &str = "Giàng A Sình";
pub(crate) const DEPUTY: &str = "Hoàng Văn Thụ";
pub(crate) const WORDS: &str = "Đường về bản bị sạt lở";
const ERASED: &str = "đã xoá theo yêu cầu";

/// A briefing in which the province comes, speaks and is represented.
pub(crate) async fn held(site: &Site, close: bool) {
    let api = site.api();
    let mut chair = Client::join(&api, CHAIR).await;
    let mut province = Client::join(&api, PROVINCE).await;
    chair.done(Command::Open).await;
    chair.done(Command::Start).await;
    let representative = Representative {
        name: DEPUTY.to_owned(),
        title: "Phó Chủ tịch".to_owned(),
        deputising: true,
    };
    province
        .done(Command::SetRepresentative { representative })
        .await;
    province
        .done(Command::Say {
            to: Audience::Secretary,
            text: WORDS.to_owned(),
        })
        .await;
    if close {
        chair.done(Command::Close).await;
        assert_eq!(province.goodbye().await, Goodbye::Ended);
        state_becomes(site, BriefingState::Closed).await;
    }
}

pub(crate) async fn get(api: &Api, path: &str) -> String {
    let request = api.http.get(api.of_briefing(path));
    let answer = request.bearer_auth(&api.tokens[SECRETARY]).send().await;
    let answer = answer.unwrap();
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

async fn account(store: &Store) -> Account {
    let found = store.accounts().by_username(PROVINCE).await.unwrap();
    found.unwrap()
}

/// What the ledger's facts say, with the keys that are left.
async fn told(store: &Store, briefing: BriefingId) -> String {
    let entries = load::entries(store, briefing).await.unwrap();
    let facts = entries.iter().map(|entry| entry.fact.payload());
    facts.collect()
}

/// Files of the site that have these words in them.
fn files_with(site: &Site, words: &str) -> Vec<String> {
    let mut found = Vec::new();
    for file in std::fs::read_dir(site.dir.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        if bytes
            .windows(words.len())
            .any(|part| part == words.as_bytes())
        {
            found.push(path.display().to_string());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erased_person_is_gone_from_reports_exports_and_files_and_the_chain_is_whole() {
    let site = Site::start(Plan::default()).await;
    held(&site, true).await;
    let api = site.api();
    let briefing = BriefingId(api.briefing);
    let before = get(&api, "attendance.json").await;
    assert!(before.contains(PERSON) && before.contains(DEPUTY));
    assert!(told(site.store(), briefing).await.contains(WORDS));
    assert_eq!(
        files_with(&site, WORDS),
        [""; 0],
        "chat is in cipher from the start"
    );
    let head = verify(site.store(), briefing).await.unwrap();

    let store = site.store();
    let key = SigningKey::of_site(store).await.unwrap();
    let now = Utc::now();
    personal::erase_account(store, &key, account(store).await, now)
        .await
        .unwrap();
    personal::erase_deputy(store, &key, "hoàng văn thụ", now)
        .await
        .unwrap();
    store.rewrite().await.unwrap();

    let attendance = get(&api, "attendance.json").await;
    for export in [&attendance, &get(&api, "attendance.csv").await] {
        assert!(!export.contains(PERSON) && !export.contains(DEPUTY));
        assert!(export.contains(ERASED));
    }
    assert!(attendance.contains("Trần Văn Nam"), "others stay");
    assert!(!told(store, briefing).await.contains(WORDS));
    for words in [PERSON, "giang a sinh", DEPUTY, WORDS, "Chủ tịch UBND tỉnh"] {
        assert_eq!(files_with(&site, words), [""; 0], "{words}");
    }
    assert_eq!(verify(store, briefing).await.unwrap(), head);
    let exported = get(&api, "ledger.jsonl").await;
    assert_eq!(file::check(&exported).unwrap().head.hash, head.head);
    let signed_in = api.http.get(api.url("/api/v1/auth/me"));
    let signed_in = signed_in.bearer_auth(&api.tokens[PROVINCE]).send().await;
    assert_eq!(signed_in.unwrap().status(), 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_erased_while_a_briefing_with_them_is_under_way() {
    let site = Site::start(Plan::default()).await;
    held(&site, false).await;
    let store = site.store();
    state_becomes(&site, BriefingState::InSession).await;
    let key = SigningKey::of_site(store).await.unwrap();
    let erased = personal::erase_account(store, &key, account(store).await, Utc::now()).await;
    assert!(matches!(erased, Err(EraseError::Live(_))));
    assert_eq!(account(store).await.display_name, PERSON);
    let briefing = BriefingId(site.api().briefing);
    assert!(told(store, briefing).await.contains(PERSON));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retention_takes_what_is_old_enough_of_its_class_and_nothing_else() {
    let site = Site::start(Plan::default()).await;
    held(&site, true).await;
    let store = site.store();
    let briefing = BriefingId(site.api().briefing);
    let head = verify(store, briefing).await.unwrap();
    let complete = told(store, briefing).await;
    let months = RetentionConfig {
        message_days: Some(30),
        ..RetentionConfig::default()
    };
    let (kept, late) = (
        Utc::now() + TimeDelta::days(29),
        Utc::now() + TimeDelta::days(31),
    );
    for (rules, at) in [(&RetentionConfig::default(), late), (&months, kept)] {
        assert_eq!(personal::expire(store, rules, at).await.unwrap(), []);
        assert_eq!(told(store, briefing).await, complete);
    }

    let expired = personal::expire(store, &months, late).await.unwrap();
    assert_eq!(expired, [(Class::Message, 1)]);
    let left = told(store, briefing).await;
    assert_eq!(left, complete.replace(WORDS, ERASED));
    assert_eq!(personal::expire(store, &months, late).await.unwrap(), []);
    assert_eq!(verify(store, briefing).await.unwrap(), head);
}
