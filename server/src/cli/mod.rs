//! The command line.

mod audit;
mod backup;
mod config;
mod demo;
mod doctor;
mod export_openapi;
mod ledger;
mod logging;
mod migrate;
mod person;
mod serve;
mod units;
mod user;

use crate::config::{Config, Flags};
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

/// Họp giao ban trực tuyến nhiều điểm cầu / Briefings over video for many points.
#[derive(clap::Parser, Debug)]
#[command(name = "giaoban", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    flags: Flags,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    /// Chạy máy chủ / Run the server
    Serve,
    /// Chạy thử với dữ liệu mẫu / Run with demonstration data
    Demo,
    /// Kiểm tra máy trước và trong khi chạy / Check this machine
    Doctor {
        /// In kết quả dạng JSON / Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Cấu hình / The configuration
    #[command(subcommand)]
    Config(config::Command),
    /// Sao lưu toàn bộ dữ liệu, cả khi đang họp / Back up everything, even in session
    Backup {
        /// Tệp sẽ được tạo / The file to be made
        file: PathBuf,
    },
    /// Khôi phục từ bản sao lưu; dừng máy chủ trước / Restore a backup; stop the server first
    Restore { file: PathBuf },
    /// Đưa lược đồ dữ liệu lên bản mới / Bring the schema up to date
    Migrate,
    /// Tài khoản / Accounts
    #[command(subcommand)]
    User(user::Command),
    /// Cây đơn vị / The tree of units
    #[command(subcommand)]
    Units(units::Command),
    /// Dữ liệu cá nhân / Personal data
    #[command(subcommand)]
    Person(person::Command),
    /// Sổ phiên / The ledger of a briefing
    #[command(subcommand)]
    Ledger(ledger::Command),
    /// Nhật ký quản trị / The audit log
    #[command(subcommand)]
    Audit(audit::Command),
    /// In mô tả REST (OpenAPI 3.1) / Print the description of REST
    ExportOpenapi,
}

impl Cli {
    /// Runs the command. An error is what to tell the operator.
    pub fn run(self) -> Result<ExitCode, Box<dyn Error>> {
        let flags = self.flags;
        match self.command {
            Command::ExportOpenapi => export_openapi::run(),
            Command::Doctor { json } => in_runtime(async move { doctor::run(flags, json).await }),
            Command::Config(command) => config::run(&flags, command),
            Command::Backup { file } => {
                let config = Config::load(&flags)?;
                in_runtime(async move { backup::backup(config, &file).await })
            }
            Command::Restore { file } => {
                let config = Config::load(&flags)?;
                in_runtime(async move { backup::restore(config, &file).await })
            }
            Command::Migrate => in_runtime(migrate::run(Config::load(&flags)?)),
            Command::User(command) => in_runtime(user::run(Config::load(&flags)?, command)),
            Command::Units(command) => in_runtime(units::run(Config::load(&flags)?, command)),
            Command::Person(command) => in_runtime(person::run(Config::load(&flags)?, command)),
            Command::Audit(command) => in_runtime(audit::run(Config::load(&flags)?, command)),
            Command::Demo => in_runtime(demo::run(Config::load_here(&flags)?)),
            Command::Ledger(command) => in_runtime(ledger::run(&flags, command)),
            Command::Serve => in_runtime(serve::run(Config::load(&flags)?)),
        }
    }
}

fn in_runtime<F>(future: F) -> Result<ExitCode, Box<dyn Error>>
where
    F: Future<Output = Result<ExitCode, Box<dyn Error>>>,
{
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(future)
}
