//! The running server as a client sees it: one module for each address.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod accounts;
mod audit;
mod auth;
mod briefings;
mod calendar;
mod client;
mod fixture;
mod managed_accounts;
mod metrics;
mod network_test;
mod openapi;
mod permissions;
mod points;
mod tls;
mod units;
