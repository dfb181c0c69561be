use crate::config::Config;
use crate::ledger::{VerifyError, hex, verify};
use giaoban_signaling::ids::BriefingId;
use giaoban_store::Store;
use std::error::Error;
use std::process::ExitCode;
use uuid::Uuid;

#[derive(clap::Subcommand, Clone, Copy, Debug)]
pub(super) enum Command {
    /// Kiểm tra chuỗi băm của sổ phiên / Verify the hash chain of a briefing's ledger
    Verify {
        /// Mã phiên họp / Id of the briefing
        id: Uuid,
    },
}

pub(super) async fn run(config: Config, command: Command) -> Result<ExitCode, Box<dyn Error>> {
    let Command::Verify { id } = command;
    let store = Store::open(&config.store_url()).await?;
    match verify(&store, BriefingId(id)).await {
        Ok(verified) => {
            println!("{id}: OK");
            println!("facts: {}", verified.facts);
            println!("head:  {}", hex(&verified.head));
            Ok(ExitCode::SUCCESS)
        }
        Err(VerifyError::Broken(broken)) => {
            println!("{id}: BROKEN at fact {}: {}", broken.seq, broken.why);
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(error.into()),
    }
}
