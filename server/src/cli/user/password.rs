use crate::audit::{AuditLog, Deed};
use crate::auth::password;
use crate::clock::Clock;
use crate::config::Config;
use giaoban_store::Store;
use std::error::Error;
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct SetPassword {
    /// Tên đăng nhập / Sign-in name
    name: String,
    /// Đọc mật khẩu từ dòng đầu của đầu vào chuẩn / Read the password from the first line of standard input
    #[arg(long, required = true)]
    password_stdin: bool,
}

/// Gives an account another password and signs it out everywhere.
pub(super) async fn run(config: Config, set: SetPassword) -> Result<ExitCode, Box<dyn Error>> {
    let hash = password::hash(&super::secret()?)?;
    let store = Store::open(&config.store_url()).await?;
    let now = Clock::system().now();
    let account = store
        .accounts()
        .by_username(&set.name)
        .await?
        .ok_or_else(|| format!("Không có tài khoản {0} / There is no account {0}", set.name))?;
    store
        .accounts()
        .set_password(account.id, &hash, now)
        .await?;
    store.sessions().revoke_all(account.id, None).await?;
    store.token_revocations().revoke(account.id, now).await?;
    let deed = Deed::PasswordSet {
        username: &account.username,
    };
    AuditLog::at_the_machine(&store, deed).await?;
    store.close().await;
    println!(
        "Đã đổi mật khẩu của {} và đăng xuất ở mọi máy / Changed",
        account.username
    );
    Ok(ExitCode::SUCCESS)
}
