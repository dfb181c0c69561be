//! One SQL text on two databases.
//!
//! Everything that knows which database it is lives in this folder: opening ([`open`]), running a
//! query ([`query`]), values ([`value`]), the guards that differ in syntax ([`guards`]), and what
//! overwritten values leave behind ([`traces`]). The repositories see one [`Db`], one `Query` and one `Row`.

pub(crate) mod bulk;
mod guards;
mod open;
pub(crate) mod query;
mod traces;
pub(crate) mod value;

pub(crate) use open::{MIGRATIONS, PATIENCE};

use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres, SqlSafeStr, Sqlite, SqlitePool};

use crate::StoreError;
use query::Query;

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    /// One file. SQLite has one writer at a time: a pool of a single connection makes writers wait
    /// in turn instead of failing, while readers go on beside it.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

impl Db {
    /// A connection to read with.
    pub(crate) async fn read(&self) -> Result<Session, StoreError> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Session::Sqlite(readers.acquire().await?),
            Self::Postgres(pool) => Session::Postgres(pool.acquire().await?),
        })
    }

    /// A connection on which every statement is a transaction of its own.
    pub(crate) async fn write(&self) -> Result<Session, StoreError> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Session::Sqlite(writer.acquire().await?),
            Self::Postgres(pool) => Session::Postgres(pool.acquire().await?),
        })
    }

    /// Begins a transaction that writes. Dropped without [`Transaction::commit`] it never was.
    pub(crate) async fn begin(&self) -> Result<Transaction, StoreError> {
        Ok(match self {
            // A transaction that began by reading can't wait for the lock of another process.
            Self::Sqlite { writer, .. } => {
                Transaction::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)
            }
            Self::Postgres(pool) => Transaction::Postgres(pool.begin().await?),
        })
    }

    /// Begins a transaction that only reads and sees one state of the database throughout.
    pub(crate) async fn snapshot(&self) -> Result<Transaction, StoreError> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Transaction::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => Transaction::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?,
            ),
        })
    }

    /// Closes all connections, after those in use have been given back.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// A connection out of the pool.
pub(crate) enum Session {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// A transaction.
pub(crate) enum Transaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Session {
    pub(crate) fn query(&mut self, sql: impl SqlSafeStr) -> Query<'_> {
        match self {
            Self::Sqlite(connection) => Query::on_sqlite(connection, sql),
            Self::Postgres(connection) => Query::on_postgres(connection, sql),
        }
    }
}

impl Transaction {
    pub(crate) fn query(&mut self, sql: impl SqlSafeStr) -> Query<'_> {
        match self {
            Self::Sqlite(transaction) => Query::on_sqlite(transaction, sql),
            Self::Postgres(transaction) => Query::on_postgres(transaction, sql),
        }
    }

    /// No connection lies between us and the database.
    pub(crate) fn is_in_process(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await?,
            Self::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }
}
