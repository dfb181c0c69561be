//! People who can sign in.

use chrono::{DateTime, Utc};

use crate::StoreError;
use crate::db::Db;
use crate::db::query::{FromRow, Row};
use crate::model::account::{Account, AccountQuery, PasswordHash};
use crate::model::ids::AccountId;
use crate::model::page::{Cursor, Page};
use crate::units::below;
use crate::units::fold::{containing, fold};

/// The repository of accounts.
#[derive(Debug, Clone)]
pub struct Accounts {
    db: Db,
}

/// Sign-in names are the same whatever their case.
pub(crate) fn username_key(username: &str) -> String {
    username.trim().to_lowercase()
}

macro_rules! listed {
    () => {
        concat!(
            "SELECT a.* FROM accounts a WHERE
             ($3 IS NULL OR a.name_folded LIKE $3 ESCAPE '\\' OR a.username_key LIKE $3 ESCAPE '\\')
             AND ($1 IS NULL OR a.unit_code IN (SELECT code FROM tree))"
        )
    };
}

impl Accounts {
    pub(crate) fn new(db: Db) -> Self {
        Self { db }
    }

    /// Adds an account. Without a password hash it can't sign in with a password.
    /// [`StoreError::Taken`] when the sign-in name is somebody else's.
    pub async fn create(
        &self,
        account: &Account,
        password: Option<&PasswordHash>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.db
            .write()
            .await?
            .query(
                "INSERT INTO accounts (id, username, username_key, display_name, name_folded, title,
                    unit_code, point_id, password_hash, locale, disabled, password_until,
                    created_at, updated_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)",
            )
            .bind(account.id)
            .bind(account.username.trim())
            .bind(username_key(&account.username))
            .bind(&account.display_name)
            .bind(fold(&account.display_name))
            .bind(&account.title)
            .bind(&account.unit)
            .bind(account.point)
            .bind(password.map(PasswordHash::expose))
            .bind(account.locale)
            .bind(account.disabled)
            .bind(account.password_until)
            .bind(at)
            .execute()
            .await?;
        Ok(())
    }

    /// Replaces everything but the password.
    pub async fn update(&self, account: &Account, at: DateTime<Utc>) -> Result<(), StoreError> {
        let changed = self
            .db
            .write()
            .await?
            .query(
                "UPDATE accounts SET username = $2, username_key = $3, display_name = $4,
                    name_folded = $5, title = $6, unit_code = $7, point_id = $8, locale = $9,
                    disabled = $10, updated_at = $11
                 WHERE id = $1",
            )
            .bind(account.id)
            .bind(account.username.trim())
            .bind(username_key(&account.username))
            .bind(&account.display_name)
            .bind(fold(&account.display_name))
            .bind(&account.title)
            .bind(&account.unit)
            .bind(account.point)
            .bind(account.locale)
            .bind(account.disabled)
            .bind(at)
            .execute()
            .await?;
        found(changed)
    }

    /// Replaces the password by one that its owner chose.
    pub async fn set_password(
        &self,
        id: AccountId,
        password: &PasswordHash,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.replace_password(id, password, None, at).await
    }

    /// Replaces the password by one that somebody else set, good until then or until its owner chooses another.
    pub async fn set_temporary_password(
        &self,
        id: AccountId,
        password: &PasswordHash,
        until: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.replace_password(id, password, Some(until), at).await
    }

    async fn replace_password(
        &self,
        id: AccountId,
        password: &PasswordHash,
        until: Option<DateTime<Utc>>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let changed = self
            .db
            .write()
            .await?
            .query(
                "UPDATE accounts SET password_hash = $2, password_until = $3, updated_at = $4
                 WHERE id = $1",
            )
            .bind(id)
            .bind(password.expose())
            .bind(until)
            .bind(at)
            .execute()
            .await?;
        found(changed)
    }

    /// The account.
    pub async fn get(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.db
            .read()
            .await?
            .query("SELECT * FROM accounts WHERE id = $1")
            .bind(id)
            .optional()
            .await
    }

    /// Those of the accounts that there are, in the order given.
    pub async fn get_all(&self, ids: &[AccountId]) -> Result<Vec<Account>, StoreError> {
        let mut session = self.db.read().await?;
        let mut accounts = Vec::with_capacity(ids.len());
        for &id in ids {
            let account: Option<Account> = session
                .query("SELECT * FROM accounts WHERE id = $1")
                .bind(id)
                .optional()
                .await?;
            accounts.extend(account);
        }
        Ok(accounts)
    }

    /// The account of that sign-in name, whatever its case.
    pub async fn by_username(&self, username: &str) -> Result<Option<Account>, StoreError> {
        self.db
            .read()
            .await?
            .query("SELECT * FROM accounts WHERE username_key = $1")
            .bind(username_key(username))
            .optional()
            .await
    }

    /// The password hash, if the account has one.
    pub async fn password_hash(&self, id: AccountId) -> Result<Option<PasswordHash>, StoreError> {
        let hash: Option<Option<String>> = self
            .db
            .read()
            .await?
            .query("SELECT password_hash FROM accounts WHERE id = $1")
            .bind(id)
            .scalar()
            .await?;
        Ok(hash.flatten().map(PasswordHash::from))
    }

    /// Accounts by sign-in name.
    pub async fn list(&self, query: &AccountQuery) -> Result<Page<Account>, StoreError> {
        let sought = query.q.as_deref().map(fold).filter(|q| !q.is_empty());
        let pattern = sought.as_deref().map(containing);
        let (root, day) = query.within.clone().unzip();
        let mut snapshot = self.db.snapshot().await?;
        let total = snapshot
            .query(concat!(
                below!("$1", "$2"),
                "SELECT COUNT(*) FROM (",
                listed!(),
                ") AS listed"
            ))
            .bind(root.as_ref())
            .bind(day)
            .bind(pattern.as_deref())
            .count()
            .await?;
        let rows = snapshot
            .query(concat!(
                below!("$1", "$2"),
                listed!(),
                " AND ($4 IS NULL OR a.username_key > $4) ORDER BY a.username_key LIMIT $5"
            ))
            .bind(root.as_ref())
            .bind(day)
            .bind(pattern.as_deref())
            .bind(query.cursor.as_ref().map(Cursor::as_str))
            .bind(query.limit.get() + 1)
            .all()
            .await?;
        Ok(Page::of_rows(
            rows,
            query.limit,
            total,
            |account: &Account| username_key(&account.username),
        ))
    }
}

fn found(changed: u64) -> Result<(), StoreError> {
    if changed == 0 {
        return Err(StoreError::NotFound("account"));
    }
    Ok(())
}

impl FromRow for Account {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            username: row.get("username")?,
            display_name: row.get("display_name")?,
            title: row.get("title")?,
            unit: row.get("unit_code")?,
            point: row.get("point_id")?,
            locale: row.get("locale")?,
            disabled: row.get("disabled")?,
            password_until: row.get("password_until")?,
        })
    }
}
