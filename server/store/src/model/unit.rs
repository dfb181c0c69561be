//! The administrative tree, effective-dated.

use chrono::NaiveDate;

use super::ids::UnitCode;
use super::page::{Cursor, Limit};
use super::text_enum;

text_enum! {
    /// Level of a unit. The tree has any depth: several levels may share a tier.
    Tier {
        /// Trung ương: the centre and the ministries.
        Central = "central",
        /// Tỉnh, thành phố.
        Province = "province",
        /// Quận, huyện (until 30 June 2025).
        District = "district",
        /// Xã, phường, đặc khu.
        Commune = "commune",
    }
}

/// A unit over one period of its life. The same code may stand in several rows with different
/// names, parents and periods that don't overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its code.
    pub code: UnitCode,
    /// Its name in this period, such as `Tỉnh Lào Cai`.
    pub name: String,
    /// Its level.
    pub tier: Tier,
    /// The unit above it, `None` at the top.
    pub parent: Option<UnitCode>,
    /// First day of the period.
    pub valid_from: NaiveDate,
    /// Last day of the period, `None` while in force.
    pub valid_to: Option<NaiveDate>,
    /// Contracted link rate in kbit/s, where known.
    pub link_kbps: Option<u32>,
}

impl Unit {
    /// Whether this row is in force on that day.
    #[must_use]
    pub fn holds_at(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }
}

/// A unit to import, with the line of the file it stands in (1 is the header).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRow {
    /// Line in the file, named when the row is refused.
    pub line: u64,
    /// The unit.
    pub unit: Unit,
}

/// What an import did, in rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportSummary {
    /// Rows that were new (by code and first day).
    pub added: u64,
    /// Rows that were there and differed.
    pub changed: u64,
    /// Rows that were there, the same.
    pub unchanged: u64,
}

/// How far an import is, in rows. Reported from zero to all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportProgress {
    /// Rows dealt with.
    pub done: u64,
    /// Rows in all.
    pub total: u64,
}

/// Which units to list: those in force on a day, in the order of their codes.
#[derive(Debug, Clone)]
pub struct UnitQuery {
    /// The day.
    pub at: NaiveDate,
    /// Only of this tier.
    pub tier: Option<Tier>,
    /// Only children of this unit.
    pub parent: Option<UnitCode>,
    /// Only whose name holds these letters, accents and case aside, or whose code starts so.
    pub q: Option<String>,
    /// Length of a page.
    pub limit: Limit,
    /// Where to go on.
    pub cursor: Option<Cursor>,
}

impl UnitQuery {
    /// All units in force on a day, first page.
    #[must_use]
    pub fn at(day: NaiveDate) -> Self {
        Self {
            at: day,
            tier: None,
            parent: None,
            q: None,
            limit: Limit::default(),
            cursor: None,
        }
    }
}
