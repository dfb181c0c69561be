//! `make soak`: a briefing under churn for half an hour. Fails if the server's memory, files or threads grow.

use anyhow::{Context as _, Result, bail};
use giaoban_tests::harness::process::open_many_files;
use giaoban_tests::soak::{self, Options};
use lexopt::prelude::*;
use std::time::Duration;

const USAGE: &str = "soak [--giaoban FILE] [--minutes MINUTES] [--out FOLDER]";

fn main() -> Result<()> {
    open_many_files()?;
    let mut options = Options {
        giaoban: None,
        duration: Duration::from_mins(30),
        out: "target/soak".into(),
    };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("giaoban") => options.giaoban = Some(arguments.value()?.into()),
            Long("minutes") => {
                let minutes: f64 = arguments.value()?.parse()?;
                options.duration = Duration::try_from_secs_f64(minutes * 60.0)?;
            }
            Long("out") => options.out = arguments.value()?.into(),
            Long("help") => {
                println!("{USAGE}");
                return Ok(());
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let rising = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting")?
        .block_on(soak::run(&options))?;
    println!("{}", options.out.join("soak.svg").display());
    if !rising.is_empty() {
        bail!("{} trend(s) rise: see above", rising.len());
    }
    Ok(())
}
