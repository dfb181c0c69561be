//! `giaoban doctor`: what would keep a briefing from working on this machine, and what to do about it.

mod checks;

use crate::config::{Config, Flags};
use std::process::ExitCode;

/// What one check found.
enum Finding {
    Good(String),
    /// Works, but not for everybody or not for long.
    Doubtful {
        what: String,
        remedy: String,
    },
    Bad {
        what: String,
        remedy: String,
    },
}

impl Finding {
    fn doubtful(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Doubtful {
            what: what.into(),
            remedy: remedy.into(),
        }
    }

    fn bad(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Bad {
            what: what.into(),
            remedy: remedy.into(),
        }
    }
}

pub(super) async fn run(flags: Flags) -> ExitCode {
    let config = match Config::load(&flags) {
        Ok(config) => config,
        Err(error) => {
            print(&Finding::bad(
                error.to_string(),
                "Sửa đúng tên và giá trị ở nguồn ghi trong ngoặc vuông.",
            ));
            return ExitCode::FAILURE;
        }
    };
    let mut findings = vec![Finding::Good("Cấu hình đọc được.".to_owned())];
    findings.push(checks::http_port(&config).await);
    findings.push(checks::media_port(&config).await);
    findings.push(checks::data_directory(&config));
    findings.push(checks::disk(&config));
    findings.push(checks::store(&config).await);
    findings.push(checks::clock());
    findings.push(checks::secure_context(&config));
    findings.push(checks::udp_buffers());
    for finding in &findings {
        print(finding);
    }
    let bad = findings
        .iter()
        .filter(|finding| matches!(finding, Finding::Bad { .. }))
        .count();
    if bad == 0 {
        println!("\nMáy này chạy được giaoban.");
        ExitCode::SUCCESS
    } else {
        println!("\nCòn {bad} việc phải xử lý.");
        ExitCode::FAILURE
    }
}

fn print(finding: &Finding) {
    match finding {
        Finding::Good(what) => println!("[ĐẠT]    {what}"),
        Finding::Doubtful { what, remedy } => println!("[LƯU Ý]  {what}\n         → {remedy}"),
        Finding::Bad { what, remedy } => println!("[LỖI]    {what}\n         → {remedy}"),
    }
}
