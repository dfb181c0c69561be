//! The attendance of a briefing, printed: JSON, CSV, XLSX, PDF. What it says is a fold of the ledger.

pub mod csv;
mod describe;
pub mod pdf;
pub mod report;
mod words;
pub mod xlsx;

pub use describe::{DescribeError, describe};
