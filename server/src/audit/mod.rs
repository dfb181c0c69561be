//! The audit log: what was done to the server itself, by whom and from where. An act is answered only when it is written.

mod deed;
mod ship;
mod syslog;
mod verify;

pub use deed::Deed;
pub use ship::{TargetError, Targets, ship};
pub use verify::{Broken, VerifyError, verify};

use crate::auth::Caller;
use crate::clock::Clock;
use giaoban_store::{Account, AccountId, Act, AuditRow, Store, StoreError};
use serde_json::{Value, json};
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::Notify;

/// Who did it.
#[derive(Clone, Debug)]
pub struct By {
    account: Option<AccountId>,
    actor: String,
    address: String,
}

impl By {
    /// Somebody who is signed in.
    #[must_use]
    pub fn caller(caller: &Caller) -> Self {
        Self::account(&caller.account, caller.address)
    }

    #[must_use]
    pub fn account(account: &Account, address: IpAddr) -> Self {
        Self {
            account: Some(account.id),
            actor: account.username.clone(),
            address: address.to_string(),
        }
    }

    /// Somebody whom the server does not know. What he typed as a name is not kept: it may be a password in the wrong field.
    #[must_use]
    pub fn stranger(address: IpAddr) -> Self {
        Self {
            account: None,
            actor: String::new(),
            address: address.to_string(),
        }
    }

    /// The server itself, on its operator's standing orders.
    #[must_use]
    pub fn server() -> Self {
        Self {
            account: None,
            actor: "giaoban".to_owned(),
            address: String::new(),
        }
    }

    /// Whoever may run commands on the machine itself.
    #[must_use]
    fn command_line() -> Self {
        Self {
            account: None,
            actor: "giaoban (CLI)".to_owned(),
            address: String::new(),
        }
    }
}

/// The log's writing end. Cheap to clone.
#[derive(Clone)]
pub struct AuditLog {
    store: Store,
    clock: Clock,
    /// Wakes whoever sends the acts on.
    written: Arc<Notify>,
}

impl AuditLog {
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> Self {
        Self {
            store,
            clock,
            written: Arc::default(),
        }
    }

    /// Writes one act down.
    pub async fn record(&self, by: By, deed: Deed<'_>) -> Result<(), StoreError> {
        let (action, detail) = deed.told();
        self.store
            .audit()
            .append(Act {
                at: self.clock.now(),
                account: by.account,
                actor: by.actor,
                address: by.address,
                action,
                detail,
            })
            .await?;
        self.written.notify_one();
        Ok(())
    }

    /// What a command on the machine itself did.
    pub async fn at_the_machine(store: &Store, deed: Deed<'_>) -> Result<(), StoreError> {
        let log = Self::new(store.clone(), Clock::system());
        log.record(By::command_line(), deed).await
    }

    /// What a signed-in account did.
    pub async fn by(&self, caller: &Caller, deed: Deed<'_>) -> Result<(), StoreError> {
        self.record(By::caller(caller), deed).await
    }
}

/// One act as it leaves the server: the same in an export, in a file and in a syslog message.
#[must_use]
pub fn to_json(row: &AuditRow) -> Value {
    json!({
        "seq": row.seq,
        "at": row.act.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        "account": row.act.account.map(uuid::Uuid::from),
        "actor": row.act.actor,
        "address": row.act.address,
        "action": row.act.action,
        "detail": row.act.detail,
        "prev_hash": crate::ledger::hex(&row.prev_hash),
        "hash": crate::ledger::hex(&row.hash),
    })
}
