use super::ledger::BROKEN;
use crate::audit::{VerifyError, verify};
use crate::config::Config;
use crate::ledger::hex;
use giaoban_store::Store;
use std::error::Error;
use std::process::ExitCode;

#[derive(clap::Subcommand, Clone, Copy, Debug)]
pub(super) enum Command {
    /// Kiểm tra chuỗi băm của nhật ký quản trị / Verify the hash chain of the audit log
    Verify,
}

pub(super) async fn run(config: Config, command: Command) -> Result<ExitCode, Box<dyn Error>> {
    let Command::Verify = command;
    let store = Store::open(&config.store_url()).await?;
    match verify(&store).await {
        Ok((lines, hash)) => {
            println!("OK. Nhật ký nguyên vẹn / the log is whole");
            println!("lines: {lines}");
            println!("head:  {}", hex(&hash));
            Ok(ExitCode::SUCCESS)
        }
        Err(VerifyError::Broken(broken)) => {
            println!("NHẬT KÝ ĐÃ BỊ THAY ĐỔI / BROKEN");
            println!("{broken}");
            Ok(ExitCode::from(BROKEN))
        }
        Err(VerifyError::Store(error)) => Err(error.into()),
    }
}
