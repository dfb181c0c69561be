use super::logging;
use crate::config::Config;
use crate::serve::{Mode, Server};
use std::error::Error;
use std::process::ExitCode;

pub(super) async fn run(config: Config) -> Result<ExitCode, Box<dyn Error>> {
    logging::start(&config.log)?;
    Server::start(config, Mode::default())
        .await?
        .run_until_signal()
        .await?;
    Ok(ExitCode::SUCCESS)
}
