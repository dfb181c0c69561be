//! Pages of a long list, followed by a cursor.

use serde::{Deserialize, Serialize};

/// Where the next page starts. Opaque: only what a page returned may be given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

impl From<String> for Cursor {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.0
    }
}

impl Cursor {
    /// The cursor as text, to be put into an address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items of this page, in the list's order.
    pub items: Vec<T>,
    /// Where the next page starts; `None` after the last.
    pub next: Option<Cursor>,
    /// How many items the whole list has, on all pages.
    pub total: u64,
}

/// How many items a page holds: 1 to [`Limit::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u32);

impl Limit {
    /// The longest page: more than the country has communes, so that a picker can take all.
    pub const MAX: u32 = 5_000;

    /// A limit, brought into 1 to [`Limit::MAX`].
    #[must_use]
    pub fn new(limit: u32) -> Self {
        Self(limit.clamp(1, Self::MAX))
    }

    /// The limit as a number.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(100)
    }
}

impl<T> Page<T> {
    /// Makes a page of rows that were read one past the limit, so that whether more follow is known.
    pub(crate) fn of_rows(
        mut items: Vec<T>,
        limit: Limit,
        total: u64,
        cursor_after: impl FnOnce(&T) -> String,
    ) -> Self {
        let length = limit.0 as usize;
        let more = items.len() > length;
        items.truncate(length);
        let next = items
            .last()
            .filter(|_| more)
            .map(|last| Cursor(cursor_after(last)));
        Self { items, next, total }
    }
}
