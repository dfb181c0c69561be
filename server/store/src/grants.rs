//! Roles of people, each for a unit and everything below it.

use chrono::NaiveDate;

use crate::StoreError;
use crate::db::Db;
use crate::db::query::{FromRow, Row};
use crate::model::ids::{AccountId, UnitCode};
use crate::model::role::{Grant, Role};
use crate::units::above;

/// The repository of roles.
#[derive(Debug, Clone)]
pub struct Grants {
    db: Db,
}

impl Grants {
    pub(crate) fn new(db: Db) -> Self {
        Self { db }
    }

    /// Gives a role; once given, again is nothing.
    pub async fn add(&self, grant: &Grant) -> Result<(), StoreError> {
        self.db
            .write()
            .await?
            .query(
                "INSERT INTO grants (account_id, role, unit_code) VALUES ($1, $2, $3)
                 ON CONFLICT (account_id, role, unit_code) DO NOTHING",
            )
            .bind(grant.account)
            .bind(grant.role)
            .bind(&grant.unit)
            .execute()
            .await?;
        Ok(())
    }

    /// Takes a role away; one that isn't there is nothing.
    pub async fn remove(&self, grant: &Grant) -> Result<(), StoreError> {
        self.db
            .write()
            .await?
            .query("DELETE FROM grants WHERE account_id = $1 AND role = $2 AND unit_code = $3")
            .bind(grant.account)
            .bind(grant.role)
            .bind(&grant.unit)
            .execute()
            .await?;
        Ok(())
    }

    /// All roles of an account.
    pub async fn of_account(&self, account: AccountId) -> Result<Vec<Grant>, StoreError> {
        self.db
            .read()
            .await?
            .query("SELECT * FROM grants WHERE account_id = $1 ORDER BY unit_code, role")
            .bind(account)
            .all()
            .await
    }

    /// The roles that an account has for a unit on that day: those given for it or for a unit above.
    pub async fn roles_for(
        &self,
        account: AccountId,
        unit: &UnitCode,
        at: NaiveDate,
    ) -> Result<Vec<Role>, StoreError> {
        self.db
            .read()
            .await?
            .query(concat!(
                above!("$1", "$2"),
                "SELECT DISTINCT g.role FROM grants g JOIN chain ON chain.code = g.unit_code
                 WHERE g.account_id = $3 ORDER BY g.role"
            ))
            .bind(unit)
            .bind(at)
            .bind(account)
            .column()
            .await
    }
}

impl FromRow for Grant {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            account: row.get("account_id")?,
            role: row.get("role")?,
            unit: row.get("unit_code")?,
        })
    }
}
