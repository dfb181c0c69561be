//! The load generator. One publisher (WHIP) and N watchers (WHEP) against a server, or against the floor process; prints
//! a report as one line of JSON. A process of its own, so that its CPU time is not the server's.

use anyhow::{Context as _, Result, bail};
use giaoban_tests::load::connect::Endpoint;
use giaoban_tests::load::{Plan, Target, run};
use lexopt::prelude::*;
use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

const USAGE: &str = "loadgen --whip URL TOKEN --whep URL TOKEN | --floor ADDR
        --watchers N [--threads N] [--warm-up SECONDS] [--seconds SECONDS] [--process PID] [--media-port PORT]
With --floor the watchers' addresses are printed as the first line: \"sinks ADDR ADDR …\".";

fn main() -> Result<()> {
    let plan = parse()?;
    let report = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting")?
        .block_on(run(&plan, announce))?;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

fn announce(sinks: &[SocketAddr]) -> Result<()> {
    let list: Vec<String> = sinks.iter().map(SocketAddr::to_string).collect();
    let mut out = std::io::stdout().lock();
    writeln!(out, "sinks {}", list.join(" "))?;
    out.flush()?;
    Ok(())
}

fn parse() -> Result<Plan> {
    let (mut publish, mut watch, mut floor) = (None, None, None);
    let mut plan = Plan {
        target: Target::Floor {
            ingress: SocketAddr::from(([127, 0, 0, 1], 0)),
        },
        watchers: 0,
        threads: 1,
        warm_up: Duration::from_secs(2),
        duration: Duration::from_secs(10),
        process: None,
        media_port: None,
    };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("whip") => publish = Some(endpoint(&mut arguments)?),
            Long("whep") => watch = Some(endpoint(&mut arguments)?),
            Long("floor") => floor = Some(arguments.value()?.parse()?),
            Long("watchers") => plan.watchers = arguments.value()?.parse()?,
            Long("threads") => plan.threads = arguments.value()?.parse()?,
            Long("warm-up") => plan.warm_up = seconds(&mut arguments)?,
            Long("seconds") => plan.duration = seconds(&mut arguments)?,
            Long("process") => plan.process = Some(arguments.value()?.parse()?),
            Long("media-port") => plan.media_port = Some(arguments.value()?.parse()?),
            Long("help") => {
                println!("{USAGE}");
                std::process::exit(0);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    plan.target = match (publish, watch, floor) {
        (Some(publish), Some(watch), None) => Target::Server { publish, watch },
        (None, None, Some(ingress)) => Target::Floor { ingress },
        _ => bail!("{USAGE}"),
    };
    if plan.watchers == 0 {
        bail!("{USAGE}");
    }
    Ok(plan)
}

fn endpoint(arguments: &mut lexopt::Parser) -> Result<Endpoint> {
    Ok(Endpoint {
        url: arguments.value()?.string()?,
        token: arguments.value()?.string()?,
    })
}

fn seconds(arguments: &mut lexopt::Parser) -> Result<Duration> {
    Ok(Duration::try_from_secs_f64(arguments.value()?.parse()?)?)
}
