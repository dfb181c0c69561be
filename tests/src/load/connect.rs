//! WHIP and WHEP (RFC 9725): an offer goes out, an answer comes back.

use crate::peer::dtls::Identity;
use crate::peer::sdp::{Answer, Credentials, Streams, publisher_offer, watcher_offer};
use crate::peer::transport::Transport;
use anyhow::{Context as _, Result, bail};
use reqwest::header::{CONTENT_TYPE, LOCATION};
use std::sync::Arc;
use std::time::Instant;

/// Where to send an offer, and with what right.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub url: String,
    pub token: String,
}

/// An accepted session.
pub struct Session {
    pub transport: Transport,
    /// To be deleted at the end.
    pub location: String,
}

/// Publishes.
pub async fn publish(
    client: &reqwest::Client,
    endpoint: &Endpoint,
    identity: Arc<Identity>,
    streams: Streams,
) -> Result<Session> {
    let local = Credentials::random();
    let offer = publisher_offer(&identity, &local, streams);
    session(client, endpoint, identity, local, offer).await
}

/// Watches.
pub async fn watch(
    client: &reqwest::Client,
    endpoint: &Endpoint,
    identity: Arc<Identity>,
) -> Result<Session> {
    let local = Credentials::random();
    let offer = watcher_offer(&identity, &local);
    session(client, endpoint, identity, local, offer).await
}

async fn session(
    client: &reqwest::Client,
    endpoint: &Endpoint,
    identity: Arc<Identity>,
    local: Credentials,
    offer: String,
) -> Result<Session> {
    let answer = client
        .post(&endpoint.url)
        .bearer_auth(&endpoint.token)
        .header(CONTENT_TYPE, "application/sdp")
        .body(offer)
        .send()
        .await
        .with_context(|| format!("POST {}", endpoint.url))?;
    let status = answer.status();
    let location = answer
        .headers()
        .get(LOCATION)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let url = answer.url().clone();
    let body = answer.text().await.context("reading the answer")?;
    if status != reqwest::StatusCode::CREATED {
        bail!("{url}: {status}: {body}");
    }
    let location = location.context("201 without Location")?;
    let location = url.join(&location).context("an odd Location")?.to_string();
    let answer = Answer::parse(&body)?;
    Ok(Session {
        transport: Transport::new(identity, local, answer, Instant::now())?,
        location,
    })
}

/// Ends a session.
pub async fn leave(client: &reqwest::Client, endpoint: &Endpoint, location: &str) -> Result<()> {
    let answer = client
        .delete(location)
        .bearer_auth(&endpoint.token)
        .send()
        .await
        .with_context(|| format!("DELETE {location}"))?;
    if !answer.status().is_success() {
        bail!("DELETE {location}: {}", answer.status());
    }
    Ok(())
}
