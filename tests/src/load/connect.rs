//! WHIP and WHEP (RFC 9725): an offer goes out, an answer comes back.

use crate::peer::dtls::Identity;
use crate::peer::sdp::{Announced, Answer, Credentials, Section, offer};
use crate::peer::transport::Transport;
use anyhow::{Context as _, Result, bail};
use reqwest::header::{CONTENT_TYPE, LOCATION};
use std::sync::Arc;
use std::time::Instant;

/// Where to send an offer, and with what right: a bearer token, or none where it is empty.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub url: String,
    pub token: String,
}

/// An accepted session.
pub struct Session {
    pub transport: Transport,
    /// What the server will send, for each section.
    pub announced: Vec<Announced>,
    /// To be deleted at the end.
    pub location: String,
}

/// Offers these sections: to publish or to watch.
pub async fn session(
    client: &reqwest::Client,
    endpoint: &Endpoint,
    identity: Arc<Identity>,
    sections: &[Section],
) -> Result<Session> {
    let local = Credentials::random();
    let offer = offer(&identity, &local, sections);
    let mut request = client.post(&endpoint.url);
    if !endpoint.token.is_empty() {
        request = request.bearer_auth(&endpoint.token);
    }
    let answer = request
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
        announced: answer.announced.clone(),
        transport: Transport::new(identity, local, answer, Instant::now())?,
        location,
    })
}

/// Ends a session.
pub async fn leave(client: &reqwest::Client, endpoint: &Endpoint, location: &str) -> Result<()> {
    let mut request = client.delete(location);
    if !endpoint.token.is_empty() {
        request = request.bearer_auth(&endpoint.token);
    }
    let answer = request
        .send()
        .await
        .with_context(|| format!("DELETE {location}"))?;
    if !answer.status().is_success() {
        bail!("DELETE {location}: {}", answer.status());
    }
    Ok(())
}
