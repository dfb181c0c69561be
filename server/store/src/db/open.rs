//! Opening the database, bringing its schema up to date.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::Connection as _;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{Db, guards};
use crate::StoreError;

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// How long a caller waits for a connection or for another process's lock.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 10;

impl Db {
    /// Opens the database, creating an SQLite file that is not there, and runs the migrations.
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
        match scheme {
            "sqlite" => Self::open_sqlite(url).await,
            "postgres" | "postgresql" => Self::open_postgres(url).await,
            // The address may hold a password: it is not repeated.
            _ => Err(StoreError::BadAddress(format!("its scheme is {scheme:?}"))),
        }
    }

    async fn open_sqlite(url: &str) -> Result<Self, StoreError> {
        let path = url.strip_prefix("sqlite://").unwrap_or_default();
        if path.is_empty() || path.contains(":memory:") || path.contains('?') {
            return Err(StoreError::BadAddress(format!(
                "{url:?} is not the path of a file"
            )));
        }
        prepare_file(Path::new(path))?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            // Readers beside the writer; and what is committed survives a power cut: in this mode
            // FULL is one fsync of the log per commit.
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // What is overwritten is gone: keys of people are destroyed that way.
            .pragma("secure_delete", "ON")
            .busy_timeout(PATIENCE);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .acquire_timeout(PATIENCE)
            .idle_timeout(None)
            .max_lifetime(None)
            // A full disk makes SQLite roll back by itself, after which `sqlx` believes for ever that the transaction is open
            // and refuses every other.
            .after_release(|connection, _| {
                Box::pin(async move {
                    // Answered after the rollback that may be under way.
                    connection.ping().await?;
                    Ok(!connection.is_in_transaction())
                })
            })
            .connect_with(options.clone().optimize_on_close(true, None))
            .await?;
        MIGRATIONS.run(&writer).await?;
        guards::install_on_sqlite(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(SQLITE_READERS)
            .acquire_timeout(PATIENCE)
            .connect_with(options.pragma("query_only", "ON"))
            .await?;
        Ok(Self::Sqlite { writer, readers })
    }

    async fn open_postgres(url: &str) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|error| StoreError::BadAddress(error.to_string()))?
            .application_name("giaoban")
            // Whatever the server's default is, what is acknowledged must be durable.
            .options([("synchronous_commit", "on")]);
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .connect_with(options)
            .await?;
        guards::prepare_postgres(&pool).await?;
        MIGRATIONS.run(&pool).await?;
        guards::install_on_postgres(&pool).await?;
        Ok(Self::Postgres(pool))
    }
}

/// Makes the folder and an empty file that only its owner can read: it will hold password hashes
/// and signing keys, and SQLite gives its side files the same mode.
fn prepare_file(path: &Path) -> Result<(), StoreError> {
    let unavailable = |error: std::io::Error| {
        StoreError::Unavailable(format!("{}: {error}", path.display()).into())
    };
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(unavailable)?;
    }
    let mut file = std::fs::OpenOptions::new();
    file.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file.open(path).map_err(unavailable)?;
    Ok(())
}
