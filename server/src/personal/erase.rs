//! Destroying keys: on somebody's request, or when their time is over.

use super::places::{Class, Subject};
use super::{ERASED, UnsealError};
use crate::config::RetentionConfig;
use crate::rooms::ids::same;
use crate::rooms::load::{ReadError, entries};
use crate::signing::SigningKey;
use chrono::{DateTime, TimeDelta, Utc};
use giaoban_signaling::ids::{AccountId, BriefingId};
use giaoban_signaling::ledger::Body;
use giaoban_store::{Account, BriefingState, Store, StoreError};
use std::collections::BTreeSet;

/// Why nothing was erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Unseal(#[from] UnsealError),
    /// A room that is open knows the words and would write them again.
    #[error(
        "phiên {0} đang mở; kết thúc phiên rồi xóa / briefing {0} is under way; erase when it is over"
    )]
    Live(BriefingId),
}

/// What was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erased {
    /// Ledgers that spoke of the person.
    pub briefings: usize,
    pub keys: u64,
}

/// Everything that ledgers say of the person of an account, and the account's own name. The account can't sign in any more.
/// What is overwritten so is out of the database's files after [`Store::rewrite`].
pub async fn erase_account(
    store: &Store,
    site: &SigningKey,
    account: Account,
    now: DateTime<Utc>,
) -> Result<Erased, EraseError> {
    let person: AccountId = same(account.id);
    let mut subjects = vec![Subject::Account(person)];
    let briefings = ledgers_of(store, site, &subjects).await?;
    // A parent's ledger knows the person by the seat in the child's.
    for briefing in &briefings {
        let mut seats = BTreeSet::new();
        for entry in entries(store, *briefing).await? {
            if let Body::Joined { seat, account, .. } = entry.fact.body
                && account == person
            {
                seats.insert(seat);
            }
        }
        subjects.extend(seats.into_iter().map(Subject::Seat));
    }
    let erased = destroy(store, site, &subjects, now).await?;
    let id = account.id;
    let anonymous = Account {
        username: format!("da-xoa-{}", uuid::Uuid::from(id).simple()),
        display_name: ERASED.to_owned(),
        title: String::new(),
        disabled: true,
        ..account
    };
    store.accounts().update(&anonymous, now).await?;
    store.sessions().revoke_all(id, None).await?;
    store.token_revocations().revoke(id, now).await?;
    store.second_factors().remove(id).await?;
    Ok(erased)
}

/// Everything that ledgers say of somebody who has no account, by the name that was typed.
pub async fn erase_deputy(
    store: &Store,
    site: &SigningKey,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Erased, EraseError> {
    destroy(store, site, &[Subject::Deputy(name.to_owned())], now).await
}

async fn ledgers_of(
    store: &Store,
    site: &SigningKey,
    subjects: &[Subject],
) -> Result<BTreeSet<BriefingId>, EraseError> {
    let mut found = BTreeSet::new();
    for subject in subjects {
        let briefings = store
            .person_keys()
            .briefings_of(&subject.hash(site))
            .await?;
        found.extend(briefings.into_iter().map(same::<BriefingId>));
    }
    Ok(found)
}

async fn destroy(
    store: &Store,
    site: &SigningKey,
    subjects: &[Subject],
    now: DateTime<Utc>,
) -> Result<Erased, EraseError> {
    let briefings = ledgers_of(store, site, subjects).await?;
    for briefing in &briefings {
        let head = store.briefings().head(same(*briefing)).await?;
        if head.is_some_and(|head| BriefingState::UNDER_WAY.contains(&head.state)) {
            return Err(EraseError::Live(*briefing));
        }
    }
    let mut keys = 0;
    for subject in subjects {
        keys += store
            .person_keys()
            .destroy(&subject.hash(site), now)
            .await?;
    }
    Ok(Erased {
        briefings: briefings.len(),
        keys,
    })
}

/// Destroys what has been kept long enough; tells what and how many keys.
pub async fn expire(
    store: &Store,
    retention: &RetentionConfig,
    now: DateTime<Utc>,
) -> Result<Vec<(Class, u64)>, StoreError> {
    let mut expired = Vec::new();
    for class in Class::ALL {
        let Some(days) = retention.days(class) else {
            continue;
        };
        let before = now - TimeDelta::days(i64::from(days));
        let keys = store
            .person_keys()
            .destroy_older(class.as_str(), before, now)
            .await?;
        if keys > 0 {
            expired.push((class, keys));
        }
    }
    Ok(expired)
}
