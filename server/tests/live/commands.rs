//! What an operator types at the machine while the server runs on the same data.

use crate::client::Client;
use crate::personal::{DEPUTY, PERSON, WORDS, get, held};
use crate::room::state_becomes;
use crate::site::{CHAIR, PROVINCE, Plan, SECRETARY, Site};
use giaoban_server::audit;
use giaoban_server::ledger::{hex, verify};
use giaoban_signaling::ids::BriefingId;
use giaoban_signaling::wire::Command;
use giaoban_store::BriefingState;
use reqwest::Response;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command as Process, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};
use totp_rs::{Builder, Secret};
use uuid::Uuid;

const PASSWORD: &str = "mat-khau-moi-cua-tinh";

/// What a command said and how it ended.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) error: String,
}

impl Said {
    #[track_caller]
    pub(crate) fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.error);
        self.out
    }
}

/// Runs the binary on the data in a folder, with `input` on its standard input.
pub(crate) fn giaoban(dir: &Path, words: &[&str], input: &str) -> Said {
    let mut child = Process::new(env!("CARGO_BIN_EXE_giaoban"))
        .args(words)
        .env("GIAOBAN_DATA__DIR", dir)
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that reads nothing may have ended before this.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        error: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Site {
    fn operator(&self, words: &[&str]) -> Said {
        tokio::task::block_in_place(|| giaoban(self.dir.path(), words, ""))
    }

    /// What the audit log has of one kind of act, and that its chain is whole.
    async fn acts(&self, action: &str) -> Vec<Value> {
        audit::verify(self.store()).await.unwrap();
        let lines = self.store().audit().from(1, 1_000).await.unwrap();
        let acts = lines.into_iter().map(|line| line.act);
        let of_kind = acts.filter(|act| act.action == action);
        let details = of_kind.map(|act| serde_json::from_str(&act.detail).unwrap());
        details.collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exported_ledger_is_verified_without_the_database_and_a_changed_one_is_not() {
    let site = Site::start(Plan::default()).await;
    held(&site, true).await;
    let briefing = site.seeded.briefing.to_string();
    let nobody = site.operator(&["ledger", "export", &Uuid::nil().to_string()]);
    assert_eq!(nobody.code, Some(1), "{}", nobody.error);

    let printed = site.operator(&["ledger", "export", &briefing]).done();
    let elsewhere = tempfile::tempdir().unwrap();
    let path = elsewhere.path().join("so-phien.jsonl");
    let file = path.to_str().unwrap();
    site.operator(&["ledger", "export", &briefing, "--out", file])
        .done();
    let written = std::fs::read_to_string(&path).unwrap();
    let facts = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(facts(&written), facts(&printed));

    let verified = verify(site.store(), BriefingId(site.seeded.briefing));
    let head = hex(&verified.await.unwrap().head);
    let check = |words: &[&str]| {
        let words = [&["ledger", "verify", file], words].concat();
        tokio::task::block_in_place(|| giaoban(elsewhere.path(), &words, ""))
    };
    assert!(check(&["--expect", &head]).done().contains(&head));
    assert_eq!(check(&["--expect", &"0".repeat(64)]).code, Some(1));

    let mut lines: Vec<&str> = written.lines().collect();
    lines.remove(3);
    std::fs::write(&path, lines.join("\n")).unwrap();
    let broken = check(&[]);
    assert_eq!(broken.code, Some(1));
    assert!(broken.out.contains("BROKEN"), "{}", broken.out);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_is_erased_on_request_once_the_briefing_is_over() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    held(&site, false).await;
    state_becomes(&site, BriefingState::InSession).await;
    let early = site.operator(&["person", "erase", PROVINCE]);
    assert_eq!(early.code, Some(1), "{}", early.out);
    assert!(
        early.error.contains("kết thúc phiên rồi xóa"),
        "{}",
        early.error
    );
    let mut chair = Client::join(&api, CHAIR).await;
    chair.done(Command::Close).await;
    state_becomes(&site, BriefingState::Closed).await;
    let briefing = site.seeded.briefing.to_string();
    let verified = site.operator(&["ledger", "verify", &briefing]).done();

    let unknown = site.operator(&["person", "erase", "khong.co.ai"]);
    assert_eq!(unknown.code, Some(1));
    let said = site.operator(&["person", "erase", PROVINCE]).done();
    assert!(said.contains("Đã xóa"), "{said}");
    site.operator(&["person", "erase", "--deputy", DEPUTY])
        .done();

    let attendance = get(&api, "attendance.json").await;
    let exported = site.operator(&["ledger", "export", &briefing]).done();
    for gone in [PERSON, DEPUTY, WORDS] {
        assert!(!attendance.contains(gone) && !exported.contains(gone));
    }
    let afterwards = site.operator(&["ledger", "verify", &briefing]).done();
    assert_eq!(afterwards, verified);
    let acts = site.acts("person_erased").await;
    assert_eq!(acts.len(), 2, "{acts:?}");
    assert!(!format!("{acts:?}").contains(DEPUTY));
    let gone = site.operator(&["person", "erase", PROVINCE]);
    assert_eq!(gone.code, Some(1), "the name went too: {}", gone.out);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_lost_the_second_factor_signs_in_again_after_totp_off() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let dir = site.dir.path();
    let set = &["user", "password", SECRETARY, "--password-stdin"];
    tokio::task::block_in_place(|| giaoban(dir, set, PASSWORD)).done();
    let sign_in = async || {
        let request = api.http.post(api.url("/api/v1/auth/login"));
        let body = json!({ "username": SECRETARY, "password": PASSWORD });
        request.json(&body).send().await.unwrap()
    };
    let token = json_of(sign_in().await).await["token"].clone();
    let post = async |path: &str, body: Value| {
        let request = api.http.post(api.url(path)).json(&body);
        let request = request.bearer_auth(token.as_str().unwrap());
        json_of(request.send().await.unwrap()).await
    };
    let begun = post("/api/v1/auth/totp", json!({ "password": PASSWORD })).await;
    let secret = Secret::try_from_base32(begun["secret"].as_str().unwrap()).unwrap();
    let authenticator = Builder::new().with_secret(secret).build().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let code = authenticator.generate(now.as_secs()).to_string();
    post("/api/v1/auth/totp/confirm", json!({ "code": code })).await;
    assert_eq!(sign_in().await.status(), 401);

    let unknown = site.operator(&["user", "totp-off", "khong.co.ai"]);
    assert_eq!(unknown.code, Some(1));
    site.operator(&["user", "totp-off", SECRETARY]).done();
    assert_eq!(sign_in().await.status(), 200);
    let acts = site.acts("totp_removed").await;
    assert_eq!(acts, [json!({ "username": SECRETARY })]);
}

async fn json_of(answer: Response) -> Value {
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}
