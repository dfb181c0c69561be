use std::fmt;

/// Where the ledger is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// What happens to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// SIGKILL, and a start a moment later.
    Killed,
    /// Not one byte is free until somebody has been refused.
    DiskFull,
    /// PostgreSQL ends at once and comes back.
    DatabaseGone,
    /// The wall clock is set to another hour.
    ClockJump,
    /// The process gets no time for ten seconds.
    Paused,
}

impl Fault {
    /// Those that can befall a site on this database.
    #[must_use]
    pub const fn of(database: Database) -> &'static [Self] {
        match database {
            Database::Sqlite => &[Self::Killed, Self::DiskFull, Self::ClockJump, Self::Paused],
            Database::Postgres => &[
                Self::Killed,
                Self::DatabaseGone,
                Self::ClockJump,
                Self::Paused,
            ],
        }
    }

    /// Whether the store cannot write meanwhile, so that commands must be refused and such errors may be logged.
    #[must_use]
    pub const fn stops_writing(self) -> bool {
        matches!(self, Self::DiskFull | Self::DatabaseGone)
    }

    /// Whether the process goes on meanwhile, so that media must flow and nobody is cut.
    #[must_use]
    pub const fn lets_live(self) -> bool {
        !matches!(self, Self::Killed | Self::Paused)
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Killed => "killed",
            Self::DiskFull => "disk full",
            Self::DatabaseGone => "database gone",
            Self::ClockJump => "clock jump",
            Self::Paused => "paused",
        })
    }
}
