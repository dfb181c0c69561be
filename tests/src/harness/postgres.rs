//! A PostgreSQL server that a test may stop and start again, in a folder of its own and on a Unix socket in it.

use anyhow::{Context as _, Result, bail};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Does as its input says, line by line, and answers `done`; the end of the input, however the test ends, is the end of
/// the server. PostgreSQL refuses to run as root, so root becomes `postgres`.
const SUPERVISOR: &str = r#"
set -eu
trap '' INT TERM HUP
bin=$1
if [ "$(id -u)" = 0 ]; then as="runuser -u postgres --"; else as=""; fi
cd /
dir=$($as mktemp -d /tmp/giaoban-postgres.XXXXXX)
begin() { $as "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -o "-k $dir -c listen_addresses=" start >/dev/null 2>&1; }
end() { $as "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true; }
trap 'end; rm -rf "$dir"' EXIT
$as "$bin/initdb" -D "$dir/data" -U giaoban -A trust -E UTF8 --no-sync >/dev/null
begin
echo "$dir"
while read -r wish; do "$wish"; echo done; done
"#;

pub struct Postgres {
    folder: String,
    supervisor: Child,
    wishes: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Postgres {
    /// Starts with an empty cluster. Needs Debian's package `postgresql`.
    pub fn start() -> Result<Self> {
        let mut supervisor = Command::new("sh")
            .args(["-c", SUPERVISOR, "supervisor"])
            .arg(programs()?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting PostgreSQL")?;
        let wishes = supervisor.stdin.take();
        let mut answers = BufReader::new(supervisor.stdout.take().context("no output")?);
        let mut folder = String::new();
        answers
            .read_line(&mut folder)
            .context("PostgreSQL's folder")?;
        if folder.trim().is_empty() {
            bail!("PostgreSQL did not start");
        }
        Ok(Self {
            folder: folder.trim().to_owned(),
            supervisor,
            wishes,
            answers,
        })
    }

    /// For `GIAOBAN_STORE__URL`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://giaoban@localhost/postgres?host={}", self.folder)
    }

    /// Begins to run some SQL beside the server under test.
    pub fn run(&self, sql: &str) -> Result<Child> {
        Command::new(programs()?.join("psql"))
            .args(["--quiet", "--username=giaoban", "--dbname=postgres"])
            .arg(format!("--host={}", self.folder))
            .arg(format!("--command={sql}"))
            .stdout(Stdio::null())
            .spawn()
            .context("psql")
    }

    /// Stops at once, as when its machine loses power.
    pub fn end(&mut self) -> Result<()> {
        self.wish("end")
    }

    /// Starts again on the same data.
    pub fn begin(&mut self) -> Result<()> {
        self.wish("begin")
    }

    fn wish(&mut self, what: &str) -> Result<()> {
        let wishes = self.wishes.as_mut().context("PostgreSQL is gone")?;
        writeln!(wishes, "{what}").context("telling PostgreSQL's supervisor")?;
        let mut answer = String::new();
        self.answers
            .read_line(&mut answer)
            .context("its supervisor's answer")?;
        if answer.trim() != "done" {
            bail!("PostgreSQL would not {what}");
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.wishes = None;
        let _ = self.supervisor.wait();
    }
}

/// Debian's folder of PostgreSQL's programs, the newest if there are several.
fn programs() -> Result<PathBuf> {
    std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, programs)| programs.join("initdb").exists())
        .max()
        .map(|(_, programs)| programs)
        .context("PostgreSQL is not installed: apt-get install postgresql")
}
