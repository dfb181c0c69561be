//! The load generator: publishers and many viewers, one UDP socket each, few threads. Runs as a process of its own
//! (`loadgen`), so that its CPU time is never counted as the server's.
//!
//! `run` is one publisher to many watchers over WHIP and WHEP, of any server; `meeting` are whole briefings of ours.

pub mod connect;
pub mod crowd;
pub mod floor;
pub mod histogram;
pub mod link;
pub mod meeting;
pub mod member;
pub mod report;
pub mod run;
pub mod sample;
pub mod shared;
pub mod socket;
pub mod thread;

pub use report::Report;
pub use run::{Plan, Target, run};
pub use sample::Subject;
