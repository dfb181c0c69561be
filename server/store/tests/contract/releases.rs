//! Databases that earlier releases left behind, and earlier releases that run beside this one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use giaoban_store::{Store, inspect};
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};
use tempfile::TempDir;
use uuid::{Uuid, uuid};

const POSTGRES_NAMES: &str = include_str!("../../guards/postgres_names.sql");
const BRIEFING: Uuid = uuid!("019aaaaa-0000-7000-8000-00000000000f");

/// Folders of `tests/releases`, oldest first.
fn releases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/releases");
    let mut releases: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    releases.sort_by_key(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let numbers: Vec<u32> = name.split('.').map(|part| part.parse().unwrap()).collect();
        numbers
    });
    releases
}

/// The rows of a release in the words of one database.
fn rows(release: &Path, uuid: fn(&str) -> String, bytes: fn(&str) -> String) -> String {
    let text = std::fs::read_to_string(release.join("data.sql")).unwrap();
    let marked = |text: String, mark: char, word: fn(&str) -> String| -> String {
        text.split(mark)
            .enumerate()
            .map(|(number, part)| {
                if number % 2 == 1 {
                    word(part)
                } else {
                    part.to_owned()
                }
            })
            .collect()
    };
    marked(marked(text, '@', uuid), '#', bytes)
}

fn sqlite_bytes(hex: &str) -> String {
    format!("X'{hex}'")
}

fn postgres_bytes(hex: &str) -> String {
    format!("'\\x{hex}'")
}

fn postgres_uuid(hex: &str) -> String {
    format!("'{hex}'")
}

/// One of the two databases, as an earlier release sees it.
enum Old {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Old {
    async fn connect(url: &str) -> Self {
        if url.starts_with("sqlite") {
            let options = url.parse::<sqlx::sqlite::SqliteConnectOptions>().unwrap();
            let options = options.create_if_missing(true).foreign_keys(true);
            Self::Sqlite(SqliteConnection::connect_with(&options).await.unwrap())
        } else {
            Self::Postgres(PgConnection::connect(url).await.unwrap())
        }
    }

    async fn migrate(&mut self, release: &Path) {
        let migrator = Migrator::new(release).await.unwrap();
        match self {
            Self::Sqlite(connection) => migrator.run(connection).await.unwrap(),
            Self::Postgres(connection) => {
                sqlx::raw_sql(POSTGRES_NAMES)
                    .execute(&mut *connection)
                    .await
                    .unwrap();
                migrator.run(connection).await.unwrap();
            }
        }
    }

    /// Writes the release's rows with the release's own statements.
    async fn write(&mut self, release: &Path) {
        match self {
            Self::Sqlite(connection) => {
                let rows = AssertSqlSafe(rows(release, sqlite_bytes, sqlite_bytes));
                sqlx::raw_sql(rows).execute(connection).await.unwrap();
            }
            Self::Postgres(connection) => {
                let rows = AssertSqlSafe(rows(release, postgres_uuid, postgres_bytes));
                sqlx::raw_sql(rows).execute(connection).await.unwrap();
            }
        }
    }

    /// Columns of every table of ours.
    async fn columns(&mut self) -> BTreeMap<String, Vec<String>> {
        const OF_SQLITE: &str = "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '\\_%' ESCAPE '\\'";
        const OF_POSTGRES: &str =
            "SELECT table_name::text, column_name::text FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name NOT LIKE '\\_%'";
        let pairs: Vec<(String, String)> = match self {
            Self::Sqlite(connection) => sqlx::query_as(OF_SQLITE)
                .fetch_all(connection)
                .await
                .unwrap(),
            Self::Postgres(connection) => sqlx::query_as(OF_POSTGRES)
                .fetch_all(connection)
                .await
                .unwrap(),
        };
        let mut tables = BTreeMap::<String, Vec<String>>::new();
        for (table, column) in pairs {
            tables.entry(table).or_default().push(column);
        }
        tables
    }

    /// How many rows a table has, read by naming its columns.
    async fn read(&mut self, table: &str, columns: &[String]) -> usize {
        let sql = AssertSqlSafe(format!("SELECT {} FROM {table}", columns.join(", ")));
        match self {
            Self::Sqlite(connection) => sqlx::query(sql).fetch_all(connection).await.unwrap().len(),
            Self::Postgres(connection) => {
                sqlx::query(sql).fetch_all(connection).await.unwrap().len()
            }
        }
    }

    async fn facts(&mut self) -> Vec<(i64, String, Vec<u8>)> {
        const FACTS: &str = "SELECT seq, payload, hash FROM facts ORDER BY seq";
        match self {
            Self::Sqlite(connection) => sqlx::query(FACTS)
                .fetch_all(connection)
                .await
                .unwrap()
                .iter()
                .map(|row| (row.get(0), row.get(1), row.get(2)))
                .collect(),
            Self::Postgres(connection) => sqlx::query(FACTS)
                .fetch_all(connection)
                .await
                .unwrap()
                .iter()
                .map(|row| (row.get(0), row.get(1), row.get(2)))
                .collect(),
        }
    }

    async fn close(self) {
        match self {
            Self::Sqlite(connection) => connection.close().await.unwrap(),
            Self::Postgres(connection) => connection.close().await.unwrap(),
        }
    }
}

fn sqlite_url(folder: &TempDir) -> String {
    format!("sqlite://{}/giaoban.db", folder.path().display())
}

/// What a release wrote is all there after today's program opened it, and is read by it.
async fn upgrade(release: &Path, url: &str) {
    let mut old = Old::connect(url).await;
    old.migrate(release).await;
    old.write(release).await;
    let tables = old.columns().await;
    let mut counts = BTreeMap::new();
    for (table, columns) in &tables {
        let rows = old.read(table, columns).await;
        assert!(
            rows > 0,
            "{}: no row of {table} in data.sql",
            release.display()
        );
        counts.insert(table.clone(), rows);
    }
    let facts = old.facts().await;
    old.close().await;

    let store = Store::open(url).await.unwrap();
    let schema = inspect::schema(url).await.unwrap();
    assert_eq!(schema.found, Some(schema.known));
    let account = store
        .accounts()
        .by_username("chutri")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(account.display_name, "Trần Thị Chủ");
    let hash = store.accounts().password_hash(account.id).await.unwrap();
    assert!(hash.is_some());
    assert_eq!(
        store.grants().of_account(account.id).await.unwrap().len(),
        1
    );
    let briefing = store
        .briefings()
        .get(BRIEFING.into())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(briefing.briefing.title, "Giao ban tuần 2");
    let read = store.ledger().facts(BRIEFING.into(), 0, 10).await.unwrap();
    assert_eq!(read.len(), 2);
    let at: DateTime<Utc> = "2026-01-05T01:00:01.000001Z".parse().unwrap();
    assert_eq!(read[1].at, at);
    let key = store.secrets().get_or_keep("signing", &[0]).await.unwrap();
    assert_eq!(key.len(), 32);
    store.close().await;

    let mut again = Old::connect(url).await;
    assert_eq!(again.facts().await, facts, "facts are as they were hashed");
    for (table, rows) in counts {
        if let Some(columns) = again.columns().await.get(&table) {
            assert_eq!(again.read(&table, columns).await, rows, "{table}");
        }
    }
    again.close().await;
}

#[tokio::test]
async fn every_release_is_brought_up_to_date_with_all_its_rows_on_sqlite() {
    for release in releases() {
        let folder = tempfile::tempdir().unwrap();
        upgrade(&release, &sqlite_url(&folder)).await;
    }
}

#[tokio::test]
async fn every_release_is_brought_up_to_date_with_all_its_rows_on_postgres() {
    for release in releases() {
        upgrade(&release, &crate::postgres::new_database().await).await;
    }
}

/// Expand now, contract a release later: what the newest release reads and writes, it can still read and write in a
/// database that today's program has brought up to date. A node of it may run on beside, or come back.
async fn beside(url: &str, old_url: &str) {
    let release = releases().pop().unwrap();
    let mut then = Old::connect(old_url).await;
    then.migrate(&release).await;
    let tables = then.columns().await;
    then.close().await;

    Store::open(url).await.unwrap().close().await;
    let mut old = Old::connect(url).await;
    old.write(&release).await;
    for (table, columns) in tables {
        assert!(old.read(&table, &columns).await > 0, "{table}");
    }
    old.close().await;
}

#[tokio::test]
async fn the_newest_release_works_on_the_schema_of_today_on_sqlite() {
    let (new, old) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    beside(&sqlite_url(&new), &sqlite_url(&old)).await;
}

#[tokio::test]
async fn the_newest_release_works_on_the_schema_of_today_on_postgres() {
    let (new, old) = (
        crate::postgres::new_database().await,
        crate::postgres::new_database().await,
    );
    beside(&new, &old).await;
}
