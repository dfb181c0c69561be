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
pub use children::Other;

use children::{FloorRun, MeetingRun, ServerRun};
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
    /// Servers to be given the same load as ours in each fanout row.
    pub others: Vec<Other>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            giaoban: None,
            duration: Duration::from_mins(1),
            out: PathBuf::from("target/bench.json"),
            scenarios: Vec::new(),
            others: Vec::new(),
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
        // What was freed goes back at once: else a viewer's memory would come out of what the start left over.
        environment: vec![("MIMALLOC_PURGE_DELAY".to_owned(), "0".to_owned())],
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
        let name = scenario.to_string();
        let watchers = scenario.watchers(&results.scenarios, results.machine.cores);
        let mut floor = None;
        let measured = match scenario {
            Scenario::Meeting(scene) => {
                let run = MeetingRun {
                    server: server.clone(),
                    scene,
                    duration: options.duration,
                };
                measure_meeting(&name, run).await
            }
            Scenario::FanOut(_) | Scenario::Latency => {
                let run = ServerRun {
                    server: server.clone(),
                    watchers,
                    duration: options.duration,
                };
                measure_fan_out(&name, run, &mut floor).await
            }
        };
        results.note(&name, measured);
        if let (Scenario::FanOut(_), Some(floor)) = (scenario, floor) {
            for other in &options.others {
                let name = format!("{name}@{}", other.name);
                let report = other.measure(watchers, options.duration).await;
                let measured = report
                    .map_err(|error| format!("{error:#}"))
                    .and_then(|report| Ok((Row::new(&name, &report, Some(&floor))?, report)));
                results.note(&name, measured);
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

impl Results {
    /// A run that could not be finished is a refused row, not the end of the bench.
    fn note(&mut self, name: &str, measured: Result<(Row, Report), String>) {
        match measured {
            Ok((row, report)) => {
                table::row(&row, &report);
                table::details(&row);
                self.scenarios.push(row);
            }
            Err(reason) => {
                table::refused(name, &reason);
                self.refused.push(Refused {
                    name: name.to_owned(),
                    reason,
                });
            }
        }
    }
}

/// The floor and then the server.
async fn measure_fan_out(
    name: &str,
    run: ServerRun,
    floor: &mut Option<Report>,
) -> Result<(Row, Report), String> {
    let beside = FloorRun {
        watchers: run.watchers,
        duration: run.duration,
    };
    let beside = beside
        .measure()
        .await
        .map_err(|error| format!("the floor: {error:#}"))?;
    let beside = &*floor.insert(beside);
    let report = run.measure().await.map_err(|error| format!("{error:#}"))?;
    let row = Row::new(name, &report, Some(beside))?;
    Ok((row, report))
}

/// The server first, because it decides how many viewers there are.
async fn measure_meeting(name: &str, run: MeetingRun) -> Result<(Row, Report), String> {
    let report = run.measure().await.map_err(|error| format!("{error:#}"))?;
    let floor = run
        .measure_floor(&report)
        .await
        .map_err(|error| format!("the floor: {error:#}"))?;
    let row = Row::new(name, &report, floor.as_ref())?;
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
