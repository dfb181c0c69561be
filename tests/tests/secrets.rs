//! With every log line switched on, a whole story leaves no secret in the log.

use anyhow::{Context as _, Result, ensure};
use giaoban_signaling::wire::{Audience, Command};
use giaoban_tests::harness::server::Options;
use giaoban_tests::harness::{Api, Server, WsClient};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

const PASSWORD: &str = "mat-khau-rieng-cua-lan-thu-nay";
const WRONG_PASSWORD: &str = "mat-khau-go-nham-cua-lan-thu-nay";

#[tokio::test]
async fn no_password_token_or_cookie_is_ever_logged() -> Result<()> {
    let server = Server::start(Options {
        environment: vec![("GIAOBAN_LOG__FILTER".to_owned(), "trace".to_owned())],
        ..Options::default()
    })
    .await?;
    let mut secrets = vec![
        ("password", PASSWORD.to_owned()),
        ("wrong password", WRONG_PASSWORD.to_owned()),
    ];
    let add = "user add rieng --role delegate --unit 15 --password-stdin";
    let words: Vec<&str> = add.split(' ').collect();
    server.command(&words, PASSWORD)?;

    // A browser signs in, wrongly first, and reads with its cookie.
    let http = reqwest::Client::new();
    let sign_in = async |password: &str| {
        http.post(server.url("/api/v1/auth/login"))
            .json(&json!({"username": "rieng", "password": password}))
            .send()
            .await
            .context("signing in")
    };
    let refused = sign_in(WRONG_PASSWORD).await?;
    ensure!(refused.status() == StatusCode::UNAUTHORIZED);
    let answer = sign_in(PASSWORD).await?;
    let cookie = answer.headers()[header::SET_COOKIE].to_str()?.to_owned();
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    let token = cookie.split_once('=').context("the cookie")?.1.to_owned();
    let me = http
        .get(server.url("/api/v1/auth/me"))
        .header(header::COOKIE, &cookie)
        .send()
        .await?;
    ensure!(me.status() == StatusCode::OK);
    secrets.push(("session", token));

    // Programs: keys and tokens of every kind.
    let secretary = Api::sign_in(&server.url(""), "thuky").await?;
    let briefing = secretary.live_briefing().await?;
    let key = secretary.get("/auth/calendar-key").await?;
    let key = key["url"]
        .as_str()
        .context("the calendar's address")?
        .to_owned();
    http.get(&key).send().await?.error_for_status()?;
    let key = key.split_once("key=").context("the calendar's key")?.1;
    secrets.push(("calendar key", key.to_owned()));
    let link = secretary.watch_link(&briefing, 1).await?;
    secrets.push(("watch token", link.watch_token.clone()));
    let joined = secretary.join(&briefing).await?;
    secrets.push(("join token", joined.join_token.clone()));

    // In the room, back again, and a device with a broken offer.
    let mut client = WsClient::connect(&joined.ws_url, &joined.join_token).await?;
    let text = "loi-noi-rieng-cua-lan-thu-nay".to_owned();
    let say = Command::Say {
        to: Audience::All,
        text: text.clone(),
    };
    client.done(say).await?;
    secrets.push(("chat", text));
    let returning = client.returning();
    let view = client.view().clone();
    secrets.push(("resume token", returning.resume.token.clone()));
    client.close().await;
    WsClient::come_back(&returning, view).await?.close().await;
    for (url, token) in [
        (&joined.whip_url, &joined.join_token),
        (&joined.whep_url, &link.watch_token),
    ] {
        let answer = http
            .request(Method::POST, url)
            .bearer_auth(token)
            .header(header::CONTENT_TYPE, "application/sdp")
            .body("v=0\r\nnonsense\r\n")
            .send()
            .await?;
        ensure!(answer.status().is_client_error(), "{}", answer.status());
    }
    let _: Value = secretary.post("/auth/logout-everywhere", json!({})).await?;

    let log = server.log()?;
    // The demonstration prints its password on purpose, as a sentence and not as a log line.
    let lines: Vec<&str> = log.lines().filter(|line| line.starts_with('{')).collect();
    ensure!(
        lines.iter().any(|line| line.contains(r#""level":"DEBUG""#)),
        "the log is not switched on: {} lines",
        lines.len()
    );
    for (what, secret) in &secrets {
        ensure!(secret.len() > 15, "{what} is no secret: {secret}");
        let found = lines.iter().find(|line| line.contains(secret.as_str()));
        ensure!(
            found.is_none(),
            "the {what} is in the log: {}",
            found.unwrap_or(&"")
        );
    }
    println!(
        "{} log lines hold none of {} secrets",
        lines.len(),
        secrets.len()
    );
    server.stop()
}
