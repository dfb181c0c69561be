//! Planning briefings: what a secretary writes becomes a plan that the store keeps.

pub mod calendar;
mod check;
pub mod draft;
pub mod invite;
pub mod limits;
pub mod repeat;
pub mod series;

pub use check::{Checked, check};
