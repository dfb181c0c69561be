//! The ledger (sổ phiên): append-only, hash-chained facts. State, minutes and reports are folds of them.

mod chain;
mod fact;

pub use chain::{ChainError, Entry, Hash, Head, Stored, Why, genesis, verify};
pub use fact::{
    Actor, Body, EndReason, Fact, Guest, LeaveReason, LowerReason, MediaKind, ParseError,
    RollResult, RollState, ShareEnd,
};
