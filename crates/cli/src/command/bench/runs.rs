//! Whole runs: this program, started anew for each, over an input that lies in the page cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use engine::{Clock, SystemClock};
use serde::Serialize;

use super::corpus::{Corpus, WorkFolder};
use super::interrupt;
use super::limit::seconds;

/// What is timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Task {
    Full,
    Incremental,
    Unchanged,
    Restore,
    Verify,
}

impl Task {
    pub(super) const ALL: [Task; 5] = [
        Task::Full,
        Task::Incremental,
        Task::Unchanged,
        Task::Restore,
        Task::Verify,
    ];

    /// Whether it adds to the repository.
    pub(super) fn is_backup(self) -> bool {
        matches!(self, Task::Full | Task::Incremental | Task::Unchanged)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Task::Full => "full backup",
            Task::Incremental => "incremental",
            Task::Unchanged => "unchanged, read again",
            Task::Restore => "restore",
            Task::Verify => "verify all data",
        }
    }
}

/// One timed run.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Run {
    pub(super) task: Task,
    pub(super) seconds: f64,
    /// Bytes that the repository grew by.
    pub(super) added: u64,
}

/// A backup of several volumes at once.
#[derive(Serialize)]
pub(super) struct Many {
    pub(super) volumes: usize,
    /// Bytes that were read.
    pub(super) bytes: u64,
    pub(super) full_s: f64,
    pub(super) unchanged_s: f64,
}

/// All tasks once, in a repository of their own.
pub(super) fn round(corpus: &Corpus, work: &WorkFolder) -> Result<Vec<Run>> {
    let (repository, copy) = (work.path("repository"), work.path("restored.image"));
    let mut runs = Vec::new();
    let mut size = 0;
    for task in Task::ALL {
        let image = match task {
            Task::Full => &corpus.first,
            _ => &corpus.second,
        };
        let arguments = arguments(task, image, &repository, &copy);
        warm(if matches!(task, Task::Restore | Task::Verify) {
            &repository
        } else {
            image
        })?;
        let seconds = timed(&arguments)?;
        let grown = size_of_folder(&repository)?;
        runs.push(Run {
            task,
            seconds,
            added: grown.saturating_sub(size),
        });
        size = grown;
        if task == Task::Restore {
            fs::remove_file(&copy).with_context(|| format!("cannot remove {}", copy.display()))?;
        }
    }
    remove(&repository)?;
    Ok(runs)
}

/// Full and unchanged backup of `volumes` copies of the first image under different names.
pub(super) fn many(corpus: &Corpus, work: &WorkFolder, volumes: usize) -> Result<Many> {
    let repository = work.path("many");
    let mut arguments = vec![PathBuf::from("backup")];
    for number in 0..volumes {
        let mut image = std::ffi::OsString::from(format!("V{number:05}="));
        image.push(&corpus.first);
        arguments.extend([PathBuf::from("--image"), image.into()]);
    }
    arguments.extend([PathBuf::from("--repo"), repository.clone()]);
    warm(&corpus.first)?;
    let full_s = timed(&arguments)?;
    let unchanged_s = timed(&arguments)?;
    remove(&repository)?;
    Ok(Many {
        volumes,
        bytes: corpus.bytes.saturating_mul(volumes as u64),
        full_s,
        unchanged_s,
    })
}

fn arguments(task: Task, image: &Path, repository: &Path, copy: &Path) -> Vec<PathBuf> {
    let mut named = std::ffi::OsString::from("BENCH1=");
    named.push(image);
    let text = |word: &str| PathBuf::from(word);
    match task {
        Task::Full | Task::Incremental | Task::Unchanged => vec![
            text("backup"),
            text("--image"),
            named.into(),
            text("--repo"),
            repository.to_path_buf(),
        ],
        Task::Restore => vec![
            text("restore"),
            repository.to_path_buf(),
            text("--latest"),
            text("--to"),
            copy.to_path_buf(),
        ],
        Task::Verify => vec![text("verify"), repository.to_path_buf(), text("--read-data")],
    }
}

/// Runs this program with these arguments, from its start to its end.
fn timed(arguments: &[PathBuf]) -> Result<f64> {
    let program = std::env::current_exe().context("cannot find this program's own file")?;
    let begun = SystemClock.now();
    let mut command = Command::new(program);
    command
        .arg("--quiet")
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let output = interrupt::output(&mut command).context("cannot start this program again")?;
    let micros = SystemClock.now().as_micros() - begun.as_micros();
    if !output.status.success() {
        let verb = arguments.first().map(|verb| verb.display().to_string());
        bail!(
            "{} failed: {}",
            verb.unwrap_or_default(),
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(seconds(u64::try_from(micros).unwrap_or_default()))
}

/// Reads a file, or all files of a folder, so that they lie in the page cache.
pub(super) fn warm(path: &Path) -> Result<()> {
    for file in files_of(path)? {
        let opened = fs::OpenOptions::new()
            .read(true)
            .open(&file)
            .with_context(|| format!("cannot open {}", file.display()));
        std::io::copy(&mut opened?, &mut std::io::sink())
            .with_context(|| format!("cannot read {}", file.display()))?;
    }
    Ok(())
}

fn size_of_folder(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for file in files_of(folder)? {
        let status = fs::metadata(&file).with_context(|| format!("cannot look at {}", file.display()))?;
        bytes += status.len();
    }
    Ok(bytes)
}

fn files_of(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let entries = fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot read {}", path.display()))?;
        files.extend(files_of(&entry.path())?);
    }
    Ok(files)
}

pub(super) fn remove(folder: &Path) -> Result<()> {
    fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))
}
