//! What can go wrong with the store.

use sqlx::error::ErrorKind;

/// An error of the store. [`StoreError::code`] is stable and can be shown to programs.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The address is neither `sqlite:///path` nor `postgres://…`.
    #[error("the store's address must be sqlite:///path or postgres://…: {0}")]
    BadAddress(String),
    /// The database can't be reached, is full, or is too busy; trying again later may help. After a
    /// write, whether it took effect is unknown.
    #[error("the database is unavailable: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database's schema could not be brought up to date.
    #[error("the database's schema could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// There is no such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Somebody else changed it in the meantime: read it again.
    #[error("the {0} was changed by somebody else in the meantime")]
    Stale(&'static str),
    /// The name, id or position is taken.
    #[error("already taken: {0}")]
    Taken(String),
    /// It names something that isn't there.
    #[error("it refers to something that is not there: {0}")]
    UnknownReference(String),
    /// It would be below itself.
    #[error("the {0} would be below itself")]
    Circular(&'static str),
    /// A text that no database keeps (it holds a NUL character).
    #[error("a text holds a NUL character")]
    InvalidText,
    /// A number above what a database keeps (63 bits).
    #[error("a number is larger than can be kept")]
    OutOfRange,
    /// A cursor that no page gave.
    #[error("the cursor was not given by this list")]
    BadCursor,
    /// Something in the database is not what the store wrote.
    #[error("the database holds an unexpected value: {0}")]
    Corrupt(String),
    /// An error that should not happen.
    #[error("the database refused: {0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// Stable `snake_case` code of this kind of error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadAddress(_) => "store_bad_address",
            Self::Unavailable(_) => "store_unavailable",
            Self::Migration(_) => "store_migration_failed",
            Self::NotFound(_) => "not_found",
            Self::Stale(_) => "stale_revision",
            Self::Taken(_) => "already_taken",
            Self::UnknownReference(_) => "unknown_reference",
            Self::Circular(_) => "circular_reference",
            Self::InvalidText => "invalid_text",
            Self::OutOfRange => "out_of_range",
            Self::BadCursor => "bad_cursor",
            Self::Corrupt(_) => "store_corrupt",
            Self::Internal(_) => "store_internal",
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        match error {
            E::Io(_) | E::Tls(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed => {
                Self::Unavailable(error.into())
            }
            E::Database(ref cause) => match cause.kind() {
                ErrorKind::UniqueViolation => Self::Taken(cause.message().to_owned()),
                ErrorKind::ForeignKeyViolation => {
                    Self::UnknownReference(cause.message().to_owned())
                }
                _ if cause.code().is_some_and(|code| passes(&code)) => {
                    Self::Unavailable(error.into())
                }
                _ => Self::Internal(error.into()),
            },
            E::ColumnDecode { .. } | E::Decode(_) => Self::Corrupt(error.to_string()),
            _ => Self::Internal(error.into()),
        }
    }
}

/// Whether an error of this code may pass by itself or by freeing space, rather than being a
/// mistake of ours.
///
/// SQLite gives numbers (<https://www.sqlite.org/rescode.html>, the low byte is the primary code):
/// busy 5, locked 6, no memory 7, read-only 8, I/O 10, full 13, can't open 14. PostgreSQL gives
/// SQLSTATE of five characters: classes 08 connection, 40 rolled back, 53 resources, 57 operator, 58 system.
fn passes(code: &str) -> bool {
    if code.len() == 5 {
        return ["08", "40", "53", "57", "58"]
            .iter()
            .any(|class| code.starts_with(class));
    }
    code.parse::<u32>()
        .is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 7 | 8 | 10 | 13 | 14))
}
