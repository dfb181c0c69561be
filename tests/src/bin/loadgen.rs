//! The load generator. One publisher (WHIP) and N watchers (WHEP) against any server, or against the floor process;
//! prints a report as one line of JSON. A process of its own, so that its CPU time is not the server's.

use anyhow::{Context as _, Result, bail};
use giaoban_tests::harness::process::open_many_files;
use giaoban_tests::load::connect::Endpoint;
use giaoban_tests::load::floor::Routes;
use giaoban_tests::load::meeting::{self, Order};
use giaoban_tests::load::{Plan, Subject, Target, run};
use lexopt::prelude::*;
use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

const USAGE: &str = "loadgen --whip URL TOKEN --whep URL TOKEN | --floor ADDR
        --watchers N [--threads N] [--warm-up SECONDS] [--seconds SECONDS] [--process PID] [--media-port PORT]
An empty TOKEN sends none.     or: loadgen --meeting    with an order as JSON on the standard input: see load::meeting::Order.
With --floor the routes are printed as the first line: \"routes JSON\".";

fn main() -> Result<()> {
    open_many_files()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting")?;
    let report = match parse()? {
        Task::Run(plan) => runtime.block_on(run(&plan, announce))?,
        Task::Meeting => {
            let order: Order = serde_json::from_reader(std::io::stdin()).context("the order")?;
            runtime.block_on(meeting::run(&order, announce))?
        }
    };
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

enum Task {
    Run(Plan),
    Meeting,
}

fn announce(routes: &Routes) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "routes {}", serde_json::to_string(routes)?)?;
    out.flush()?;
    Ok(())
}

fn parse() -> Result<Task> {
    let (mut publish, mut watch, mut floor) = (None, None, None);
    let mut plan = Plan {
        target: Target::Floor {
            ingress: SocketAddr::from(([127, 0, 0, 1], 0)),
        },
        watchers: 0,
        threads: 1,
        warm_up: Duration::from_secs(2),
        duration: Duration::from_secs(10),
        subject: Subject::default(),
    };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("meeting") => return Ok(Task::Meeting),
            Long("whip") => publish = Some(endpoint(&mut arguments)?),
            Long("whep") => watch = Some(endpoint(&mut arguments)?),
            Long("floor") => floor = Some(arguments.value()?.parse()?),
            Long("watchers") => plan.watchers = arguments.value()?.parse()?,
            Long("threads") => plan.threads = arguments.value()?.parse()?,
            Long("warm-up") => plan.warm_up = seconds(&mut arguments)?,
            Long("seconds") => plan.duration = seconds(&mut arguments)?,
            Long("process") => plan.subject.process = Some(arguments.value()?.parse()?),
            Long("media-port") => plan.subject.media_port = Some(arguments.value()?.parse()?),
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
    Ok(Task::Run(plan))
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
