//! The attendance of a briefing, printed: JSON, CSV, XLSX. What it says is a fold of the ledger.

pub mod csv;
mod describe;
pub mod report;
mod words;
pub mod xlsx;

pub use describe::{DescribeError, describe};
