//! A query on whichever database it is, and the rows it gives.

use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Arguments as _, Row as _, SqlSafeStr, SqlStr};

use super::value::{Field, Param};
use crate::StoreError;

/// A query under construction: bind the values of `$1`, `$2`, … in order, then run it.
#[must_use = "a query does nothing until it is run"]
pub(crate) struct Query<'c> {
    sql: SqlStr,
    target: Target<'c>,
    refused: Option<StoreError>,
}

enum Target<'c> {
    Sqlite(&'c mut SqliteConnection, SqliteArguments),
    Postgres(&'c mut PgConnection, PgArguments),
}

/// A row of either database.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// A value that is read from a whole row.
pub(crate) trait FromRow: Sized {
    fn from_row(row: &Row) -> Result<Self, StoreError>;
}

impl<'c> Query<'c> {
    pub(super) fn on_sqlite(connection: &'c mut SqliteConnection, sql: impl SqlSafeStr) -> Self {
        Self::on(
            Target::Sqlite(connection, SqliteArguments::default()),
            sql.into_sql_str(),
        )
    }

    pub(super) fn on_postgres(connection: &'c mut PgConnection, sql: impl SqlSafeStr) -> Self {
        Self::on(
            Target::Postgres(connection, PgArguments::default()),
            sql.into_sql_str(),
        )
    }

    fn on(target: Target<'c>, sql: SqlStr) -> Self {
        Self {
            sql,
            target,
            refused: None,
        }
    }

    /// Binds the next value. A value that can't be stored makes the query fail when it is run.
    pub(crate) fn bind<P: Param>(mut self, value: P) -> Self {
        let added = value.into_wire().and_then(|wire| {
            match &mut self.target {
                Target::Sqlite(_, arguments) => arguments.add(wire),
                Target::Postgres(_, arguments) => arguments.add(wire),
            }
            .map_err(StoreError::Internal)
        });
        if let Err(error) = added {
            self.refused.get_or_insert(error);
        }
        self
    }

    /// Runs it and tells how many rows it wrote.
    pub(crate) async fn execute(self) -> Result<u64, StoreError> {
        if let Some(error) = self.refused {
            return Err(error);
        }
        Ok(match self.target {
            Target::Sqlite(connection, arguments) => sqlx::query_with(self.sql, arguments)
                .execute(connection)
                .await?
                .rows_affected(),
            Target::Postgres(connection, arguments) => sqlx::query_with(self.sql, arguments)
                .execute(connection)
                .await?
                .rows_affected(),
        })
    }

    /// All rows.
    pub(crate) async fn all<T: FromRow>(self) -> Result<Vec<T>, StoreError> {
        self.rows().await?.iter().map(T::from_row).collect()
    }

    /// The row, if there is one.
    pub(crate) async fn optional<T: FromRow>(self) -> Result<Option<T>, StoreError> {
        self.rows().await?.first().map(T::from_row).transpose()
    }

    /// The first column of every row.
    pub(crate) async fn column<F: Field>(self) -> Result<Vec<F>, StoreError> {
        self.rows().await?.iter().map(|row| row.at(0)).collect()
    }

    /// The first column of the row, if there is one.
    pub(crate) async fn scalar<F: Field>(self) -> Result<Option<F>, StoreError> {
        self.rows().await?.first().map(|row| row.at(0)).transpose()
    }

    /// The result of a `SELECT COUNT(*)`.
    pub(crate) async fn count(self) -> Result<u64, StoreError> {
        Ok(self.scalar().await?.unwrap_or(0))
    }

    async fn rows(self) -> Result<Vec<Row>, StoreError> {
        if let Some(error) = self.refused {
            return Err(error);
        }
        Ok(match self.target {
            Target::Sqlite(connection, arguments) => sqlx::query_with(self.sql, arguments)
                .fetch_all(connection)
                .await?
                .into_iter()
                .map(Row::Sqlite)
                .collect(),
            Target::Postgres(connection, arguments) => sqlx::query_with(self.sql, arguments)
                .fetch_all(connection)
                .await?
                .into_iter()
                .map(Row::Postgres)
                .collect(),
        })
    }
}

impl Row {
    /// Reads a column by its name.
    pub(crate) fn get<F: Field>(&self, column: &'static str) -> Result<F, StoreError> {
        let wire = match self {
            Self::Sqlite(row) => row.try_get::<F::Wire, _>(column)?,
            Self::Postgres(row) => row.try_get::<F::Wire, _>(column)?,
        };
        F::from_wire(wire).map_err(|error| StoreError::Corrupt(format!("{column}: {error}")))
    }

    fn at<F: Field>(&self, index: usize) -> Result<F, StoreError> {
        let wire = match self {
            Self::Sqlite(row) => row.try_get::<F::Wire, _>(index)?,
            Self::Postgres(row) => row.try_get::<F::Wire, _>(index)?,
        };
        F::from_wire(wire).map_err(|error| StoreError::Corrupt(format!("column {index}: {error}")))
    }
}
