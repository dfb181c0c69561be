use crate::config::{Config, LogFormat};
use crate::telemetry::traces::Traces;
use std::error::Error;
use std::io::IsTerminal as _;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

/// Libraries that write what goes over the wire into the log, tokens and all, when everything is switched on.
const TELLTALES: [&str; 4] = [
    "tungstenite=info",
    "tokio_tungstenite=info",
    "hyper=info",
    "sqlx=info",
];

/// Writes the log to standard error, so that standard output stays for what a command prints; sends traces, if configured.
/// To be called inside of the runtime.
pub(super) fn start(config: &Config) -> Result<Option<Traces>, Box<dyn Error>> {
    let mut filter =
        EnvFilter::try_new(&config.log.filter).map_err(|error| format!("log.filter: {error}"))?;
    for quiet in TELLTALES {
        filter = filter.add_directive(quiet.parse()?);
    }
    let lines = tracing_subscriber::fmt::layer()
        // Colours are for a person at a terminal; in a journal they are dirt.
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let log = match config.log.format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    let traces = Traces::start(&config.traces)?;
    tracing_subscriber::registry()
        .with(log.with_filter(filter))
        .with(traces.as_ref().map(Traces::layer))
        .init();
    Ok(traces)
}
