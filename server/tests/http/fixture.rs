//! A server on a free port with the demonstration's data and a clock that tests can move.

use chrono::{DateTime, Utc};
use giaoban_server::clock::Clock;
use giaoban_server::config::Config;
use giaoban_server::demo::{self, PASSWORD};
use giaoban_server::serve::{Mode, Server};
use giaoban_store::{Grant, Role};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tempfile::TempDir;
use uuid::Uuid;

/// Thursday, 15:00 in Việt Nam.
pub(crate) fn start_of_time() -> DateTime<Utc> {
    "2026-11-26T08:00:00Z".parse().unwrap()
}

pub(crate) struct Site {
    pub(crate) clock: Clock,
    pub(crate) live: Uuid,
    server: Server,
    _dir: TempDir,
}

impl Site {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    /// With another configuration than the tests' usual one.
    pub(crate) async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.data.dir = dir.path().to_owned();
        config.store.url = std::env::var("GIAOBAN_TEST_STORE_URL").ok();
        config.http.listen = "127.0.0.1:0".parse().unwrap();
        config.media.listen = "127.0.0.1:0".parse().unwrap();
        change(&mut config);
        let clock = Clock::fixed(start_of_time());
        let mode = Mode {
            clock: clock.clone(),
            demo: true,
        };
        let prepared = Server::prepare(config, mode).await.unwrap();
        let demo = demo::prepare(&prepared.app().store, clock.now())
            .await
            .unwrap();
        Self {
            clock,
            live: demo.live.into(),
            server: prepared.serve(),
            _dir: dir,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }

    /// Where metrics are, if elsewhere.
    pub(crate) fn metrics_address(&self) -> Option<SocketAddr> {
        self.server.metrics_address()
    }

    pub(crate) fn api(&self, path: &str) -> String {
        self.url(&format!("/api/v1/{path}"))
    }

    pub(crate) async fn sign_in(&self, username: &str) -> User<'_> {
        self.sign_in_with(username, PASSWORD).await
    }

    pub(crate) async fn sign_in_with(&self, username: &str, password: &str) -> User<'_> {
        let answer = self.try_sign_in(username, password).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let body: Value = answer.json().await.unwrap();
        User {
            site: self,
            http: Client::new(),
            token: body["token"].as_str().unwrap().to_owned(),
            account: body["account"].clone(),
        }
    }

    /// Gives somebody a role more.
    pub(crate) async fn grant(&self, username: &str, role: Role, unit: &str) {
        let store = &self.server.app().store;
        let account = store.accounts().by_username(username).await.unwrap();
        let account = account.unwrap().id;
        let unit = unit.into();
        let grant = Grant {
            account,
            role,
            unit,
        };
        store.grants().add(&grant).await.unwrap();
    }

    pub(crate) async fn try_sign_in(&self, username: &str, password: &str) -> Response {
        Client::new()
            .post(self.api("auth/login"))
            .json(&json!({ "username": username, "password": password }))
            .send()
            .await
            .unwrap()
    }
}

/// A signed-in program.
pub(crate) struct User<'a> {
    pub(crate) site: &'a Site,
    pub(crate) token: String,
    pub(crate) account: Value,
    http: Client,
}

impl User<'_> {
    pub(crate) fn id(&self) -> &str {
        self.account["id"].as_str().unwrap()
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, self.site.api(path))
            .bearer_auth(&self.token)
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(body);
        }
        Answer::of(request.send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) total: Option<u64>,
    pub(crate) body: Value,
}

impl Answer {
    async fn of(response: Response) -> Self {
        let status = response.status();
        let total = response
            .headers()
            .get("x-total-count")
            .and_then(|value| value.to_str().ok()?.parse().ok());
        Self {
            status,
            total,
            body: response.json().await.unwrap_or(Value::Null),
        }
    }

    /// The body, when the answer has this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{:#}", self.body);
        self.body
    }

    /// Refused with this status and code.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Value {
        let body = self.expect(status);
        assert_eq!(body["code"], code, "{body:#}");
        assert_eq!(body["status"], status);
        body
    }

    /// The fields that were wrong.
    #[track_caller]
    pub(crate) fn wrong_fields(self) -> Vec<String> {
        let body = self.refused(422, "invalid_fields");
        let fields = body["fields"].as_array().unwrap();
        fields
            .iter()
            .map(|field| field["field"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// The items of a page by one of their fields.
pub(crate) fn column(page: &Value, name: &str) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item[name].as_str().unwrap_or_default().to_owned())
        .collect()
}
