//! Free ports for servers that are about to start.

use anyhow::{Context as _, Result, bail};
use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::sync::{LazyLock, Mutex};

/// Handed out by this process already, perhaps not bound yet.
static TAKEN: LazyLock<Mutex<HashSet<u16>>> = LazyLock::new(Mutex::default);

/// A port on 127.0.0.1 that is free for UDP and TCP now, and that this process has not given out before.
pub fn free() -> Result<SocketAddr> {
    for _ in 0..64 {
        let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("binding a port")?;
        let address = tcp.local_addr().context("reading the port")?;
        let both = UdpSocket::bind(address).is_ok();
        let new = TAKEN
            .lock()
            .is_ok_and(|mut taken| taken.insert(address.port()));
        if both && new {
            return Ok(address);
        }
    }
    bail!("no free port")
}
