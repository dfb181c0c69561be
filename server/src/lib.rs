//! giaoban: the server. Configuration, REST, WebSocket, rooms; the web client is compiled in.

pub mod app;
pub mod attendance;
pub mod audit;
pub mod auth;
pub mod authz;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod front;
pub mod housekeeping;
pub mod http;
pub mod ledger;
pub mod personal;
pub mod planning;
pub mod problem;
mod rate;
pub mod rooms;
pub mod serve;
pub mod signing;
pub mod telemetry;
pub mod time_zone;
pub mod tls;
mod ws;
