//! The ICE servers that clients are told of.

use crate::config::TurnConfig;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, Mac};
use serde::Serialize;
use sha1::Sha1;
use utoipa::ToSchema;
use uuid::Uuid;

/// How long TURN credentials are good: longer than any briefing.
const VALID: TimeDelta = TimeDelta::hours(12);

/// One entry of an `RTCConfiguration`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct IceServer {
    pub(crate) urls: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) credential: Option<String>,
}

/// The servers, with credentials that coturn's `use-auth-secret` takes: `expiry:user`, and its HMAC-SHA1 (the TURN REST
/// API, draft-uberti-behave-turn-rest-00).
pub(super) fn servers(config: &TurnConfig, now: DateTime<Utc>, whose: Uuid) -> Vec<IceServer> {
    let (stun, turn): (Vec<String>, Vec<String>) = config
        .urls
        .iter()
        .cloned()
        .partition(|url| url.starts_with("stun"));
    let mut servers = Vec::new();
    if !stun.is_empty() {
        servers.push(IceServer {
            urls: stun,
            username: None,
            credential: None,
        });
    }
    if !turn.is_empty() {
        let credentials = config.secret.as_ref().map(|secret| {
            let username = format!("{}:{whose}", (now + VALID).timestamp());
            let credential = BASE64.encode(sign(secret, &username));
            (username, credential)
        });
        let (username, credential) = credentials.unzip();
        servers.push(IceServer {
            urls: turn,
            username,
            credential,
        });
    }
    servers
}

fn sign(secret: &str, username: &str) -> Vec<u8> {
    // HMAC takes keys of any length (RFC 2104 section 3): the error the crate has for it can't occur.
    Hmac::<Sha1>::new_from_slice(secret.as_bytes())
        .map(|mut mac| {
            mac.update(username.as_bytes());
            mac.finalize().into_bytes().to_vec()
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone as _;

    #[test]
    fn turn_gets_credentials_that_coturn_can_check() {
        let config = TurnConfig {
            urls: vec!["stun:a:3478".to_owned(), "turn:a:3478".to_owned()],
            secret: Some("north".to_owned()),
        };
        let now = Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap();
        let servers = servers(&config, now, Uuid::nil());
        assert_eq!(servers.len(), 2);
        assert_eq!(servers[0].username, None);
        assert_eq!(
            servers[1].username.as_deref(),
            Some("1767268800:00000000-0000-0000-0000-000000000000")
        );
        assert_eq!(servers[1].credential.as_ref().map(String::len), Some(28));
    }
}
