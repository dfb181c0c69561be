//! What the store keeps, as plain values. Nothing here knows a database.

pub mod account;
pub mod audit;
pub mod briefing;
pub mod fact;
pub mod ids;
pub mod lease;
pub mod page;
pub mod point;
pub mod role;
pub mod series;
pub mod session;
pub mod unit;
pub mod watch_link;

mod text_enum;
pub use text_enum::UnknownValue;
pub(crate) use text_enum::text_enum;
