//! Join tokens that are refused although their time is not over: of an account that signed out everywhere, and of a seat that
//! was removed or not let in.

use super::ids::same;
use super::shared::Shared;
use super::token::JoinClaims;
use chrono::{DateTime, TimeDelta, Utc};
use giaoban_signaling::ids::{AccountId, SeatId};
use giaoban_signaling::ledger::{Body, Fact, LeaveReason};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::sleep;

/// Other processes revoke too: looked for this often.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// No token is good for longer.
const LONGEST: TimeDelta = TimeDelta::hours(12);

/// Up to when the tokens of whom are refused.
#[derive(Debug, Default)]
pub(super) struct Revoked {
    accounts: Mutex<HashMap<AccountId, DateTime<Utc>>>,
    seats: Mutex<HashMap<SeatId, DateTime<Utc>>>,
}

impl Revoked {
    /// Everything that the account was given until then. True if that is news.
    pub(super) fn account(&self, account: AccountId, at: DateTime<Utc>) -> bool {
        note(&self.accounts, account, at)
    }

    /// A fact that is durable: who was removed needs a new token.
    pub(super) fn take(&self, fact: &Fact) {
        if let Body::Left {
            seat,
            why: LeaveReason::Removed { .. } | LeaveReason::Refused { .. } | LeaveReason::NotInvited,
        } = fact.body
        {
            note(&self.seats, seat, fact.at);
        }
    }

    /// Whether the token with these claims is refused.
    pub(super) fn covers(&self, claims: &JoinClaims) -> bool {
        let until =
            |at: Option<DateTime<Utc>>| at.is_some_and(|at| claims.issued <= at.timestamp_micros());
        until(find(&self.accounts, &claims.account)) || until(find(&self.seats, &claims.seat()))
    }
}

fn note<K: Eq + Hash>(known: &Mutex<HashMap<K, DateTime<Utc>>>, key: K, at: DateTime<Utc>) -> bool {
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    if known.get(&key).is_some_and(|latest| *latest >= at) {
        return false;
    }
    // Tokens from before these have ended by themselves.
    known.retain(|_, latest| *latest > at - LONGEST);
    known.insert(key, at);
    true
}

fn find<K: Eq + Hash>(known: &Mutex<HashMap<K, DateTime<Utc>>>, key: &K) -> Option<DateTime<Utc>> {
    let known = known.lock().unwrap_or_else(PoisonError::into_inner);
    known.get(key).copied()
}

/// Learns what was revoked before the start and what other processes revoke, and puts out who is in with it.
pub(super) async fn follow(shared: Arc<Shared>) {
    loop {
        let since = shared.clock.now() - LONGEST;
        match shared.store.token_revocations().since(since).await {
            Ok(found) => {
                let mut news = false;
                for one in found {
                    news |= shared.revoked.account(same(one.account), one.at);
                }
                if news {
                    shared.put_out_revoked().await;
                }
            }
            Err(error) => tracing::warn!(%error, "cannot read which tokens were revoked"),
        }
        sleep(LOOK_EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rooms::Device;
    use giaoban_signaling::ids::{BriefingId, PointId};
    use giaoban_signaling::ledger::Actor;
    use giaoban_signaling::wire::Role;
    use uuid::Uuid;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + 60 * minute, 0).unwrap()
    }

    fn claims(issued: i64) -> JoinClaims {
        JoinClaims {
            briefing: BriefingId(Uuid::from_u128(1)),
            point: PointId(Uuid::from_u128(2)),
            account: AccountId(Uuid::from_u128(3)),
            role: Role::Delegate,
            device: Device::Browser,
            person: String::new(),
            title: String::new(),
            expires: at(100).timestamp(),
            issued: at(issued).timestamp_micros(),
        }
    }

    #[test]
    fn tokens_from_before_are_refused_and_later_ones_are_good() {
        let revoked = Revoked::default();
        assert!(!revoked.covers(&claims(1)));
        revoked.account(claims(0).account, at(5));
        revoked.account(claims(0).account, at(3));
        assert!(revoked.covers(&claims(1)));
        assert!(revoked.covers(&claims(5)));
        assert!(!revoked.covers(&claims(6)));
    }

    #[test]
    fn a_removed_seat_needs_a_new_token() {
        let revoked = Revoked::default();
        let left = |why| Fact {
            seq: 9,
            at: at(5),
            actor: Actor::Server,
            command: None,
            body: Body::Left {
                seat: claims(0).seat(),
                why,
            },
        };
        revoked.take(&left(LeaveReason::GraceExpired));
        assert!(!revoked.covers(&claims(1)));
        revoked.take(&left(LeaveReason::Removed {
            text: String::new(),
        }));
        assert!(revoked.covers(&claims(1)));
        assert!(!revoked.covers(&claims(6)));
    }
}
