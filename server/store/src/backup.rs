//! A copy of the whole store while it is in use, and back. SQLite only: PostgreSQL has `pg_dump`.

use crate::StoreError;
use crate::db::MIGRATIONS;
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// Why a copy could not be made or put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("the store is PostgreSQL")]
    Postgres,
    #[error("{0} đã có, không ghi đè / is there already and is not overwritten")]
    Exists(PathBuf),
    #[error("chưa có cơ sở dữ liệu {0} / there is no database")]
    NoDatabase(PathBuf),
    #[error("{0} không phải bản sao lưu của giaoban / is no backup of giaoban: {1}")]
    NoBackup(PathBuf, String),
    #[error(
        "bản sao lưu có lược đồ {found}, mới hơn chương trình này ({known}): cài bản giaoban mới hơn / \
         the backup has schema {found}, newer than this program's {known}: install a newer giaoban"
    )]
    TooNew { found: i64, known: i64 },
    #[error(
        "giaoban đang chạy trên {0}: dừng rồi làm lại / giaoban is running on it: stop it first"
    )]
    InUse(PathBuf),
    #[error("{file}: {source}")]
    File {
        file: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for BackupError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    pub bytes: u64,
    pub schema: i64,
}

/// Writes one consistent state of the store at `url` into the new file `to`, which only its owner can read. Briefings go on
/// meanwhile. The file appears under its name only when it is whole and on the disk.
pub async fn backup(url: &str, to: &Path) -> Result<Written, BackupError> {
    let from = database(url)?;
    if !from.is_file() {
        return Err(BackupError::NoDatabase(from));
    }
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let partial = beside(to, "dang-ghi");
    empty(&partial)?;
    let copied = copy(&from, &partial).await;
    let written = match copied {
        Ok(written) => written,
        Err(error) => {
            // What is left is of no use; that it can't be removed is not the trouble to tell of.
            let _ = fs::remove_file(&partial);
            return Err(error);
        }
    };
    publish(&partial, to)?;
    Ok(written)
}

async fn copy(from: &Path, to: &Path) -> Result<Written, BackupError> {
    let mut source = options(from).connect().await?;
    let target = to.to_string_lossy().into_owned();
    sqlx::query("VACUUM INTO ?")
        .bind(target)
        .execute(&mut source)
        .await?;
    source.close().await?;
    let schema = sound(to).await?;
    let bytes = fs::metadata(to).map_err(of(to))?.len();
    Ok(Written { bytes, schema })
}

/// Puts a backup in the place of the SQLite file at `url`. Nobody may use the file. What was there is kept beside it and
/// named in the answer.
pub async fn restore(
    backup: &Path,
    url: &str,
    now: DateTime<Utc>,
) -> Result<Option<PathBuf>, BackupError> {
    let target = database(url)?;
    let found = sound(backup).await?;
    let known = MIGRATIONS.iter().map(|migration| migration.version).max();
    let known = known.unwrap_or_default();
    if found > known {
        return Err(BackupError::TooNew { found, known });
    }
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).map_err(of(folder))?;
    }
    let partial = beside(&target, "dang-khoi-phuc");
    empty(&partial)?;
    fs::copy(backup, &partial).map_err(of(&partial))?;
    let kept = if target.is_file() {
        alone(&target).await?;
        let kept = beside(
            &target,
            &now.format("truoc-khoi-phuc-%Y%m%dT%H%M%SZ").to_string(),
        );
        fs::rename(&target, &kept).map_err(of(&target))?;
        Some(kept)
    } else {
        None
    };
    publish(&partial, &target)?;
    Ok(kept)
}

/// The file behind a store's address.
fn database(url: &str) -> Result<PathBuf, BackupError> {
    match url.split_once("://") {
        Some(("sqlite", path)) if !path.is_empty() => Ok(PathBuf::from(path)),
        Some(("postgres" | "postgresql", _)) => Err(BackupError::Postgres),
        _ => Err(StoreError::BadAddress(format!("{url:?}")).into()),
    }
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(false)
        .busy_timeout(super::db::PATIENCE)
}

/// Whether a file is a whole database of ours; gives the version of its schema.
async fn sound(file: &Path) -> Result<i64, BackupError> {
    let checked = async {
        let mut connection = options(file)
            .read_only(true)
            .immutable(true)
            .connect()
            .await?;
        let check: String = sqlx::query_scalar("PRAGMA integrity_check")
            .fetch_one(&mut connection)
            .await?;
        let schema: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
            .fetch_one(&mut connection)
            .await?;
        connection.close().await?;
        Ok::<_, sqlx::Error>((check, schema))
    };
    let foreign = |why: String| BackupError::NoBackup(file.to_owned(), why);
    match checked.await {
        Ok((check, Some(schema))) if check == "ok" => Ok(schema),
        Ok((check, _)) => Err(foreign(check)),
        Err(error) => Err(foreign(error.to_string())),
    }
}

/// Fails while anybody else has the database open: leaving the write-ahead log needs the file for oneself, and takes into
/// the file what is still in the log.
async fn alone(file: &Path) -> Result<(), BackupError> {
    let in_use = |_| BackupError::InUse(file.to_owned());
    let mut connection: SqliteConnection = options(file)
        .busy_timeout(std::time::Duration::ZERO)
        .connect()
        .await?;
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode = DELETE")
        .fetch_one(&mut connection)
        .await
        .map_err(in_use)?;
    connection.close().await?;
    if mode.eq_ignore_ascii_case("delete") {
        Ok(())
    } else {
        Err(BackupError::InUse(file.to_owned()))
    }
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(suffix);
    file.with_file_name(name)
}

/// An empty file that only its owner can read: it will hold password hashes and signing keys.
fn empty(file: &Path) -> Result<(), BackupError> {
    let mut new = OpenOptions::new();
    new.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut new, 0o600);
    new.open(file).map_err(of(file))?;
    Ok(())
}

/// Gives a file that is on the disk its name.
fn publish(partial: &Path, file: &Path) -> Result<(), BackupError> {
    File::open(partial)
        .and_then(|written| written.sync_all())
        .and_then(|()| fs::rename(partial, file))
        .map_err(of(file))?;
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(of(folder))
}

fn of(file: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let file = file.to_owned();
    move |source| BackupError::File { file, source }
}
