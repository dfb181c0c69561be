//! The workers: threads that own sockets and connections, and what they share with signalling.

pub(crate) mod connection;
pub(crate) mod ice;
mod mixer;
pub(crate) mod outbox;
mod pool;
mod presence;
pub(crate) mod shared;
mod tcp;
mod timers;
mod udp;
mod worker;

pub(crate) use mixer::MixerThread;
pub(crate) use tcp::bind as bind_tcp;
pub(crate) use udp::bind as bind_udp;
pub(crate) use worker::{WAKER, Worker};
