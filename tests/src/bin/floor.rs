//! The yardstick's process: see `load::floor`. Prints its ingress address, reads the sinks' addresses as one line, fans
//! out until its standard input ends.

use anyhow::{Context as _, Result};
use giaoban_tests::load::{floor, socket};
use std::io::{BufRead as _, Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn main() -> Result<()> {
    let ingress = socket::unconnected(false)?;
    println!("{}", ingress.local_addr()?);
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let sinks = line
        .split_whitespace()
        .map(|address| address.parse::<SocketAddr>().context("an address"))
        .collect::<Result<Vec<_>>>()?;
    let stop = Arc::new(AtomicBool::new(false));
    let stopping = stop.clone();
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        stopping.store(true, Ordering::Relaxed);
    });
    floor::serve(&ingress, &sinks, &stop)
}
