//! REST as a signed-in program uses it.

use super::DEMO_PASSWORD;
use anyhow::{Context as _, Result, bail};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

/// What `join` answers, as far as the tests use it.
#[derive(Clone, Debug, Deserialize)]
pub struct Joined {
    pub join_token: String,
    pub ws_url: String,
    pub seat: String,
    pub role: String,
    pub whip_url: String,
    pub whep_url: String,
}

/// A link for view-only screens.
#[derive(Clone, Debug, Deserialize)]
pub struct WatchLink {
    pub id: String,
    pub watch_token: String,
    pub url: String,
}

/// A signed-in account on one server.
#[derive(Clone, Debug)]
pub struct Api {
    client: reqwest::Client,
    base: String,
    token: String,
}

impl Api {
    /// Signs in as a demonstration account. `base` is such as `http://127.0.0.1:8080`.
    pub async fn sign_in(base: &str, username: &str) -> Result<Self> {
        let client = reqwest::Client::new();
        let answer = client
            .post(format!("{base}/api/v1/auth/login"))
            .json(&json!({"username": username, "password": DEMO_PASSWORD}))
            .send()
            .await
            .context("signing in")?;
        let body = success(answer).await?;
        let token = body["token"].as_str().context("no token")?.to_owned();
        Ok(Self {
            client,
            base: base.to_owned(),
            token,
        })
    }

    /// With the token of a session that is there already.
    #[must_use]
    pub fn signed_in(client: reqwest::Client, base: &str, token: &str) -> Self {
        Self {
            client,
            base: base.to_owned(),
            token: token.to_owned(),
        }
    }

    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// A request to `/api/v1{path}` with the session.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}/api/v1{path}", self.base))
            .bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Result<Value> {
        success(self.request(Method::GET, path).send().await?).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Result<Value> {
        success(self.request(Method::POST, path).json(&body).send().await?).await
    }

    /// The briefing that is live in the demonstration data.
    pub async fn live_briefing(&self) -> Result<String> {
        let page = self.get("/briefings?state=in_session").await?;
        page["items"][0]["id"]
            .as_str()
            .map(str::to_owned)
            .with_context(|| format!("no briefing in session: {page}"))
    }

    pub async fn join(&self, briefing: &str) -> Result<Joined> {
        let body = self
            .post(&format!("/briefings/{briefing}/join"), json!({}))
            .await?;
        let mut joined: Joined = serde_json::from_value(body).context("the answer to join")?;
        joined.whip_url = self.absolute(&joined.whip_url);
        joined.whep_url = self.absolute(&joined.whep_url);
        joined.ws_url = self.absolute(&joined.ws_url).replacen("http", "ws", 1);
        Ok(joined)
    }

    pub async fn watch_link(&self, briefing: &str, max_watchers: usize) -> Result<WatchLink> {
        let body = self
            .post(
                &format!("/briefings/{briefing}/watch-links"),
                json!({"max_watchers": max_watchers}),
            )
            .await?;
        serde_json::from_value(body).context("the answer to watch-links")
    }

    /// The contract lets addresses be paths; they are completed here.
    fn absolute(&self, url: &str) -> String {
        if url.starts_with('/') {
            format!("{}{url}", self.base)
        } else {
            url.to_owned()
        }
    }
}

/// The body of a successful answer; anything else becomes an error that quotes it.
pub async fn success(answer: Response) -> Result<Value> {
    let status = answer.status();
    let url = answer.url().clone();
    let text = answer.text().await.context("reading the answer")?;
    if !status.is_success() {
        bail!("{url}: {status}: {text}");
    }
    if status == StatusCode::NO_CONTENT || text.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(&text).with_context(|| format!("{url}: not JSON: {text}"))
}
