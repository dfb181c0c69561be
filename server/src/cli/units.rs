mod reason;

use crate::audit::{AuditLog, Deed};
use crate::config::Config;
use crate::time_zone::day_of;
use chrono::Utc;
use giaoban_store::Store;
use giaoban_store::units::{ImportError, csv};
use indicatif::{ProgressBar, ProgressStyle};
use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

#[derive(clap::Subcommand, Debug)]
pub(super) enum Command {
    /// Nạp cây đơn vị từ tệp CSV / Import the tree of units from a CSV file
    ///
    /// Cột: code,name,tier,parent_code,valid_from,valid_to[,link_mbps]. Nạp lại không làm thay đổi gì.
    Import {
        file: PathBuf,
        /// Không tạo điểm cầu mặc định cho đơn vị chưa có / Make no default points
        #[arg(long)]
        no_points: bool,
    },
}

pub(super) async fn run(config: Config, command: Command) -> Result<ExitCode, Box<dyn Error>> {
    let Command::Import { file, no_points } = command;
    let started = Instant::now();
    let rows = match File::open(&file) {
        Ok(opened) => csv::read(opened),
        Err(error) => {
            let name = file.display();
            return Err(format!("Không mở được tệp {name}: {error} / Cannot open the file").into());
        }
    };
    let rows = match rows {
        Ok(rows) => rows,
        Err(error) => return refused(&file, error),
    };
    let store = Store::open(&config.store_url()).await?;
    let bar = ProgressBar::new(rows.len() as u64).with_style(ProgressStyle::with_template(
        "  {bar:40} {human_pos}/{human_len} đơn vị, {elapsed}",
    )?);
    let imported = store
        .units()
        .import(rows, |progress| bar.set_position(progress.done))
        .await;
    bar.finish_and_clear();
    let summary = match imported {
        Ok(summary) => summary,
        Err(error) => return refused(&file, error),
    };
    let points = if no_points {
        0
    } else {
        store
            .points()
            .ensure_default_points(day_of(Utc::now()))
            .await?
    };
    let deed = Deed::UnitsImported {
        file: &file.display().to_string(),
        units: summary.added + summary.changed,
    };
    AuditLog::at_the_machine(&store, deed).await?;
    let seconds = format!("{:.1}", started.elapsed().as_secs_f64()).replace('.', ",");
    println!(
        "Đã nạp trong {seconds} giây: {} dòng mới, {} dòng thay đổi, {} dòng giữ nguyên; thêm {points} điểm cầu.",
        summary.added, summary.changed, summary.unchanged
    );
    println!(
        "Imported: {} new, {} changed, {} unchanged rows; {points} points added.",
        summary.added, summary.changed, summary.unchanged
    );
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Names the line and the reason of every refused row; nothing was imported.
fn refused(file: &Path, error: ImportError) -> Result<ExitCode, Box<dyn Error>> {
    let ImportError::Refused { refusals, more } = error else {
        return Err(error.into());
    };
    eprintln!("Không nạp dòng nào của {}:", file.display());
    for refusal in &refusals {
        let line = refusal
            .line
            .map_or_else(|| "đã có".to_owned(), |line| format!("dòng {line}"));
        eprintln!("  {line}: {}", reason::vietnamese(&refusal.reason));
    }
    if more > 0 {
        eprintln!("  và {more} lỗi khác");
    }
    if let Some(first) = refusals.first() {
        eprintln!("Nothing was imported; the first mistake: {first}");
    }
    Ok(ExitCode::FAILURE)
}
