//! A small country: a centre, a province and its communes, with one briefing.

use chrono::{SubsecRound, TimeDelta, Utc};
use giaoban_server::auth::session;
use giaoban_server::config::Config;
use giaoban_server::serve::{Mode, Server, StartError};
use giaoban_store::{
    Account, AccountId, Admission, AgendaItem, BriefingId, BriefingPlan, Invitation, InvitedAs,
    Locale, Point, PointId, PointKind, Role, Store, Tier, Unit, UnitRow,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use uuid::Uuid;

pub(crate) const CHAIR: &str = "chutri";
pub(crate) const SECRETARY: &str = "thuky";
pub(crate) const PROVINCE: &str = "tinh1";

pub(crate) fn commune(number: usize) -> String {
    format!("xa{number}")
}

/// What was put into the store.
pub(crate) struct Seeded {
    pub(crate) briefing: Uuid,
    /// The province's own with its communes, under it.
    pub(crate) child: Uuid,
    /// Tokens of people who are signed in.
    pub(crate) tokens: HashMap<String, String>,
}

/// How the briefing is planned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) communes: usize,
    pub(crate) lobby: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            communes: 2,
            lobby: false,
        }
    }
}

/// Fills an empty store.
pub(crate) async fn seed(store: &Store, plan: Plan) -> Seeded {
    let now = Utc::now().trunc_subsecs(6);
    let day = now.date_naive() - chrono::Days::new(400);
    let mut units = vec![
        unit("TW", "Trung ương", Tier::Central, None, day),
        unit("15", "Tỉnh Lào Cai", Tier::Province, Some("TW"), day),
    ];
    let mut people = vec![
        (CHAIR.to_owned(), "TW", "Trần Văn Nam", "Bộ trưởng"),
        (SECRETARY.to_owned(), "TW", "Lê Thị Hoa", "Chánh Văn phòng"),
        (
            PROVINCE.to_owned(),
            "15",
            "Giàng A Sình",
            "Chủ tịch UBND tỉnh",
        ),
    ];
    let codes: Vec<String> = (1..=plan.communes).map(|n| format!("15{n:05}")).collect();
    for (number, code) in codes.iter().enumerate() {
        let name = format!("Xã số {}", number + 1);
        units.push(unit(code, &name, Tier::Commune, Some("15"), day));
        people.push((commune(number + 1), code, "Vàng Thị Mỷ", "Chủ tịch UBND xã"));
    }
    store
        .units()
        .import(units.clone(), |_| {})
        .await
        .expect("units");
    let points: Vec<Point> = units.iter().map(|row| point(&row.unit)).collect();
    store.points().upsert_all(&points).await.expect("points");
    let mut tokens = HashMap::new();
    let mut accounts = HashMap::new();
    for (username, code, name, title) in people {
        let account = Account {
            id: AccountId::from(Uuid::now_v7()),
            username: username.clone(),
            display_name: name.to_owned(),
            title: title.to_owned(),
            unit: code.into(),
            point: None,
            locale: Locale::Vi,
            disabled: false,
            password_until: None,
        };
        store
            .accounts()
            .create(&account, None, now)
            .await
            .expect("account");
        let issued = session::issue(store, account.id, "test", now)
            .await
            .expect("session");
        tokens.insert(username.clone(), issued.token);
        accounts.insert(username, account.id);
    }
    store
        .grants()
        .add(&giaoban_store::Grant {
            account: accounts[SECRETARY],
            role: Role::Secretary,
            unit: "TW".into(),
        })
        .await
        .expect("grant");
    let invitations: Vec<Invitation> = units
        .iter()
        .map(|row| Invitation {
            point: point_id(row.unit.code.as_str()),
            point_name: row.unit.name.clone(),
            unit: row.unit.code.clone(),
            unit_name: row.unit.name.clone(),
            role: InvitedAs::Delegate,
        })
        .collect();
    let (briefing, child) = (Uuid::now_v7(), Uuid::now_v7());
    let national = BriefingPlan {
        title: "Giao ban tháng 11".to_owned(),
        host_unit: "TW".into(),
        parent: None,
        chair: accounts[CHAIR],
        secretary: accounts[SECRETARY],
        deputy: None,
        starts_at: now,
        ends_at: now + TimeDelta::hours(2),
        admission: if plan.lobby {
            Admission::Manual
        } else {
            Admission::Invited
        },
        floor_seconds: Some(180),
        occurrence: None,
        agenda: vec![AgendaItem {
            id: Uuid::now_v7().into(),
            title: "Báo cáo".to_owned(),
            minutes: 30,
            presenter_point: None,
            presenter_unit: None,
            presenter: None,
        }],
        invitations: invitations.clone(),
        participants: Vec::new(),
    };
    let provincial = BriefingPlan {
        title: "Điểm cầu Lào Cai".to_owned(),
        host_unit: "15".into(),
        parent: Some(briefing.into()),
        chair: accounts[PROVINCE],
        agenda: Vec::new(),
        invitations: invitations.into_iter().skip(1).collect(),
        ..national.clone()
    };
    for (id, plan) in [(briefing, national), (child, provincial)] {
        store
            .briefings()
            .create(BriefingId::from(id), &plan, accounts[SECRETARY], now)
            .await
            .expect("briefing");
    }
    Seeded {
        briefing,
        child,
        tokens,
    }
}

pub(crate) fn point_id(code: &str) -> PointId {
    PointId::from(Uuid::new_v5(&Uuid::NAMESPACE_OID, code.as_bytes()))
}

fn unit(
    code: &str,
    name: &str,
    tier: Tier,
    parent: Option<&str>,
    from: chrono::NaiveDate,
) -> UnitRow {
    UnitRow {
        line: 0,
        unit: Unit {
            code: code.into(),
            name: name.to_owned(),
            tier,
            parent: parent.map(Into::into),
            valid_from: from,
            valid_to: None,
            link_kbps: Some(2_000),
        },
    }
}

fn point(unit: &Unit) -> Point {
    Point {
        id: point_id(unit.code.as_str()),
        unit: unit.code.clone(),
        name: unit.name.clone(),
        kind: PointKind::Room,
        link_kbps: 2_000,
        technician_name: String::new(),
        technician_phone: "0912".to_owned(),
        active: true,
    }
}

pub(crate) fn store_url(dir: &Path) -> String {
    format!("sqlite://{}", dir.join("giaoban.db").display())
}

/// A running server with its briefing.
pub(crate) struct Site {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) seeded: Seeded,
    pub(crate) server: Server,
    http: reqwest::Client,
}

impl Site {
    pub(crate) async fn start(plan: Plan) -> Self {
        Self::with(plan, |_| {}).await
    }

    /// With another configuration.
    pub(crate) async fn with(plan: Plan, set: impl Fn(&mut Config)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&store_url(dir.path())).await.unwrap();
        let seeded = seed(&store, plan).await;
        store.close().await;
        let server = start(dir.path(), set).await;
        Self {
            dir,
            seeded,
            server,
            http: reqwest::Client::new(),
        }
    }

    pub(crate) fn api(&self) -> Api {
        Api {
            address: self.server.address(),
            http: self.http.clone(),
            briefing: self.seeded.briefing,
            tokens: self.seeded.tokens.clone(),
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.server.app().store
    }
}

/// The media port must be free for UDP and for TCP; another test may have taken the one that the system chose.
async fn start(dir: &Path, set: impl Fn(&mut Config)) -> Server {
    for _ in 0..10 {
        let mut config = config(dir);
        set(&mut config);
        match Server::start(config, Mode::default()).await {
            Ok(server) => return server,
            Err(StartError::Media(error)) => eprintln!("{error}"),
            Err(error) => panic!("{error}"),
        }
    }
    panic!("no port is free");
}

pub(crate) fn config(dir: &Path) -> Config {
    let mut config = Config::default();
    config.http.listen = SocketAddr::from(([127, 0, 0, 1], 0));
    config.media.listen = SocketAddr::from(([127, 0, 0, 1], 0));
    config.media.workers = 1;
    dir.clone_into(&mut config.data.dir);
    config
}

/// The server over HTTP, as its users reach it.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) address: SocketAddr,
    pub(crate) http: reqwest::Client,
    pub(crate) briefing: Uuid,
    pub(crate) tokens: HashMap<String, String>,
}

impl Api {
    /// The same server, another briefing.
    pub(crate) fn about(&self, briefing: Uuid) -> Self {
        Self {
            briefing,
            ..self.clone()
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn of_briefing(&self, path: &str) -> String {
        self.url(&format!("/api/v1/briefings/{}/{path}", self.briefing))
    }

    /// What `POST …/join` answers.
    pub(crate) async fn join(&self, username: &str) -> Value {
        let response = self
            .http
            .post(self.of_briefing("join"))
            .bearer_auth(&self.tokens[username])
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
        response.json().await.unwrap()
    }

    pub(crate) async fn join_token(&self, username: &str) -> String {
        self.join(username).await["join_token"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) async fn watch_link(&self, max_watchers: u32) -> Value {
        let response = self
            .http
            .post(self.of_briefing("watch-links"))
            .bearer_auth(&self.tokens[SECRETARY])
            .json(&json!({ "max_watchers": max_watchers }))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 201);
        response.json().await.unwrap()
    }
}
