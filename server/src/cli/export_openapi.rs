use crate::http::openapi;
use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

pub(super) fn run() -> Result<ExitCode, Box<dyn Error>> {
    std::io::stdout().write_all(openapi::to_json()?.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
