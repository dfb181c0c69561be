//! A look at a database without changing it.

use crate::StoreError;
use crate::db::{MIGRATIONS, PATIENCE};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use std::path::Path;
use std::str::FromStr;
use tokio::time::timeout;

const NEWEST: &str = "SELECT max(version) FROM _sqlx_migrations";

/// Versions of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// The database's; `None` if there is nothing in it yet.
    pub found: Option<i64>,
    /// The one that this program makes.
    pub known: i64,
}

/// Which schema the database at `url` has. Creates and migrates nothing.
pub async fn schema(url: &str) -> Result<Schema, StoreError> {
    let found = match timeout(PATIENCE, found(url)).await {
        Ok(found) => found?,
        Err(late) => return Err(StoreError::Unavailable(late.into())),
    };
    let known = MIGRATIONS.iter().map(|migration| migration.version).max();
    Ok(Schema {
        found,
        known: known.unwrap_or_default(),
    })
}

async fn found(url: &str) -> Result<Option<i64>, StoreError> {
    if let Some(path) = url.strip_prefix("sqlite://") {
        if !Path::new(path).is_file() {
            return Ok(None);
        }
        let mut connection = SqliteConnectOptions::new().filename(path).connect().await?;
        let there: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM sqlite_master WHERE name = '_sqlx_migrations'",
        )
        .fetch_one(&mut connection)
        .await?;
        let newest = if there == 0 {
            None
        } else {
            sqlx::query_scalar(NEWEST)
                .fetch_one(&mut connection)
                .await?
        };
        connection.close().await?;
        return Ok(newest);
    }
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| StoreError::BadAddress(error.to_string()))?;
    let mut connection = options.connect().await?;
    let there: Option<String> = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations')::text")
        .fetch_one(&mut connection)
        .await?;
    let newest = if there.is_some() {
        sqlx::query_scalar(NEWEST)
            .fetch_one(&mut connection)
            .await?
    } else {
        None
    };
    connection.close().await?;
    Ok(newest)
}
