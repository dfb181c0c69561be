//! What facts say about people is written in cipher, with a key for each person: when the key is destroyed, the words are gone
//! and the chain of hashes, which covers the cipher, stays whole. The machine and its facts know nothing of it; only the
//! journal (writing) and the loader (reading) pass through here.

mod erase;
mod places;
mod seal;

pub use erase::{EraseError, Erased, erase_account, erase_deputy, expire};
pub use places::{Class, Subject};
pub use seal::{Opener, Rows, Sealer, UnsealError};

/// What stands in the place of words whose key was destroyed.
pub const ERASED: &str = "đã xoá theo yêu cầu";
