//! Starts the real server and speaks its REST and WebSocket protocols.

pub mod api;
pub mod binary;
pub mod country;
pub mod false_clock;
pub mod ports;
pub mod postgres;
pub mod process;
pub mod server;
pub mod small_disk;
pub mod ws;

pub use api::Api;
pub use false_clock::FalseClock;
pub use postgres::Postgres;
pub use server::Server;
pub use small_disk::SmallDisk;
pub use ws::WsClient;

/// Password of every demonstration account.
pub const DEMO_PASSWORD: &str = "giaoban-demo";
