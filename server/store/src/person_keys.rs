//! Keys of what facts say about people.

use chrono::{DateTime, Utc};

use crate::StoreError;
use crate::db::Db;
use crate::db::bulk::Insert;
use crate::db::query::{FromRow, Row};
use crate::model::ids::BriefingId;
use uuid::Uuid;

/// A key for one person and one class of data in one briefing.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonKey {
    /// Named in the facts that it opens.
    pub id: Uuid,
    /// Of whose ledger.
    pub briefing: BriefingId,
    /// Whom it is about: a keyed hash, so that the table itself names nobody.
    pub subject: Vec<u8>,
    /// What kind of data, in the caller's words.
    pub class: String,
    /// 32 bytes; none once it is destroyed.
    pub key: Option<Vec<u8>>,
    /// When it was first used.
    pub created_at: DateTime<Utc>,
}

impl std::fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PersonKey")
            .field("id", &self.id)
            .field("class", &self.class)
            .finish_non_exhaustive()
    }
}

const INSERT: Insert = Insert {
    head: "INSERT INTO person_keys (id, briefing_id, subject, class, key_bytes, created_at)",
    columns: 6,
    tail: "ON CONFLICT (id) DO NOTHING",
};

/// The repository of these keys.
#[derive(Debug, Clone)]
pub struct PersonKeys {
    db: Db,
}

impl PersonKeys {
    pub(crate) fn new(db: Db) -> Self {
        Self { db }
    }

    /// Keeps keys. One that is kept already stays as it is.
    pub async fn add_all(&self, keys: &[PersonKey]) -> Result<(), StoreError> {
        let mut transaction = self.db.begin().await?;
        INSERT
            .run(
                &mut transaction,
                keys,
                |query, key| {
                    query
                        .bind(key.id)
                        .bind(key.briefing)
                        .bind(key.subject.as_slice())
                        .bind(&key.class)
                        .bind(key.key.as_deref())
                        .bind(key.created_at)
                },
                |_| (),
            )
            .await?;
        transaction.commit().await
    }

    /// All keys of a briefing's ledger, destroyed ones too.
    pub async fn of_briefing(&self, briefing: BriefingId) -> Result<Vec<PersonKey>, StoreError> {
        self.db
            .read()
            .await?
            .query("SELECT * FROM person_keys WHERE briefing_id = $1 ORDER BY created_at, id")
            .bind(briefing)
            .all()
            .await
    }

    /// Briefings whose ledgers hold something about that person.
    pub async fn briefings_of(&self, subject: &[u8]) -> Result<Vec<BriefingId>, StoreError> {
        self.db
            .read()
            .await?
            .query("SELECT DISTINCT briefing_id FROM person_keys WHERE subject = $1")
            .bind(subject)
            .column()
            .await
    }

    /// Destroys every key of a person; returns how many.
    pub async fn destroy(&self, subject: &[u8], now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.db
            .write()
            .await?
            .query(
                "UPDATE person_keys SET key_bytes = NULL, destroyed_at = $2
                 WHERE subject = $1 AND key_bytes IS NOT NULL",
            )
            .bind(subject)
            .bind(now)
            .execute()
            .await
    }

    /// Destroys every key of a class that was first used before `before`; returns how many. A briefing under way keeps its
    /// keys until it is over: its room goes on writing with them.
    pub async fn destroy_older(
        &self,
        class: &str,
        before: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        self.db
            .write()
            .await?
            .query(
                "UPDATE person_keys SET key_bytes = NULL, destroyed_at = $3
                 WHERE class = $1 AND created_at < $2 AND key_bytes IS NOT NULL
                 AND briefing_id NOT IN (SELECT id FROM briefings WHERE state IN ('open', 'in_session', 'adjourned'))",
            )
            .bind(class)
            .bind(before)
            .bind(now)
            .execute()
            .await
    }
}

impl FromRow for PersonKey {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            briefing: row.get("briefing_id")?,
            subject: row.get("subject")?,
            class: row.get("class")?,
            key: row.get("key_bytes")?,
            created_at: row.get("created_at")?,
        })
    }
}
