//! The demonstration: a small country with accounts and briefings, one of them in session. Starting it again adds only
//! what is missing.

mod briefings;
mod people;
mod tree;
mod welcome;

pub use people::{PASSWORD, PEOPLE, Person};
pub use welcome::welcome;

use crate::auth::password::PasswordError;
use crate::planning::series::SeriesError;
use chrono::{DateTime, Utc};
use giaoban_store::units::ImportError;
use giaoban_store::{BriefingId, Store, StoreError};
use uuid::Uuid;

/// Names of the demonstration's things give their ids, so that a second start finds them.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f3a_9f0e_57c1_4b52_9d1c_2a7e_6b0d_11e5);

/// Why the demonstration could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Series(#[from] SeriesError),
}

/// What is to be in session.
#[derive(Clone, Debug)]
pub struct Demo {
    pub live: BriefingId,
    /// It was made just now and must be begun.
    pub begins: bool,
    /// Briefings of earlier days that were left in session.
    pub stale: Vec<BriefingId>,
}

/// Puts everything into the store that is not there yet.
pub async fn prepare(store: &Store, now: DateTime<Utc>) -> Result<Demo, DemoError> {
    tree::prepare(store).await?;
    people::prepare(store, now).await?;
    briefings::prepare(store, now).await
}

fn id_of(name: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}
