//! A wall clock that a test may set while the server runs (`libfaketime`); the monotonic clock stays true.

use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};

pub struct FalseClock {
    file: PathBuf,
}

impl FalseClock {
    /// Keeps its setting in `folder`.
    pub fn new(folder: &Path) -> Result<Self> {
        let clock = Self {
            file: folder.join("clock"),
        };
        clock.set(0)?;
        Ok(clock)
    }

    /// What the server must be started with.
    pub fn environment(&self) -> Result<Vec<(String, String)>> {
        let library = ["x86_64-linux-gnu", "aarch64-linux-gnu"]
            .iter()
            .map(|machine| format!("/usr/lib/{machine}/faketime/libfaketimeMT.so.1"))
            .find(|path| Path::new(path).exists());
        let Some(library) = library else {
            bail!("libfaketime is not installed: apt-get install faketime");
        };
        let own = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Ok(vec![
            own("LD_PRELOAD", &library),
            own("FAKETIME_TIMESTAMP_FILE", &self.file.to_string_lossy()),
            own("FAKETIME_CACHE_DURATION", "1"),
            own("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            own("DONT_FAKE_MONOTONIC", "1"),
            // Times of files stay true.
            own("NO_FAKE_STAT", "1"),
        ])
    }

    /// Sets it so many seconds before or after the true time; it takes a second to be noticed.
    pub fn set(&self, seconds: i64) -> Result<()> {
        let new = self.file.with_extension("new");
        std::fs::write(&new, format!("{seconds:+}s\n")).context("setting the clock")?;
        std::fs::rename(&new, &self.file).context("setting the clock")
    }
}
