use crate::config::{Config, Flags, reference, schema};
use crate::tls::Certificate;
use serde_json::Value;
use std::error::Error;
use std::process::ExitCode;

#[derive(clap::Subcommand, Clone, Copy, Debug)]
pub(super) enum Command {
    /// Đọc cấu hình như khi chạy, báo lỗi / Read the configuration as a start would
    Check,
    /// In lược đồ JSON của tệp cấu hình / Print the JSON schema of the configuration
    Schema,
    /// In trang tra cứu cấu hình / Print the reference page
    Reference,
}

pub(super) fn run(flags: &Flags, command: Command) -> Result<ExitCode, Box<dyn Error>> {
    match command {
        Command::Check => check(&Config::load(flags)?)?,
        Command::Schema => println!("{}", serde_json::to_string_pretty(&schema())?),
        Command::Reference => print!("{}", reference()),
    }
    Ok(ExitCode::SUCCESS)
}

fn check(config: &Config) -> Result<(), Box<dyn Error>> {
    if let Some(tls) = &config.http.tls {
        Certificate::load(tls)?;
    }
    let defaults = serde_json::to_value(Config::default())?;
    let mut lines = Vec::new();
    changed("", &serde_json::to_value(config)?, &defaults, &mut lines);
    println!("Cấu hình đúng / The configuration is good.");
    for line in lines {
        println!("  {line}");
    }
    Ok(())
}

/// What is not as it would be by itself; what may hold a password is not shown.
fn changed(path: &str, value: &Value, default: &Value, lines: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                changed(&path, value, &default[key], lines);
            }
        }
        value if value == default => {}
        _ if path.ends_with("secret") || path.ends_with("token") || path == "store.url" => {
            lines.push(format!("{path} = …"));
        }
        value => lines.push(format!("{path} = {value}")),
    }
}
