//! Sign-ins in force. The client holds a random token; the store holds only its hash.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use giaoban_store::{AccountId, Session, Store, StoreError};
use rand::RngCore;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A sign-in that is not used ends after this long: a working day and the way home.
pub const IDLE: TimeDelta = TimeDelta::hours(12);
/// Every sign-in gets a new token after this long, so that a stolen old one is worth little.
const ROTATE_AFTER: TimeDelta = TimeDelta::hours(8);
/// Requests that were under way with the old token still pass.
const OVERLAP: TimeDelta = TimeDelta::minutes(1);
/// Use is noted this often at most, not with every request.
const NOTE_EVERY: TimeDelta = TimeDelta::minutes(5);
const USER_AGENT_LENGTH: usize = 200;

/// A new sign-in: what the client gets.
pub struct Issued {
    pub token: String,
    pub session: Session,
}

/// Signs an account in.
pub async fn issue(
    store: &Store,
    account: AccountId,
    user_agent: &str,
    now: DateTime<Utc>,
) -> Result<Issued, StoreError> {
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    let token = BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let session = Session {
        id: Uuid::now_v7().into(),
        account,
        token_hash: hash(&token),
        created_at: now,
        last_seen_at: now,
        expires_at: now + IDLE,
        user_agent: user_agent.chars().take(USER_AGENT_LENGTH).collect(),
    };
    store.sessions().create(&session).await?;
    Ok(Issued { token, session })
}

/// The sign-in of a token, noted as used.
pub async fn find(
    store: &Store,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Option<Session>, StoreError> {
    let Some(session) = store.sessions().find(&hash(token), now).await? else {
        return Ok(None);
    };
    if now - session.last_seen_at >= NOTE_EVERY && session.expires_at - now > OVERLAP {
        store.sessions().touch(session.id, now, now + IDLE).await?;
    }
    Ok(Some(session))
}

/// A new token for an old sign-in, when it is due.
pub async fn rotate(
    store: &Store,
    session: &Session,
    now: DateTime<Utc>,
) -> Result<Option<Issued>, StoreError> {
    if now - session.created_at < ROTATE_AFTER || session.expires_at - now <= OVERLAP {
        return Ok(None);
    }
    let issued = issue(store, session.account, &session.user_agent, now).await?;
    store
        .sessions()
        .touch(session.id, now, now + OVERLAP)
        .await?;
    Ok(Some(issued))
}

/// A token is 256 random bits, so a plain hash is enough: there is nothing to guess.
#[must_use]
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
