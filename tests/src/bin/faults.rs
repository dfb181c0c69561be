//! `make faults`: faults befall many sites, two side by side. The first failure ends it and says how to see it again.

use anyhow::{Context as _, Result};
use giaoban_tests::faults::{RUNS, befall};
use lexopt::prelude::*;
use std::path::PathBuf;
use tokio::task::JoinSet;

const USAGE: &str = "faults [--giaoban FILE] [--runs RUNS] [--seed SEED] [--side-by-side SITES]";

#[tokio::main]
async fn main() -> Result<()> {
    let mut giaoban: Option<PathBuf> = None;
    let mut runs = 200_usize;
    let mut seed: u64 = u64::from(rand::random::<u32>());
    let mut side_by_side = 2_usize;
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("giaoban") => {
                giaoban = Some(std::path::absolute(PathBuf::from(arguments.value()?))?);
            }
            Long("runs") => runs = arguments.value()?.parse()?,
            Long("seed") => seed = arguments.value()?.parse()?,
            Long("side-by-side") => side_by_side = arguments.value()?.parse()?,
            Long("help") => {
                println!("{USAGE}");
                return Ok(());
            }
            other => return Err(other.unexpected().into()),
        }
    }
    println!("{runs} runs from seed {seed}");
    let mut sites = JoinSet::new();
    let mut left = runs;
    while left > 0 || !sites.is_empty() {
        while left > 0 && sites.len() < side_by_side.max(1) {
            let some = left.min(RUNS);
            sites.spawn(befall(giaoban.clone(), seed, some));
            seed += 1;
            left -= some;
        }
        if let Some(ended) = sites.join_next().await {
            ended.context("a site's task")??;
        }
    }
    println!("{runs} runs, every promise kept");
    Ok(())
}
