//! People who can sign in.

use chrono::{DateTime, NaiveDate, Utc};

use super::ids::{AccountId, PointId, UnitCode};
use super::page::{Cursor, Limit};
use super::text_enum;

text_enum! {
    /// Language of the interface.
    Locale {
        /// Tiếng Việt.
        Vi = "vi",
        /// English.
        En = "en",
    }
}

/// A person who can sign in. The password hash is kept apart, see [`PasswordHash`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Sign-in name, unique without regard to case.
    pub username: String,
    /// Name that is shown, such as `Nguyễn Văn An`.
    pub display_name: String,
    /// Position, such as `Phó Chủ tịch UBND tỉnh`; may be empty.
    pub title: String,
    /// The unit the person works for.
    pub unit: UnitCode,
    /// The point the person joins from, if always the same.
    pub point: Option<PointId>,
    /// Language of the interface.
    pub locale: Locale,
    /// Whether sign-in is refused.
    pub disabled: bool,
    /// Until when the password is good, if somebody else set it: to be replaced after the next sign-in. `None`: the owner's own.
    pub password_until: Option<DateTime<Utc>>,
}

/// A password hash as the server made it, opaque here. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// The hash in the form the server gave it (PHC string).
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for PasswordHash {
    fn from(hash: String) -> Self {
        Self(hash)
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// Which accounts to list, in the order of their sign-in names.
#[derive(Debug, Clone, Default)]
pub struct AccountQuery {
    /// Only of this unit and everything below it on that day.
    pub within: Option<(UnitCode, NaiveDate)>,
    /// Only whose name or sign-in name holds these letters, accents and case aside.
    pub q: Option<String>,
    /// Length of a page.
    pub limit: Limit,
    /// Where to go on.
    pub cursor: Option<Cursor>,
}
