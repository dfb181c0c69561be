mod password;
mod second_factor;

use crate::audit::{AuditLog, Deed};
use crate::auth::{password as passwords, sign_in_name};
use crate::config::Config;
use crate::time_zone::day_of;
use chrono::Utc;
use giaoban_store::{Account, Grant, Locale, Role, Store, StoreError, UnitCode};
use std::error::Error;
use std::io::{BufRead, stdin};
use std::process::ExitCode;
use uuid::Uuid;

#[derive(clap::Subcommand, Debug)]
pub(super) enum Command {
    /// Thêm tài khoản / Add an account
    Add(Add),
    /// Đặt lại mật khẩu, đăng xuất ở mọi máy / Set the password and sign out everywhere
    Password(password::SetPassword),
    /// Bỏ xác thực hai bước của người mất điện thoại và mã dự phòng / Take a lost second factor off
    TotpOff(second_factor::TotpOff),
}

#[derive(clap::Args, Debug)]
pub(super) struct Add {
    /// Tên đăng nhập / Sign-in name
    name: String,
    /// Vai trò / Role: administrator, secretary, chair, technician, delegate, observer
    #[arg(long)]
    role: Role,
    /// Mã đơn vị / Code of the unit
    #[arg(long)]
    unit: String,
    /// Đọc mật khẩu từ dòng đầu của đầu vào chuẩn / Read the password from the first line of standard input
    #[arg(long, required = true)]
    password_stdin: bool,
    /// Họ và tên / Name that is shown (mặc định: tên đăng nhập)
    #[arg(long)]
    display_name: Option<String>,
    /// Chức vụ / Position
    #[arg(long, default_value = "")]
    title: String,
    /// Mã điểm cầu; mặc định là điểm cầu đầu tiên của đơn vị / Id of the point; default: the unit's first
    #[arg(long)]
    point: Option<Uuid>,
}

/// Why an account was not added.
#[derive(Debug, thiserror::Error)]
enum AddError {
    #[error(
        "Không có đơn vị {0} hôm nay. Nạp cây đơn vị bằng: giaoban units import FILE\nThere is no unit {0} today. Import the tree with: giaoban units import FILE"
    )]
    NoUnit(UnitCode),
    #[error("Tên đăng nhập {0} đã có / The sign-in name {0} is taken")]
    Taken(String),
    #[error(
        "Tên đăng nhập gồm 2 đến 64 chữ cái không dấu, chữ số và . _ - @\nA sign-in name has 2 to 64 ASCII letters, digits and . _ - @"
    )]
    BadName,
    #[error("Chưa có mật khẩu ở đầu vào chuẩn / There is no password on standard input")]
    NoPassword,
}

pub(super) async fn run(config: Config, command: Command) -> Result<ExitCode, Box<dyn Error>> {
    match command {
        Command::Add(add) => create(config, add).await,
        Command::Password(set) => password::run(config, set).await,
        Command::TotpOff(off) => second_factor::run(config, off).await,
    }
}

/// The first line of standard input.
fn secret() -> Result<String, Box<dyn Error>> {
    let mut line = String::new();
    stdin().lock().read_line(&mut line)?;
    let secret = line.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        return Err(AddError::NoPassword.into());
    }
    Ok(secret.to_owned())
}

async fn create(config: Config, add: Add) -> Result<ExitCode, Box<dyn Error>> {
    if !sign_in_name::is_one(&add.name) {
        return Err(AddError::BadName.into());
    }
    let hash = passwords::hash(&secret()?)?;
    let store = Store::open(&config.store_url()).await?;
    let unit = UnitCode::from(add.unit);
    let now = Utc::now();
    if store.units().get(&unit, day_of(now)).await?.is_none() {
        return Err(AddError::NoUnit(unit).into());
    }
    let point = match add.point {
        Some(point) => Some(point.into()),
        None => store
            .points()
            .of_unit(&unit)
            .await?
            .into_iter()
            .find(|point| point.active)
            .map(|point| point.id),
    };
    let account = Account {
        id: Uuid::now_v7().into(),
        display_name: add.display_name.unwrap_or_else(|| add.name.clone()),
        username: add.name,
        title: add.title,
        unit: unit.clone(),
        point,
        locale: Locale::Vi,
        disabled: false,
        password_until: None,
    };
    match store.accounts().create(&account, Some(&hash), now).await {
        Err(StoreError::Taken(_)) => return Err(AddError::Taken(account.username).into()),
        created => created?,
    }
    let grant = Grant {
        account: account.id,
        role: add.role,
        unit,
    };
    store.grants().add(&grant).await?;
    let (username, unit) = (account.username.as_str(), grant.unit.as_str());
    let added = Deed::AccountAdded { username, unit };
    AuditLog::at_the_machine(&store, added).await?;
    let role = &grant.role.to_string();
    let granted = Deed::RoleGranted {
        username,
        role,
        unit,
    };
    AuditLog::at_the_machine(&store, granted).await?;
    println!(
        "Đã thêm {} ({}, {}) / Added",
        account.username, grant.role, grant.unit
    );
    store.close().await;
    Ok(ExitCode::SUCCESS)
}
