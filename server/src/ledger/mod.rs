//! The ledger as an auditor meets it.

pub mod file;
pub mod tampering;
mod verify;

pub(crate) use verify::stored;
pub use verify::{Verified, VerifyError, verify};

use giaoban_store::Hash;
use std::fmt::Write as _;

/// A hash as it is printed.
#[must_use]
pub fn hex(hash: &Hash) -> String {
    hash.iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing into a string can't fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
