//! A small disk that can be filled: a tmpfs in a mount namespace that a keeper process holds open, so that it outlives the
//! server and vanishes with the test.

use anyhow::{Context as _, Result, bail};
use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

const KEEPER: &str =
    r#"mount -t tmpfs -o size="$2" giaoban-disk "$1" && echo mounted && exec cat >/dev/null"#;

pub struct SmallDisk {
    mount_point: TempDir,
    keeper: Child,
}

impl SmallDisk {
    pub fn new(mebibytes: u32) -> Result<Self> {
        let mount_point = tempfile::tempdir().context("a mount point")?;
        let mut command = Command::new("unshare");
        command.arg("--mount");
        if !is_root() {
            command.args(["--user", "--map-root-user"]);
        }
        let mut keeper = command
            .args(["sh", "-c", KEEPER, "keeper"])
            .arg(mount_point.path())
            .arg(format!("{mebibytes}m"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("unshare")?;
        let mut line = String::new();
        BufReader::new(keeper.stdout.take().context("no output")?)
            .read_line(&mut line)
            .context("the keeper's word")?;
        if line.trim() != "mounted" {
            let _ = keeper.wait();
            bail!("a tmpfs could not be mounted");
        }
        Ok(Self {
            mount_point,
            keeper,
        })
    }

    /// Where it is, as seen by whoever is started through [`Self::wrapper`].
    #[must_use]
    pub fn path(&self) -> &Path {
        self.mount_point.path()
    }

    /// What to put before a command so that it sees the disk.
    #[must_use]
    pub fn wrapper(&self) -> Vec<String> {
        let mut words = vec!["nsenter".to_owned(), "--mount".to_owned()];
        if !is_root() {
            words.extend(["--user".to_owned(), "--preserve-credentials".to_owned()]);
        }
        words.push(format!("--target={}", self.keeper.id()));
        words.push("--".to_owned());
        words
    }

    /// The same as seen from here.
    #[must_use]
    pub fn seen_from_outside(&self) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.keeper.id()));
        root.join(self.path().strip_prefix("/").unwrap_or(self.path()))
    }

    fn filler(&self) -> PathBuf {
        self.seen_from_outside().join("filler")
    }

    /// Takes every free byte.
    pub fn fill(&self) -> Result<()> {
        let mut file = std::fs::File::create(self.filler()).context("the filler")?;
        for size in [1 << 20, 1 << 12] {
            let block = vec![0x5a_u8; size];
            loop {
                match file.write(&block) {
                    Ok(_) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => return Err(error).context("filling the disk"),
                }
            }
        }
        Ok(())
    }

    /// Gives it back.
    pub fn free(&self) -> Result<()> {
        std::fs::remove_file(self.filler()).context("removing the filler")
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
    }
}
