//! Where the demo works, and how long it takes.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

/// Where the demo works.
pub(super) struct Place {
    pub(super) dir: PathBuf,
    pub(super) passing: bool,
}

impl Place {
    pub(super) fn choose(dir: Option<&Path>) -> Result<Self> {
        if let Some(dir) = dir {
            return Ok(Self {
                dir: dir.to_owned(),
                passing: false,
            });
        }
        let dir = std::env::temp_dir().join(format!("ssibackup-demo-{}", std::process::id()));
        std::fs::create_dir(&dir).with_context(|| format!("cannot make the folder {}", dir.display()))?;
        Ok(Self { dir, passing: true })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.passing {
            // A folder that stays behind in the place for temporary files does no harm.
            drop(std::fs::remove_dir_all(&self.dir));
        }
    }
}

/// How long the steps take, for the reader only.
pub(super) struct Stopwatch(std::time::Instant);

impl Stopwatch {
    #[allow(
        clippy::disallowed_methods,
        reason = "the demo tells its reader how long it took; nothing depends on it"
    )]
    pub(super) fn start() -> Self {
        Self(std::time::Instant::now())
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
