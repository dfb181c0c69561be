//! The table of permissions over HTTP: every address, asked by somebody of every standing.

use chrono::{DateTime, Days, TimeDelta, Utc};
use giaoban_server::auth::{password, session, totp};
use giaoban_server::authz::endpoints::ENDPOINTS;
use giaoban_server::authz::{Operation, Relation, Standing, TABLE, allows};
use giaoban_server::clock::Clock;
use giaoban_server::config::Config;
use giaoban_server::http::openapi;
use giaoban_server::serve::{Mode, Server};
use giaoban_store::{
    Account, AccountId, Admission, BriefingPlan, Grant, Invitation, InvitedAs, Locale, Participant,
    ParticipantRole, PasswordHash, Point, PointId, PointKind, Role, Store, Tier, Unit, UnitRow,
    WatchLink,
};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::collections::HashMap;
use tempfile::TempDir;
use uuid::Uuid;

const PASSWORD: &str = "mật khẩu thử";
const RECOVERY_CODE: &str = "abcd-efgh-jkmn-pqrs";
/// The unit that everything is about: a province. Above it the centre, below it a commune, elsewhere another province.
const UNIT: &str = "15";
/// Where everybody works who is not invited.
const HOME: &str = "33";

/// Addresses that are guarded by a token of their own, and described in no OpenAPI.
const NOT_DESCRIBED: [&str; 6] = [
    "/api/v1/openapi.json",
    "/api/v1/ws",
    "/whip/{briefing}",
    "/whip/{briefing}/{peer}",
    "/whep/{briefing}",
    "/whep/{briefing}/{peer}",
];

#[test]
fn every_route_is_in_the_table() {
    let document = serde_json::to_value(openapi::document()).unwrap();
    let mut described: Vec<(String, String)> = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            described.push((method.clone(), path.clone()));
        }
    }
    for (method, path) in &described {
        assert!(
            ENDPOINTS.iter().any(|(m, p, _)| m == method && p == path),
            "{method} {path} needs a line in server/src/authz/endpoints.rs"
        );
    }
    for (method, path, operations) in ENDPOINTS {
        assert!(!operations.is_empty(), "{method} {path}");
        let known = described.iter().any(|(m, p)| m == method && p == path);
        assert!(
            known || NOT_DESCRIBED.contains(path),
            "{method} {path} is no route any more"
        );
    }
    for (operation, _) in TABLE {
        assert!(
            ENDPOINTS
                .iter()
                .any(|(_, _, needs)| needs.contains(operation)),
            "no route needs {operation:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_address_answers_every_standing_as_the_table_says() {
    let world = World::start().await;
    let mut wrong = Vec::new();
    for (method, path, operations) in ENDPOINTS {
        if *operations == [Operation::PresentToken] {
            // Without a token nobody gets in, whoever it is: tests/live/offers.rs, calendar.rs.
            continue;
        }
        let site = operations.contains(&Operation::ReadAudit);
        for standing in Standing::all() {
            let allowed = operations.iter().all(|needed| allows(standing, *needed));
            let Some(who) = (if site {
                towards_site(standing)
            } else {
                Some(standing)
            }) else {
                continue;
            };
            let (status, code) = world.ask(method, path, who).await;
            let right = if allowed {
                // Nobody has entered the new briefing yet, which only who may read attendance learns.
                status.is_success() || code == "no_attendance_yet"
            } else if standing == Standing::Anybody {
                status == StatusCode::UNAUTHORIZED
            } else {
                status == StatusCode::FORBIDDEN && ["forbidden", "not_invited"].contains(&&*code)
            };
            if !right {
                wrong.push(format!(
                    "{method} {path} {standing:?}: allowed {allowed}, answered {status} {code}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_second_factor_that_is_required_nothing_but_the_own_account_answers() {
    let world = World::start_with(|config| {
        config.sign_in.second_factor_roles = vec![Role::Administrator];
    })
    .await;
    let administrator = Standing::Granted(Role::Administrator, Relation::Same);
    let secretary = Standing::Granted(Role::Secretary, Relation::Same);
    let mut wrong = Vec::new();
    for (method, path, operations) in ENDPOINTS {
        let anybody = |operation| allows(Standing::Anybody, operation);
        if operations.iter().all(|operation| anybody(*operation)) {
            continue;
        }
        let (status, code) = world.ask(method, path, administrator).await;
        let right = if *operations == [Operation::UseOwnAccount] {
            status.is_success()
        } else {
            status == StatusCode::FORBIDDEN && code == "second_factor_missing"
        };
        if !right {
            wrong.push(format!("{method} {path}: {status} {code}"));
        }
        let (_, code) = world.ask(method, path, secretary).await;
        if code == "second_factor_missing" {
            wrong.push(format!("{method} {path}: asked of a secretary"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whom to ask for a standing towards the top of the tree: standings of the accounts are towards [`UNIT`]. Nobody is above the
/// top or beside it.
fn towards_site(standing: Standing) -> Option<Standing> {
    match standing {
        Standing::Granted(role, Relation::Same) => Some(Standing::Granted(role, Relation::Above)),
        Standing::Granted(role, Relation::Below) => Some(Standing::Granted(role, Relation::Same)),
        Standing::Granted(_, Relation::Above | Relation::Elsewhere) => None,
        other => Some(other),
    }
}

/// A server with somebody of every standing.
struct World {
    server: Server,
    http: Client,
    accounts: HashMap<Standing, AccountId>,
    now: DateTime<Utc>,
    _dir: TempDir,
}

impl World {
    async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        change(&mut config);
        config.data.dir = dir.path().to_owned();
        config.http.listen = "127.0.0.1:0".parse().unwrap();
        config.media.listen = "127.0.0.1:0".parse().unwrap();
        let now = crate::fixture::start_of_time();
        let mode = Mode {
            clock: Clock::fixed(now),
            demo: false,
        };
        let prepared = Server::prepare(config, mode).await.unwrap();
        let store = prepared.app().store.clone();
        let units = [
            ("TW", Tier::Central, None),
            (UNIT, Tier::Province, Some("TW")),
            ("1501", Tier::Commune, Some(UNIT)),
            ("24", Tier::Province, Some("TW")),
            (HOME, Tier::Province, Some("TW")),
        ];
        let from = now.date_naive() - Days::new(400);
        let rows: Vec<UnitRow> = units
            .map(|(code, tier, parent)| UnitRow {
                line: 0,
                unit: Unit {
                    code: code.into(),
                    name: code.to_owned(),
                    tier,
                    parent: parent.map(Into::into),
                    valid_from: from,
                    valid_to: None,
                    link_kbps: None,
                },
            })
            .into();
        store.units().import(rows, |_| {}).await.unwrap();
        let points = units.map(|(code, ..)| point(code));
        store.points().upsert_all(&points).await.unwrap();
        let mut accounts = HashMap::new();
        let hash = password::hash(PASSWORD).unwrap();
        for (number, standing) in Standing::all().enumerate() {
            let account = person(&store, number, standing, &hash, now).await;
            accounts.insert(standing, account);
        }
        Self {
            server: prepared.serve(),
            http: Client::new(),
            accounts,
            now,
            _dir: dir,
        }
    }

    fn store(&self) -> &Store {
        &self.server.app().store
    }

    /// A request of this kind about [`UNIT`] or a new briefing of it, with everything right but perhaps the permission.
    async fn ask(&self, method: &str, path: &str, standing: Standing) -> (StatusCode, String) {
        let id = Uuid::now_v7();
        let plan = self.plan();
        let secretary = self.named(ParticipantRole::Secretary);
        if path.contains("/briefings/{id}") {
            self.store()
                .briefings()
                .create(id.into(), &plan, secretary, self.now)
                .await
                .unwrap();
        }
        let link = Uuid::now_v7();
        if path.ends_with("{link}") {
            let link = WatchLink {
                id: link.into(),
                briefing: id.into(),
                token_hash: id.as_bytes().to_vec(),
                max_watchers: 1,
                created_by: secretary,
                created_at: self.now,
                revoked_at: None,
            };
            self.store().watch_links().create(&link).await.unwrap();
        }
        let managed = Uuid::now_v7();
        if path.starts_with("/api/v1/managed-accounts/{id}") {
            self.somebody(managed).await;
        }
        let address = match path {
            "/api/v1/points/{id}" => path.replace("{id}", &Uuid::from(point_id(UNIT)).to_string()),
            "/api/v1/accounts" | "/api/v1/managed-accounts" => format!("{path}?unit={UNIT}"),
            _ if path.starts_with("/api/v1/managed-accounts/{id}") => {
                path.replace("{id}", &managed.to_string())
            }
            "/api/v1/network-test/download" => format!("{path}?bytes=1"),
            _ => path
                .replace("{id}", &id.to_string())
                .replace("{link}", &link.to_string())
                .replace("{code}", UNIT)
                .replace("{briefing}", &id.to_string())
                .replace("{seq}", "1")
                .replace("{hash}", "00"),
        };
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let url = format!("http://{}{address}", self.server.address());
        let mut request = self.http.request(method.clone(), url);
        if standing != Standing::Anybody {
            let account = self.accounts[&standing];
            let issued = session::issue(self.store(), account, "test", self.now).await;
            request = request.bearer_auth(issued.unwrap().token);
        }
        if let Some(body) = body(&method, path, &plan) {
            request = request.json(&body);
        } else if let Some(body) = self.second_factor(path, standing).await {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let body: Value = answer.json().await.unwrap_or_default();
        (status, body["code"].as_str().unwrap_or_default().to_owned())
    }

    /// Somebody of [`UNIT`] without a role.
    async fn somebody(&self, id: Uuid) {
        let account = Account {
            id: id.into(),
            username: id.to_string(),
            display_name: "Vàng A Sùng".to_owned(),
            title: String::new(),
            unit: UNIT.into(),
            point: None,
            locale: Locale::Vi,
            disabled: false,
            password_until: None,
        };
        let accounts = self.store().accounts();
        accounts.create(&account, None, self.now).await.unwrap();
    }

    /// Brings the account's second factor to where the address takes it up, and gives what is to be sent.
    async fn second_factor(&self, path: &str, standing: Standing) -> Option<Value> {
        let account = self.accounts[&standing];
        let factors = self.store().second_factors();
        let secret = totp::new_secret();
        factors.remove(account).await.unwrap();
        factors.begin(account, &secret).await.unwrap();
        match path {
            "/api/v1/auth/totp/confirm" => {
                let time = u64::try_from(self.now.timestamp()).unwrap();
                let authenticator = totp_rs::Builder::new().with_secret(secret).build().unwrap();
                Some(json!({ "code": authenticator.generate(time).to_string() }))
            }
            "/api/v1/auth/totp/disable" => {
                let hashes = [totp::hash_of(RECOVERY_CODE)];
                factors
                    .confirm(account, 1, &hashes, self.now)
                    .await
                    .unwrap();
                Some(json!({ "password": PASSWORD, "code": RECOVERY_CODE }))
            }
            _ => None,
        }
    }

    fn named(&self, role: ParticipantRole) -> AccountId {
        self.accounts[&Standing::Named(role)]
    }

    fn plan(&self) -> BriefingPlan {
        let named = [
            ParticipantRole::Delegate,
            ParticipantRole::Observer,
            ParticipantRole::Technician,
        ];
        BriefingPlan {
            title: "Giao ban".to_owned(),
            host_unit: UNIT.into(),
            parent: None,
            chair: self.named(ParticipantRole::Chair),
            secretary: self.named(ParticipantRole::Secretary),
            deputy: None,
            starts_at: self.now + TimeDelta::minutes(10),
            ends_at: self.now + TimeDelta::hours(1),
            admission: Admission::Invited,
            floor_seconds: None,
            occurrence: None,
            agenda: Vec::new(),
            invitations: vec![Invitation {
                point: point_id("1501"),
                point_name: "1501".to_owned(),
                unit: "1501".into(),
                unit_name: "1501".to_owned(),
                role: InvitedAs::Delegate,
            }],
            participants: named
                .map(|role| Participant {
                    account: self.named(role),
                    role,
                })
                .into(),
        }
    }
}

/// An account that has this standing towards the unit and its briefings, and no other.
async fn person(
    store: &Store,
    number: usize,
    standing: Standing,
    hash: &PasswordHash,
    now: DateTime<Utc>,
) -> AccountId {
    let account = Account {
        id: Uuid::now_v7().into(),
        username: format!("nguoi-{number}"),
        display_name: format!("Người {number}"),
        title: String::new(),
        unit: if standing == Standing::Invited {
            "1501"
        } else {
            HOME
        }
        .into(),
        point: None,
        locale: Locale::Vi,
        disabled: false,
        password_until: None,
    };
    store
        .accounts()
        .create(&account, Some(hash), now)
        .await
        .unwrap();
    if let Standing::Granted(role, relation) = standing {
        let unit = match relation {
            Relation::Same => UNIT,
            Relation::Above => "TW",
            Relation::Below => "1501",
            Relation::Elsewhere => "24",
        };
        let grant = Grant {
            account: account.id,
            role,
            unit: unit.into(),
        };
        store.grants().add(&grant).await.unwrap();
    }
    account.id
}

fn point_id(code: &str) -> PointId {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, code.as_bytes()).into()
}

fn point(code: &str) -> Point {
    Point {
        id: point_id(code),
        unit: code.into(),
        name: code.to_owned(),
        kind: PointKind::Room,
        link_kbps: 2_000,
        technician_name: String::new(),
        technician_phone: String::new(),
        active: true,
    }
}

/// What is sent to an address that takes a body.
fn body(method: &Method, path: &str, plan: &BriefingPlan) -> Option<Value> {
    let draft = json!({
        "title": plan.title,
        "host_unit": UNIT,
        "chair_id": Uuid::from(plan.chair),
        "secretary_id": Uuid::from(plan.secretary),
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "invite": [{ "unit_code": "1501" }],
        "revision": (*method == Method::PUT).then_some(1),
    });
    match (method.as_str(), path) {
        ("POST", "/api/v1/auth/login") => {
            Some(json!({ "username": "nguoi-0", "password": PASSWORD }))
        }
        ("POST", "/api/v1/auth/password") => {
            Some(json!({ "current_password": PASSWORD, "new_password": PASSWORD }))
        }
        ("POST", "/api/v1/auth/totp") => Some(json!({ "password": PASSWORD })),
        ("PATCH", "/api/v1/auth/me" | "/api/v1/points/{id}") => Some(json!({})),
        ("POST", "/api/v1/managed-accounts") => {
            let username = Uuid::now_v7().to_string();
            Some(
                json!({ "username": username, "display_name": "Vàng A Sùng", "unit_code": UNIT, "role": "delegate" }),
            )
        }
        ("PATCH", "/api/v1/managed-accounts/{id}") => Some(json!({ "locked": true })),
        ("POST", "/api/v1/points") => Some(json!({ "unit_code": UNIT, "name": "Phòng họp" })),
        ("POST", "/api/v1/briefings" | "/api/v1/briefings/{id}/children")
        | ("PUT", "/api/v1/briefings/{id}") => Some(draft),
        ("POST", "/api/v1/briefings/{id}/cancel") => Some(json!({ "reason": "Hoãn" })),
        ("POST", "/api/v1/briefings/{id}/watch-links") => Some(json!({ "max_watchers": 1 })),
        _ => None,
    }
}
