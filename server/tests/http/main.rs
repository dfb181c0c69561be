//! The running server as a client sees it: one module for each address.

mod accounts;
mod auth;
mod briefings;
mod calendar;
mod client;
mod fixture;
mod network_test;
mod openapi;
mod points;
mod units;
