//! The yardstick's process: see `load::floor`. Prints its ingress address, reads the routes as one line of JSON, fans
//! out until its standard input ends.

use anyhow::{Context as _, Result};
use giaoban_tests::load::floor::{self, Routes};
use giaoban_tests::load::socket;
use std::io::{BufRead as _, Read as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn main() -> Result<()> {
    let ingress = socket::unconnected()?;
    println!("{}", ingress.local_addr()?);
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let routes: Routes = serde_json::from_str(&line).context("the routes")?;
    let stop = Arc::new(AtomicBool::new(false));
    let stopping = stop.clone();
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        stopping.store(true, Ordering::Relaxed);
    });
    floor::serve(&ingress, &routes, &stop)
}
