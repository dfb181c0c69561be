//! `giaoban backup` and `giaoban restore`.

use crate::config::Config;
use crate::ledger::{VerifyError, verify};
use crate::rooms::ids::same;
use giaoban_store::backup::{self, BackupError};
use giaoban_store::{BriefingQuery, Limit, Store};
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

pub(super) async fn backup(config: Config, to: &Path) -> Result<ExitCode, Box<dyn Error>> {
    match backup::backup(&config.store_url(), to).await {
        Ok(written) => {
            println!(
                "Đã sao lưu vào {} ({} KB, lược đồ bản {}) / Backed up",
                to.display(),
                written.bytes.div_ceil(1024),
                written.schema
            );
            Ok(ExitCode::SUCCESS)
        }
        Err(BackupError::Postgres) => Err(POSTGRES_BACKUP.into()),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn restore(config: Config, from: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let url = config.store_url();
    let kept = match backup::restore(from, &url, chrono::Utc::now()).await {
        Ok(kept) => kept,
        Err(BackupError::Postgres) => return Err(POSTGRES_RESTORE.into()),
        Err(error) => return Err(error.into()),
    };
    let store = Store::open(&url).await?;
    let sound = check(&store).await;
    store.close().await;
    let (briefings, broken) = sound?;
    println!("Đã khôi phục từ {} / Restored", from.display());
    if let Some(kept) = kept {
        println!("Dữ liệu trước đó để ở {}", kept.display());
    }
    println!("Sổ phiên: {briefings}, chuỗi băm sai: {}", broken.len());
    for line in &broken {
        println!("  {line}");
    }
    Ok(if broken.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Walks the chain of every ledger: how many there are, and what is wrong with which.
async fn check(store: &Store) -> Result<(u64, Vec<String>), Box<dyn Error>> {
    let mut query = BriefingQuery {
        limit: Limit::new(500),
        ..BriefingQuery::default()
    };
    let (mut ledgers, mut broken) = (0, Vec::new());
    loop {
        let page = store.briefings().list(&query).await?;
        for briefing in page.items {
            match verify(store, same(briefing.id)).await {
                Ok(_) => ledgers += 1,
                // It has not begun.
                Err(VerifyError::Empty) => {}
                Err(VerifyError::Store(error)) => return Err(error.into()),
                Err(error) => {
                    ledgers += 1;
                    broken.push(format!("{}: {error}", briefing.id));
                }
            }
        }
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => return Ok((ledgers, broken)),
        }
    }
}

const POSTGRES_BACKUP: &str = "Dữ liệu ở PostgreSQL: dùng công cụ của PostgreSQL, chạy được khi đang họp:\n  \
    pg_dump --format=custom --file=giaoban.dump ĐỊA-CHỈ-POSTGRES\n\
    The store is PostgreSQL: use pg_dump as above, it works while a briefing is in session.";
const POSTGRES_RESTORE: &str = "Dữ liệu ở PostgreSQL: dừng giaoban, rồi dùng công cụ của PostgreSQL:\n  \
    pg_restore --clean --if-exists --single-transaction --dbname=ĐỊA-CHỈ-POSTGRES giaoban.dump\n\
    The store is PostgreSQL: stop giaoban and use pg_restore as above.";
