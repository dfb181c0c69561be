use crate::audit::{AuditLog, Deed};
use crate::config::Config;
use giaoban_store::Store;
use std::error::Error;
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct TotpOff {
    /// Tên đăng nhập / Sign-in name
    name: String,
}

/// Takes the second factor of somebody who lost the authenticator and the recovery codes.
pub(super) async fn run(config: Config, off: TotpOff) -> Result<ExitCode, Box<dyn Error>> {
    let store = Store::open(&config.store_url()).await?;
    let account = store
        .accounts()
        .by_username(&off.name)
        .await?
        .ok_or_else(|| format!("Không có tài khoản {0} / There is no account {0}", off.name))?;
    store.second_factors().remove(account.id).await?;
    let deed = Deed::TotpRemoved {
        username: &account.username,
    };
    AuditLog::at_the_machine(&store, deed).await?;
    store.close().await;
    println!(
        "Đã tắt xác thực hai bước của {0} / {0} needs no code any more",
        account.username
    );
    Ok(ExitCode::SUCCESS)
}
