//! `giaoban doctor`: what would keep a briefing from working on this machine, and what to do about it.

mod certificates;
mod machine;
mod media;
mod ports;
mod running;
mod storage;

use crate::config::{Config, Flags};
use serde::Serialize;
use std::error::Error;
use std::process::ExitCode;

/// What one check found.
#[derive(Debug, Serialize)]
struct Finding {
    state: State,
    what: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Good,
    /// Works, but not for everybody or not for long.
    Doubtful,
    Bad,
}

#[derive(Serialize)]
struct Report {
    ok: bool,
    findings: Vec<Finding>,
}

impl Finding {
    fn good(what: impl Into<String>) -> Self {
        Self {
            state: State::Good,
            what: what.into(),
            remedy: None,
        }
    }

    fn doubtful(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            state: State::Doubtful,
            what: what.into(),
            remedy: Some(remedy.into()),
        }
    }

    fn bad(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            state: State::Bad,
            ..Self::doubtful(what, remedy)
        }
    }
}

pub(super) async fn run(flags: Flags, json: bool) -> Result<ExitCode, Box<dyn Error>> {
    let findings = match Config::load(&flags) {
        Ok(config) => examine(&config).await,
        Err(error) => vec![Finding::bad(
            error.to_string(),
            "Sửa đúng tên và giá trị ở nguồn ghi trong ngoặc vuông; tra ở docs/operations/cau-hinh.md.",
        )],
    };
    let bad = findings
        .iter()
        .filter(|finding| finding.state == State::Bad)
        .count();
    let ok = bad == 0;
    if json {
        println!(
            "{}",
            serde_json::to_string_pretty(&Report { ok, findings })?
        );
    } else {
        findings.iter().for_each(print);
        println!();
        match bad {
            0 => println!("Máy này chạy được giaoban."),
            bad => println!("Còn {bad} việc phải xử lý."),
        }
    }
    Ok(if ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = vec![Finding::good("Cấu hình đọc được.")];
    let running = running::answers(config).await;
    findings.push(ports::http(config, running).await);
    findings.extend(ports::redirect(config, running).await);
    findings.extend(media::check(config, running).await);
    findings.push(storage::data_directory(config));
    findings.push(storage::disk(config));
    findings.push(storage::durable_write(config));
    findings.push(storage::database(config).await);
    findings.extend(certificates::check(config));
    findings.push(machine::clock());
    findings.push(machine::clock_synchronised());
    findings.push(machine::udp_buffers());
    findings.push(machine::segmentation());
    findings.push(machine::file_descriptors());
    findings
}

fn print(finding: &Finding) {
    let mark = match finding.state {
        State::Good => "[ĐẠT]   ",
        State::Doubtful => "[LƯU Ý] ",
        State::Bad => "[LỖI]   ",
    };
    println!("{mark} {}", finding.what);
    if let Some(remedy) = &finding.remedy {
        println!("         → {remedy}");
    }
}
