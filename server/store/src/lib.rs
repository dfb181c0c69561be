//! Where giaoban keeps what must last: units, points, people, plans and the ledger, on SQLite or on
//! PostgreSQL, with one SQL text and one set of migrations for both.
//!
//! Time, ids and randomness come from the caller. Times are kept to the microsecond.

mod accounts;
mod audit;
pub mod backup;
mod briefings;
mod db;
mod error;
mod grants;
pub mod inspect;
mod leases;
mod ledger;
mod login_attempts;
pub mod model;
mod person_keys;
mod points;
mod second_factors;
mod secrets;
mod series;
mod sessions;
mod token_revocations;
pub mod units;
mod watch_links;

pub use accounts::Accounts;
pub use audit::{Audit, AuditQuery};
pub use briefings::Briefings;
pub use error::StoreError;
pub use grants::Grants;
pub use leases::Leases;
pub use ledger::{AppendError, Batch, Ledger};
pub use login_attempts::LoginAttempts;
pub use model::account::{Account, AccountQuery, Locale, PasswordHash};
pub use model::audit::{Act, AuditRow};
pub use model::briefing::{
    Admission, AgendaItem, Briefing, BriefingDetail, BriefingOrder, BriefingPlan, BriefingQuery,
    BriefingState, Concerning, Invitation, InvitedAs, Occurrence, Overview, Participant,
    ParticipantRole, Viewer,
};
pub use model::fact::{FactRow, Hash, Head};
pub use model::ids::{
    AccountId, AgendaItemId, BriefingId, PointId, SeriesId, SessionId, UnitCode, WatchLinkId,
};
pub use model::lease::{Fence, Lease};
pub use model::page::{Cursor, Limit, Page};
pub use model::point::{Point, PointInUnit, PointKind};
pub use model::role::{Grant, Role};
pub use model::series::Series;
pub use model::session::Session;
pub use model::unit::{ImportProgress, ImportSummary, Tier, Unit, UnitQuery, UnitRow};
pub use model::watch_link::WatchLink;
pub use person_keys::{PersonKey, PersonKeys};
pub use points::Points;
pub use second_factors::{SecondFactor, SecondFactors};
pub use secrets::Secrets;
pub use series::SeriesRepository;
pub use sessions::Sessions;
pub use token_revocations::{TokenRevocation, TokenRevocations};
pub use units::Units;
pub use units::fold::fold;
pub use watch_links::WatchLinks;

use db::Db;

/// The store. Cheap to clone; all clones share the same connections.
#[derive(Debug, Clone)]
pub struct Store {
    db: Db,
    ledger: Ledger,
}

impl Store {
    /// Opens `sqlite:///path` (the file and its folder are created where missing) or
    /// `postgres://…` and brings the schema up to date. Must be called within a Tokio runtime.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let db = Db::open(url).await?;
        let ledger = Ledger::new(db.clone());
        Ok(Self { db, ledger })
    }

    /// Whether the database answers: for readiness checks.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.db.write().await?.query("SELECT 1").execute().await?;
        Ok(())
    }

    /// Version of the schema: the number of the last migration.
    pub async fn schema_version(&self) -> Result<i64, StoreError> {
        let version: Option<i64> = self
            .db
            .read()
            .await?
            .query("SELECT version FROM _sqlx_migrations ORDER BY version DESC LIMIT 1")
            .scalar()
            .await?;
        Ok(version.unwrap_or(0))
    }

    /// Takes values that were overwritten out of the log of an SQLite database, where they stay for a while otherwise.
    /// Fails while somebody reads a state from before, after waiting for it.
    pub async fn empty_log(&self) -> Result<(), StoreError> {
        self.db.empty_log().await
    }

    /// Writes the database (of PostgreSQL: the tables about people) anew, so that nothing overwritten is left in any file of
    /// it. Writers wait meanwhile.
    pub async fn rewrite(&self) -> Result<(), StoreError> {
        self.db.rewrite().await
    }

    /// Closes the database once what is under way is done. Every later call fails.
    pub async fn close(&self) {
        self.db.close().await;
    }

    /// The administrative tree.
    #[must_use]
    pub fn units(&self) -> Units {
        Units::new(self.db.clone())
    }

    /// Points.
    #[must_use]
    pub fn points(&self) -> Points {
        Points::new(self.db.clone())
    }

    /// People.
    #[must_use]
    pub fn accounts(&self) -> Accounts {
        Accounts::new(self.db.clone())
    }

    /// Roles of people.
    #[must_use]
    pub fn grants(&self) -> Grants {
        Grants::new(self.db.clone())
    }

    /// Sign-ins in force.
    #[must_use]
    pub fn sessions(&self) -> Sessions {
        Sessions::new(self.db.clone())
    }

    /// Attempts to sign in.
    #[must_use]
    pub fn login_attempts(&self) -> LoginAttempts {
        LoginAttempts::new(self.db.clone())
    }

    /// Briefings.
    #[must_use]
    pub fn briefings(&self) -> Briefings {
        Briefings::new(self.db.clone())
    }

    /// Repetitions of briefings.
    #[must_use]
    pub fn series(&self) -> SeriesRepository {
        SeriesRepository::new(self.db.clone())
    }

    /// The ledger of every briefing.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Which process owns which briefing.
    #[must_use]
    pub fn leases(&self) -> Leases {
        Leases::new(self.db.clone())
    }

    /// Second factors of sign-ins.
    #[must_use]
    pub fn second_factors(&self) -> SecondFactors {
        SecondFactors::new(self.db.clone())
    }

    /// Join tokens that are refused before their time.
    #[must_use]
    pub fn token_revocations(&self) -> TokenRevocations {
        TokenRevocations::new(self.db.clone())
    }

    /// Keys of what facts say about people.
    #[must_use]
    pub fn person_keys(&self) -> PersonKeys {
        PersonKeys::new(self.db.clone())
    }

    /// Administrative acts.
    #[must_use]
    pub fn audit(&self) -> Audit {
        Audit::new(self.db.clone())
    }

    /// The server's own keys.
    #[must_use]
    pub fn secrets(&self) -> Secrets {
        Secrets::new(self.db.clone())
    }

    /// Links for view-only watchers.
    #[must_use]
    pub fn watch_links(&self) -> WatchLinks {
        WatchLinks::new(self.db.clone())
    }
}
