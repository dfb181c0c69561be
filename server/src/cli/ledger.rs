use crate::clock::Clock;
use crate::config::{Config, Flags};
use crate::ledger::{VerifyError, file, hex, verify};
use crate::rooms::load::rows;
use giaoban_signaling::ids::BriefingId;
use giaoban_signaling::ledger::Head;
use giaoban_store::Store;
use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use uuid::Uuid;

#[derive(clap::Subcommand, Clone, Debug)]
pub(super) enum Command {
    /// Kiểm tra chuỗi băm của một sổ phiên / Verify the hash chain of a ledger
    Verify {
        /// Mã phiên họp, hoặc tệp đã xuất (không cần cơ sở dữ liệu) / Id of the briefing, or an exported file (no database needed)
        what: String,
        /// Mã băm đã in hoặc giữ ở nơi khác; dòng cuối phải có đúng mã này / Hash printed or kept elsewhere, which the last fact must have
        #[arg(long, value_name = "HASH")]
        expect: Option<String>,
    },
    /// Xuất sổ phiên thành tệp tự kiểm tra được / Export a ledger as a file that verifies by itself
    Export {
        /// Mã phiên họp / Id of the briefing
        id: Uuid,
        /// Tệp xuất; bỏ trống thì in ra màn hình / Where to write; standard output when left out
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// 0: the ledger is whole. 1: it is not. 2: it cannot be read.
pub(super) const BROKEN: u8 = 1;
const UNREADABLE: u8 = 2;

pub(super) async fn run(flags: &Flags, command: Command) -> Result<ExitCode, Box<dyn Error>> {
    match command {
        Command::Verify { what, expect } => {
            let expect = expect.as_deref();
            match Uuid::parse_str(&what) {
                Ok(id) => verify_stored(&Config::load(flags)?, id, expect).await,
                Err(_) => Ok(verify_file(Path::new(&what), expect)),
            }
        }
        Command::Export { id, out } => export(&Config::load(flags)?, id, out.as_deref()).await,
    }
}

async fn verify_stored(
    config: &Config,
    id: Uuid,
    expect: Option<&str>,
) -> Result<ExitCode, Box<dyn Error>> {
    let store = Store::open(&config.store_url()).await?;
    Ok(match verify(&store, BriefingId(id)).await {
        Ok(verified) => whole(
            id,
            Head {
                seq: verified.facts,
                hash: verified.head,
            },
            expect,
        ),
        Err(VerifyError::Broken(broken)) => broken_at(
            &id.to_string(),
            &format!(
                "dòng {0}: {1} / BROKEN at fact {0}: {1}",
                broken.seq, broken.why
            ),
        ),
        Err(error) => return Err(error.into()),
    })
}

fn verify_file(path: &Path, expect: Option<&str>) -> ExitCode {
    let name = path.display();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{name}: không đọc được tệp / the file cannot be read: {error}");
            return ExitCode::from(UNREADABLE);
        }
    };
    match file::check(&text) {
        Ok(checked) => whole(checked.briefing, checked.head, expect),
        Err(file::FileError::Tampered(flaw)) => broken_at(&name.to_string(), &flaw.to_string()),
        Err(error) => {
            println!("{name}: {error}");
            ExitCode::from(UNREADABLE)
        }
    }
}

fn whole(briefing: Uuid, head: Head, expect: Option<&str>) -> ExitCode {
    let hash = hex(&head.hash);
    if let Some(expect) = expect
        && !expect.eq_ignore_ascii_case(&hash)
    {
        return broken_at(
            &briefing.to_string(),
            &format!(
                "mã băm cuối là {hash}, không phải {expect} / the last hash is {hash}, not {expect}"
            ),
        );
    }
    println!("{briefing}: OK. Sổ phiên nguyên vẹn / the ledger is whole");
    println!("facts: {}", head.seq);
    println!("head:  {hash}");
    ExitCode::SUCCESS
}

fn broken_at(what: &str, why: &str) -> ExitCode {
    println!("{what}: SỔ PHIÊN ĐÃ BỊ THAY ĐỔI / BROKEN");
    println!("{why}");
    ExitCode::from(BROKEN)
}

async fn export(config: &Config, id: Uuid, out: Option<&Path>) -> Result<ExitCode, Box<dyn Error>> {
    let store = Store::open(&config.store_url()).await?;
    let briefing = BriefingId(id);
    let rows = rows(&store, briefing).await?;
    if rows.is_empty() {
        return Err(VerifyError::Empty.into());
    }
    let now = Clock::system().now();
    if let Some(path) = out {
        let mut to = BufWriter::new(File::create(path)?);
        file::write(&mut to, briefing, &rows, now)?;
        to.into_inner()?.sync_all()?;
        eprintln!(
            "Đã xuất {0} dòng vào {1} / {0} facts written to {1}",
            rows.len(),
            path.display()
        );
    } else {
        let mut to = BufWriter::new(io::stdout().lock());
        file::write(&mut to, briefing, &rows, now)?;
        to.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}
