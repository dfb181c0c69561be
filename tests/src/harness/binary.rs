//! Where the binary under test is.

use anyhow::{Context as _, Result, bail};
use std::path::PathBuf;

/// `GIAOBAN_BIN`, else `giaoban` beside the running test (`target/debug/deps/..` or `target/release`).
pub fn giaoban() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("GIAOBAN_BIN") {
        let path = PathBuf::from(named);
        if !path.is_file() {
            bail!("GIAOBAN_BIN={} is no file", path.display());
        }
        return Ok(path);
    }
    let here = std::env::current_exe().context("finding this program")?;
    here.ancestors()
        .skip(1)
        .take(3)
        .map(|folder| folder.join("giaoban"))
        .find(|candidate| candidate.is_file())
        .with_context(|| {
            format!(
                "no giaoban near {}: build it first (cargo build -p giaoban-server) or set GIAOBAN_BIN",
                here.display()
            )
        })
}
