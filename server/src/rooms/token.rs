//! Signed tokens: who may join which briefing as what, and which client comes back into which seat.
//!
//! A token is `base64url(claims as JSON) . base64url(HMAC-SHA-256)`. There is one algorithm and the purpose is part of what
//! is signed, so a token can be neither downgraded nor used for something else. The key is the site's: tokens outlive
//! a restart.

use crate::signing::SigningKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::{DateTime, TimeDelta, Utc};
use giaoban_signaling::ids::{AccountId, BriefingId, PeerId, PointId, SeatId};
use giaoban_signaling::wire::Role;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// How long a browser's join token may be used for a first hello; its page asks for another when it needs one.
const BROWSER_VALID: TimeDelta = TimeDelta::hours(1);
/// An encoder is given its token by hand and cannot ask for another.
const ROOM_VALID: TimeDelta = TimeDelta::hours(12);
/// Whoever was in the room comes back with the token that brought him in for so long.
const RETURN_VALID: TimeDelta = TimeDelta::hours(12);
/// Longer tokens are none of ours.
const MOST_TEXT: usize = 4096;

/// What joins with the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Device {
    Browser,
    /// A room system or an encoder.
    Room,
}

impl Device {
    /// How long a token for it may be used for a first hello.
    pub(crate) fn valid(self) -> TimeDelta {
        match self {
            Self::Browser => BROWSER_VALID,
            Self::Room => ROOM_VALID,
        }
    }
}

/// The right of an account to one seat of one briefing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct JoinClaims {
    pub(crate) briefing: BriefingId,
    pub(crate) point: PointId,
    pub(crate) account: AccountId,
    pub(crate) role: Role,
    pub(crate) device: Device,
    /// The person's name and office, so that a hello needs no store.
    pub(crate) person: String,
    pub(crate) title: String,
    /// Unix seconds.
    pub(crate) expires: i64,
    /// Unix microseconds; what was issued before a revocation is refused.
    #[serde(default)]
    pub(crate) issued: i64,
}

impl JoinClaims {
    pub(crate) fn seat(&self) -> SeatId {
        SeatId::of(self.briefing, self.point, self.account)
    }

    /// Whether it still brings back who was in the room with it.
    pub(crate) fn returns_at(&self, now: DateTime<Utc>) -> bool {
        now.timestamp_micros() < self.issued + RETURN_VALID.num_microseconds().unwrap_or(0)
    }

    /// What of it concerns the meeting.
    pub(super) fn machine(&self) -> giaoban_signaling::meeting::JoinClaims {
        giaoban_signaling::meeting::JoinClaims {
            seat: self.seat(),
            account: self.account,
            point: self.point,
            role: self.role,
            person: self.person.clone(),
            title: self.title.clone(),
        }
    }
}

/// One window of one seat: who comes back with it gets the same media session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ResumeClaims {
    pub(crate) seat: SeatId,
    pub(crate) peer: PeerId,
}

/// A purpose that tokens are made for.
pub(crate) trait Claims: Serialize + DeserializeOwned {
    const PURPOSE: &'static str;

    fn holds_at(&self, now: DateTime<Utc>) -> bool;
}

impl Claims for JoinClaims {
    const PURPOSE: &'static str = "join 1";

    fn holds_at(&self, now: DateTime<Utc>) -> bool {
        now.timestamp() < self.expires
    }
}

impl Claims for ResumeClaims {
    const PURPOSE: &'static str = "resume 1";

    /// It is always given together with a join token, which ends by itself.
    fn holds_at(&self, _now: DateTime<Utc>) -> bool {
        true
    }
}

/// The token is not one of ours, or its time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token is not valid")]
pub(crate) struct BadToken;

/// Signs and checks tokens.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    key: SigningKey,
}

impl Signer {
    pub(crate) fn new(key: SigningKey) -> Self {
        Self { key }
    }

    pub(crate) fn sign<C: Claims>(&self, claims: &C) -> Result<String, serde_json::Error> {
        let claims = serde_json::to_vec(claims)?;
        let signature = self.key.sign(C::PURPOSE, &claims);
        Ok(format!(
            "{}.{}",
            BASE64.encode(claims),
            BASE64.encode(signature)
        ))
    }

    pub(crate) fn verify<C: Claims>(&self, token: &str, now: DateTime<Utc>) -> Result<C, BadToken> {
        let claims: C = self.read(token)?;
        claims.holds_at(now).then_some(claims).ok_or(BadToken)
    }

    /// A token of ours, whether its time is over or not.
    pub(crate) fn read<C: Claims>(&self, token: &str) -> Result<C, BadToken> {
        if token.len() > MOST_TEXT {
            return Err(BadToken);
        }
        let (claims, signature) = token.split_once('.').ok_or(BadToken)?;
        let claims = BASE64.decode(claims).map_err(|_| BadToken)?;
        let signature = BASE64.decode(signature).map_err(|_| BadToken)?;
        if !self.key.verify(C::PURPOSE, &claims, &signature) {
            return Err(BadToken);
        }
        serde_json::from_slice(&claims).map_err(|_| BadToken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const JOIN_VALID: TimeDelta = BROWSER_VALID;

    fn claims(expires: DateTime<Utc>) -> JoinClaims {
        JoinClaims {
            briefing: BriefingId(Uuid::from_u128(1)),
            point: PointId(Uuid::from_u128(2)),
            account: AccountId(Uuid::from_u128(3)),
            role: Role::Delegate,
            device: Device::Browser,
            person: "Giàng A Sình".to_owned(),
            title: "Chủ tịch UBND xã".to_owned(),
            expires: expires.timestamp(),
            issued: (expires - JOIN_VALID).timestamp_micros(),
        }
    }

    fn signer() -> Signer {
        Signer::new(SigningKey::random())
    }

    #[test]
    fn a_token_is_good_until_it_expires_and_only_unchanged() {
        let now = Utc::now();
        let signer = signer();
        let token = signer.sign(&claims(now + JOIN_VALID)).unwrap();
        assert_eq!(
            signer.verify::<JoinClaims>(&token, now).unwrap().role,
            Role::Delegate
        );
        assert!(
            signer
                .verify::<JoinClaims>(&token, now + JOIN_VALID)
                .is_err()
        );
        assert!(
            Signer::new(SigningKey::random())
                .verify::<JoinClaims>(&token, now)
                .is_err()
        );

        let mut chair = claims(now + JOIN_VALID);
        chair.role = Role::Chair;
        let forged = BASE64.encode(serde_json::to_vec(&chair).unwrap());
        let signature = token.split_once('.').unwrap().1;
        assert!(
            signer
                .verify::<JoinClaims>(&format!("{forged}.{signature}"), now)
                .is_err()
        );
    }

    #[test]
    fn a_resume_token_is_no_join_token() {
        let signer = signer();
        let resume = ResumeClaims {
            seat: SeatId(Uuid::from_u128(2)),
            peer: PeerId(Uuid::from_u128(3)),
        };
        let token = signer.sign(&resume).unwrap();
        assert!(signer.verify::<ResumeClaims>(&token, Utc::now()).is_ok());
        assert!(signer.verify::<JoinClaims>(&token, Utc::now()).is_err());
    }

    #[test]
    fn nonsense_is_refused() {
        let signer = signer();
        for token in ["", ".", "a.b", "é.é", &"x".repeat(5000)] {
            assert!(signer.verify::<JoinClaims>(token, Utc::now()).is_err());
        }
    }
}
