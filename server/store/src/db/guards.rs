//! The few things the two databases spell differently, put in place at every start.

use sqlx::{PgPool, SqlitePool};

use crate::StoreError;

/// PostgreSQL's names of things that SQLite has built in; needed by the migrations.
const POSTGRES_NAMES: &str = include_str!("../../guards/postgres_names.sql");
/// Triggers that make the ledger append-only.
const POSTGRES_APPEND_ONLY: &str = include_str!("../../guards/postgres_append_only.sql");
const SQLITE_APPEND_ONLY: &str = include_str!("../../guards/sqlite_append_only.sql");

pub(super) async fn prepare_postgres(pool: &PgPool) -> Result<(), StoreError> {
    run_on_postgres(pool, POSTGRES_NAMES).await
}

pub(super) async fn install_on_postgres(pool: &PgPool) -> Result<(), StoreError> {
    run_on_postgres(pool, POSTGRES_APPEND_ONLY).await
}

pub(super) async fn install_on_sqlite(pool: &SqlitePool) -> Result<(), StoreError> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::raw_sql(SQLITE_APPEND_ONLY)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(())
}

/// Several nodes may start at once, and PostgreSQL's catalogue refuses simultaneous changes of one
/// thing: they take turns.
async fn run_on_postgres(pool: &PgPool, script: &'static str) -> Result<(), StoreError> {
    let mut transaction = pool.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock(7233455)")
        .execute(&mut *transaction)
        .await?;
    sqlx::raw_sql(script).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}
