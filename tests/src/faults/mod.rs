//! Trust under faults: the real server, fifty scripted clients and media; at random moments it is killed, its disk fills, its
//! database stops, its clock jumps, it stands still. After each, nothing acknowledged is missing, nothing happened twice,
//! and everybody is back in place.
//!
//! A run is one fault. Ten runs befall one site; its seed decides its database (even: SQLite, odd: PostgreSQL), the faults,
//! their order and their moments.

mod check;
mod client;
mod fault;
mod media;
mod round;
mod site;

pub use fault::{Database, Fault};

use anyhow::{Context as _, Result};
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{Rng as _, SeedableRng as _};
use round::World;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Runs on one site.
pub const RUNS: usize = 10;
const CLIENTS: usize = 50;
/// How far the wall clock may be off, seconds: the demonstration's briefing is still under way then.
const OFF: i64 = 90 * 60;

impl Database {
    /// The one of the site with this seed.
    #[must_use]
    pub const fn of_seed(seed: u64) -> Self {
        if seed.is_multiple_of(2) {
            Self::Sqlite
        } else {
            Self::Postgres
        }
    }
}

/// Starts a site and lets so many faults befall it; the first broken promise ends it with an error that says which, and how
/// to see it again. `giaoban`: another binary than the one beside this program.
pub async fn befall(giaoban: Option<PathBuf>, seed: u64, runs: usize) -> Result<()> {
    let database = Database::of_seed(seed);
    let mut random = StdRng::seed_from_u64(seed);
    let begin = Instant::now();
    let mut world = World::start(giaoban, database, CLIENTS, random.random())
        .await
        .with_context(|| format!("seed {seed} ({database}): the start"))?;
    println!(
        "seed {seed}, {database}: {CLIENTS} clients after {:.1} s",
        begin.elapsed().as_secs_f64()
    );
    let mut deck: Vec<Fault> = Vec::new();
    for run in 1..=runs {
        if deck.is_empty() {
            // Each kind comes once before any comes twice.
            deck = Fault::of(database).to_vec();
            deck.shuffle(&mut random);
        }
        let fault = deck.pop().context("no faults")?;
        let after = Duration::from_millis(random.random_range(200..2_000));
        let jump = random.random_range(-OFF..OFF);
        if !world.can_suffer(fault) {
            println!("seed {seed}  {run:>2}  {fault:<13} SKIPPED");
            continue;
        }
        let begin = Instant::now();
        let summary = match world.round(fault, after, jump).await {
            Ok(summary) => summary,
            Err(error) => {
                world.keep_log();
                return Err(error.context(format!(
                    "run {run} of seed {seed}: {fault} on {database} after {after:?}; to see it again: scripts/faults {run} {seed}"
                )));
            }
        };
        println!(
            "seed {seed}  {run:>2}  {fault:<13} {summary}, {:.1} s",
            begin.elapsed().as_secs_f64()
        );
    }
    world
        .finish()
        .await
        .with_context(|| format!("seed {seed}: the end"))
}
