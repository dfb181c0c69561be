use super::logging;
use crate::config::Config;
use crate::serve::{Mode, Server};
use std::error::Error;
use std::process::ExitCode;

pub(super) async fn run(config: Config) -> Result<ExitCode, Box<dyn Error>> {
    let traces = logging::start(&config)?;
    Server::start(config, Mode::default())
        .await?
        .run_until_signal()
        .await?;
    if let Some(traces) = traces {
        traces.stop().await;
    }
    Ok(ExitCode::SUCCESS)
}
