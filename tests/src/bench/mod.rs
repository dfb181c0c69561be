//! Scenarios, their floor, the table and `bench.json`.

mod children;
mod row;
mod scenario;
mod table;

pub use row::Row;
pub use scenario::Scenario;

use crate::harness::server::Options as ServerOptions;
use crate::load::Report;
use anyhow::{Context as _, Result};
use children::{FloorRun, ServerRun};
use serde::Serialize;
use std::path::PathBuf;
use std::time::Duration;

/// What to measure.
#[derive(Clone, Debug)]
pub struct Options {
    /// The binary under test; unset: the one beside this program.
    pub giaoban: Option<PathBuf>,
    /// How long each row is measured.
    pub duration: Duration,
    pub out: PathBuf,
    /// Empty: all.
    pub scenarios: Vec<Scenario>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            giaoban: None,
            duration: Duration::from_mins(1),
            out: PathBuf::from("target/bench.json"),
            scenarios: Vec::new(),
        }
    }
}

/// `bench.json`.
#[derive(Debug, Serialize)]
struct Results {
    machine: Machine,
    seconds_per_row: f64,
    scenarios: Vec<Row>,
    refused: Vec<Refused>,
}

#[derive(Debug, Serialize)]
struct Machine {
    processor: String,
    cores: usize,
    kernel: String,
}

/// A row that was measured and may not be used.
#[derive(Debug, Serialize)]
struct Refused {
    name: String,
    reason: String,
}

/// Measures, prints the table as it grows, writes the file. Gives how many rows were refused.
pub async fn run(options: Options) -> Result<usize> {
    let server = ServerOptions {
        binary: options
            .giaoban
            .clone()
            .map(std::path::absolute)
            .transpose()?,
        ..ServerOptions::default()
    };
    let mut results = Results {
        machine: machine(),
        seconds_per_row: options.duration.as_secs_f64(),
        scenarios: Vec::new(),
        refused: Vec::new(),
    };
    let scenarios = if options.scenarios.is_empty() {
        Scenario::ALL.to_vec()
    } else {
        options.scenarios.clone()
    };
    table::head(&results.machine.processor, results.machine.cores);
    for scenario in scenarios {
        let watchers = scenario.watchers(&results.scenarios, results.machine.cores);
        let name = scenario.to_string();
        let floor = FloorRun {
            watchers,
            duration: options.duration,
        };
        let run = ServerRun {
            server: server.clone(),
            watchers,
            duration: options.duration,
        };
        match measure(&name, floor, run).await {
            Ok((row, report)) => {
                table::row(&row, &report);
                results.scenarios.push(row);
            }
            Err(reason) => {
                table::refused(&name, &reason);
                results.refused.push(Refused { name, reason });
            }
        }
    }
    if let Some(folder) = options.out.parent() {
        std::fs::create_dir_all(folder).context("the folder of the results")?;
    }
    let text = serde_json::to_string_pretty(&results)?;
    std::fs::write(&options.out, text).context("writing the results")?;
    println!("\n{}", options.out.display());
    Ok(results.refused.len())
}

/// The floor and then the server; a run that could not be finished is a refused row, not the end of the bench.
async fn measure(name: &str, floor: FloorRun, run: ServerRun) -> Result<(Row, Report), String> {
    let floor = floor
        .measure()
        .await
        .map_err(|error| format!("the floor: {error:#}"))?;
    let report = run.measure().await.map_err(|error| format!("{error:#}"))?;
    let row = Row::new(name, &report, &floor)?;
    Ok((row, report))
}

fn machine() -> Machine {
    let first = |file: &str, field: &str| {
        std::fs::read_to_string(file)
            .unwrap_or_default()
            .lines()
            .find_map(|line| line.strip_prefix(field).map(str::to_owned))
    };
    Machine {
        processor: first("/proc/cpuinfo", "model name")
            .map(|value| value.trim_start_matches([' ', '\t', ':']).to_owned())
            .unwrap_or_default(),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        kernel: std::fs::read_to_string("/proc/sys/kernel/osrelease")
            .unwrap_or_default()
            .trim()
            .to_owned(),
    }
}
