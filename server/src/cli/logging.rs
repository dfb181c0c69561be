use crate::config::{LogConfig, LogFormat};
use std::error::Error;
use std::io::IsTerminal as _;
use tracing_subscriber::EnvFilter;

/// Libraries that write what goes over the wire into the log, tokens and all, when everything is switched on.
const TELLTALES: [&str; 4] = [
    "tungstenite=info",
    "tokio_tungstenite=info",
    "hyper=info",
    "sqlx=info",
];

/// Writes the log to standard error, so that standard output stays for what a command prints.
pub(super) fn start(config: &LogConfig) -> Result<(), Box<dyn Error>> {
    let mut filter =
        EnvFilter::try_new(&config.filter).map_err(|error| format!("log.filter: {error}"))?;
    for quiet in TELLTALES {
        filter = filter.add_directive(quiet.parse()?);
    }
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
