//! `make bench`: the media path's measurements, each as a ratio to what the machine allows in the same run.

use anyhow::{Context as _, Result, bail};
use giaoban_tests::bench::{self, Options, Other};
use giaoban_tests::harness::process::open_many_files;
use giaoban_tests::load::connect::Endpoint;
use lexopt::prelude::*;
use std::time::Duration;

const USAGE: &str = "bench [--giaoban FILE] [--seconds SECONDS] [--out FILE]
      [--compare NAME PID WHIP_URL TOKEN WHEP_URL TOKEN]… [SCENARIO …]
Scenarios: fanout-N plenary-N national-3355 storm-N speaker-switch latency. Default: fanout-20, -100, -300 and -1000,
plenary-16, storm-500 and the others. Where the row is about the cost of packets, a floor of the same packets to the same
viewers is measured beside it. With --compare, the same publisher and watchers of each fanout row are pointed at another
server that is running as process PID; an empty TOKEN sends none.";

fn main() -> Result<()> {
    open_many_files()?;
    let mut options = Options::default();
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("giaoban") => options.giaoban = Some(arguments.value()?.into()),
            Long("seconds") => {
                options.duration = Duration::try_from_secs_f64(arguments.value()?.parse()?)?;
            }
            Long("compare") => options.others.push(other_server(&mut arguments)?),
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

fn other_server(arguments: &mut lexopt::Parser) -> Result<Other> {
    let mut next = || -> Result<String> { Ok(arguments.value()?.string()?) };
    Ok(Other {
        name: next()?,
        process: next()?.parse().context("the process id")?,
        publish: Endpoint {
            url: next()?,
            token: next()?,
        },
        watch: Endpoint {
            url: next()?,
            token: next()?,
        },
    })
}
