//! Starts the real server and speaks its REST and WebSocket protocols.

pub mod api;
pub mod binary;
pub mod country;
pub mod ports;
pub mod process;
pub mod server;
pub mod ws;

pub use api::Api;
pub use server::Server;
pub use ws::WsClient;

/// Password of every demonstration account.
pub const DEMO_PASSWORD: &str = "giaoban-demo";
