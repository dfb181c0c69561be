//! What is left in the files of a database of values that were overwritten.

use super::Db;
use crate::StoreError;

/// Tables that hold words or keys of people and change in place.
const OF_PEOPLE: [&str; 3] = ["person_keys", "accounts", "totp"];

impl Db {
    /// Takes what was overwritten out of the write-ahead log. Needs a moment in which nobody reads an old state.
    pub(crate) async fn empty_log(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite { writer, .. } => {
                let (busy, ..): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
                    .fetch_one(writer)
                    .await?;
                if busy == 0 {
                    Ok(())
                } else {
                    Err(StoreError::Unavailable("the log is in use".into()))
                }
            }
            // Its log belongs to the database server, whose administrator decides how long it is kept.
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Writes anew what holds values of people, so that no page has an old one.
    pub(crate) async fn rewrite(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite { writer, .. } => {
                sqlx::raw_sql("VACUUM").execute(writer).await?;
            }
            Self::Postgres(pool) => {
                for table in OF_PEOPLE {
                    let sql = sqlx::AssertSqlSafe(format!("VACUUM FULL {table}"));
                    sqlx::raw_sql(sql).execute(pool).await?;
                }
            }
        }
        self.empty_log().await
    }
}
