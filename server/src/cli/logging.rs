use crate::config::{LogConfig, LogFormat};
use std::error::Error;
use std::io::IsTerminal as _;
use tracing_subscriber::EnvFilter;

/// Writes the log to standard error, so that standard output stays for what a command prints.
pub(super) fn start(config: &LogConfig) -> Result<(), Box<dyn Error>> {
    let filter =
        EnvFilter::try_new(&config.filter).map_err(|error| format!("log.filter: {error}"))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // Colours are for a person at a terminal; in a journal they are dirt.
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match config.format {
        LogFormat::Text => builder.init(),
        LogFormat::Json => builder.json().init(),
    }
    Ok(())
}
