//! `make bench`: the media path's measurements, each as a ratio to what the machine allows in the same run.

use anyhow::{Context as _, Result, bail};
use giaoban_tests::bench::{self, Options};
use lexopt::prelude::*;
use std::time::Duration;

const USAGE: &str = "bench [--giaoban FILE] [--seconds SECONDS] [--out FILE] [SCENARIO …]
Scenarios: fanout-20 fanout-100 fanout-300 fanout-1000 latency (default: all). A floor row of the same size is measured
beside each.";

fn main() -> Result<()> {
    let mut options = Options::default();
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("giaoban") => options.giaoban = Some(arguments.value()?.into()),
            Long("seconds") => {
                options.duration = Duration::try_from_secs_f64(arguments.value()?.parse()?)?;
            }
            Long("out") => options.out = arguments.value()?.into(),
            Long("help") => {
                println!("{USAGE}");
                return Ok(());
            }
            Value(name) => options.scenarios.push(name.string()?.parse()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let refused = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting")?
        .block_on(bench::run(options))?;
    if refused > 0 {
        bail!("{refused} row(s) refused: see above");
    }
    Ok(())
}
