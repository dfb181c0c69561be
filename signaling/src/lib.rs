//! The briefing as a pure machine: ids, wire messages, the connection session, the meeting state machine and the
//! media [`plan`]. Nothing here knows a socket, a clock, a database or a random number.

pub mod attendance;
pub mod hierarchy;
pub mod ids;
pub mod ledger;
pub mod meeting;
pub mod plan;
pub mod setup;
pub mod wire;
