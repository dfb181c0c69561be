use crate::audit::{AuditLog, Deed};
use crate::clock::Clock;
use crate::config::Config;
use crate::personal::{erase_account, erase_deputy};
use crate::signing::SigningKey;
use giaoban_store::Store;
use std::error::Error;
use std::process::ExitCode;

#[derive(clap::Subcommand, Debug)]
pub(super) enum Command {
    /// Xóa dữ liệu cá nhân theo yêu cầu / Erase what is kept about a person
    ///
    /// Tên, chức vụ, tin nhắn trong sổ phiên không đọc được nữa; sổ vẫn kiểm tra được. Tài khoản bị khóa.
    Erase {
        /// Tên đăng nhập, hoặc với --deputy là họ tên người dự thay / Sign-in name, or with --deputy the name of whoever stood in
        name: String,
        /// Người không có tài khoản / Somebody without an account
        #[arg(long)]
        deputy: bool,
    },
}

pub(super) async fn run(config: Config, command: Command) -> Result<ExitCode, Box<dyn Error>> {
    let Command::Erase { name, deputy } = command;
    let store = Store::open(&config.store_url()).await?;
    let site = SigningKey::of_site(&store).await?;
    let now = Clock::system().now();
    let (erased, who) = if deputy {
        (erase_deputy(&store, &site, &name, now).await?, None)
    } else {
        let Some(account) = store.accounts().by_username(&name).await? else {
            return Err(format!("Không có tài khoản {name} / There is no account {name}").into());
        };
        let id = account.id;
        (
            erase_account(&store, &site, account, now).await?,
            Some(id.into()),
        )
    };
    let deed = Deed::PersonErased {
        account: who,
        keys: erased.keys,
    };
    AuditLog::at_the_machine(&store, deed).await?;
    store.rewrite().await?;
    println!(
        "Đã xóa: {} khóa trong {} sổ phiên / Erased: {} keys in {} ledgers",
        erased.keys, erased.briefings, erased.keys, erased.briefings
    );
    store.close().await;
    Ok(ExitCode::SUCCESS)
}
