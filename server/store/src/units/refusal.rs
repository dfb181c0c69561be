//! Why a row of an import is refused.

use chrono::NaiveDate;

use crate::model::ids::UnitCode;

/// A row that can't be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Its line in the file (the header is 1); `None` for a row that is already in the store and
    /// that the file would leave without a parent, say.
    pub line: Option<u64>,
    /// What is wrong with it.
    pub reason: Reason,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The first line doesn't name the columns.
    #[error(
        "the first line must be code,name,tier,parent_code,valid_from,valid_to and may add link_mbps; it has {found:?}"
    )]
    BadHeader {
        /// What the first line holds.
        found: String,
    },
    /// Not a line of CSV, or not UTF-8.
    #[error("not readable as CSV: {detail}")]
    NotCsv {
        /// What the reader says.
        detail: String,
    },
    /// A column that must be filled is empty.
    #[error("column {column} is empty")]
    Empty {
        /// The column.
        column: &'static str,
    },
    /// A text holds a character that can't be kept.
    #[error("column {column} holds a control character")]
    ControlCharacter {
        /// The column.
        column: &'static str,
    },
    /// The tier is none that there is.
    #[error("unknown tier {word:?}: must be central, province, district or commune")]
    UnknownTier {
        /// The word.
        word: String,
    },
    /// Not a date.
    #[error("column {column} must be a date such as 2025-07-01, not {text:?}")]
    BadDate {
        /// The column.
        column: &'static str,
        /// What it holds.
        text: String,
    },
    /// Not a link rate.
    #[error("link_mbps must be a number above 0 and at most 100000, not {text:?}")]
    BadLinkRate {
        /// What it holds.
        text: String,
    },
    /// The last day is before the first.
    #[error("unit {code} ends on {valid_to}, before it begins on {valid_from}")]
    EndsBeforeItBegins {
        /// The unit.
        code: UnitCode,
        /// Its first day.
        valid_from: NaiveDate,
        /// Its last day.
        valid_to: NaiveDate,
    },
    /// The same code and first day stand twice in the file.
    #[error("unit {code} from {valid_from} stands already in line {first_line}")]
    Duplicate {
        /// The unit.
        code: UnitCode,
        /// Its first day.
        valid_from: NaiveDate,
        /// Where it stands first.
        first_line: u64,
    },
    /// Two periods of one code overlap.
    #[error("unit {code} from {valid_from} overlaps its period that begins on {other_from}")]
    Overlap {
        /// The unit.
        code: UnitCode,
        /// First day of this row.
        valid_from: NaiveDate,
        /// First day of the other.
        other_from: NaiveDate,
    },
    /// The unit above isn't there during the whole period.
    #[error("unit {code}: its parent {parent} is not in force on {on}")]
    MissingParent {
        /// The unit.
        code: UnitCode,
        /// The unit above.
        parent: UnitCode,
        /// The first day on which it's missing.
        on: NaiveDate,
    },
    /// The unit is above itself.
    #[error("unit {code} is its own ancestor on {on}")]
    Cycle {
        /// The unit.
        code: UnitCode,
        /// A day on which it is so.
        on: NaiveDate,
    },
}

impl Reason {
    /// Stable `snake_case` code of this reason.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadHeader { .. } => "bad_header",
            Self::NotCsv { .. } => "not_csv",
            Self::Empty { .. } => "empty_column",
            Self::ControlCharacter { .. } => "control_character",
            Self::UnknownTier { .. } => "unknown_tier",
            Self::BadDate { .. } => "bad_date",
            Self::BadLinkRate { .. } => "bad_link_rate",
            Self::EndsBeforeItBegins { .. } => "ends_before_it_begins",
            Self::Duplicate { .. } => "duplicate_unit",
            Self::Overlap { .. } => "overlapping_periods",
            Self::MissingParent { .. } => "missing_parent",
            Self::Cycle { .. } => "unit_cycle",
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.reason),
            None => write!(f, "already stored: {}", self.reason),
        }
    }
}
