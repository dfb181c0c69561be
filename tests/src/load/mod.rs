//! The load generator: one publisher, many watchers, one UDP socket each, few threads. Runs as a process of its own
//! (`loadgen`), so that its CPU time is never counted as the server's.

pub mod connect;
pub mod floor;
pub mod histogram;
pub mod link;
pub mod report;
pub mod run;
pub mod shared;
pub mod socket;
pub mod source;
pub mod watchers;

pub use report::Report;
pub use run::{Plan, Target, run};
