//! Briefings held on a real server by real clients.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't go on has failed"
)]

mod client;
mod site;

mod attendance;
mod commands;
mod crash;
mod hostile;
mod offers;
mod personal;
mod room;
mod slow;
mod store_failure;
mod tree;
