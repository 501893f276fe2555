//! What the tests of the program need: running it in a folder, and looking at what it left there.

#![allow(
    dead_code,
    reason = "each test file is a crate of its own and uses some of these"
)]

pub(crate) mod oracle;
pub(crate) mod tiny;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A folder that goes away with the test. Commands run in it, so file names are short and relative.
pub(crate) struct Folder(TempDir);

/// What one run of the program said, and how it ended.
pub(crate) struct Ran {
    command: String,
    code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.file(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// Every file below a folder, sorted.
    pub(crate) fn files_below(&self, name: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut to_see = vec![self.file(name)];
        while let Some(folder) = to_see.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    to_see.push(path);
                } else {
                    found.push(path);
                }
            }
        }
        found.sort();
        found
    }

    /// The program, ready to be started in this folder with these words.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ssibackup"));
        command.args(line.split_whitespace()).current_dir(self.path());
        command.env_remove("SSIBACKUP_LOG").env("NO_COLOR", "1");
        command
    }

    /// Runs the program with the words of `line`.
    pub(crate) fn run(&self, line: &str) -> Ran {
        Ran::of(line, &self.command(line).output().unwrap())
    }

    /// Runs it and expects that all is well.
    pub(crate) fn ok(&self, line: &str) -> Ran {
        self.run(line).ends(0)
    }

    /// Runs it for its JSON document and expects that all is well.
    pub(crate) fn json(&self, line: &str) -> serde_json::Value {
        self.ok(&format!("{line} --format json")).json()
    }
}

impl Ran {
    fn of(command: &str, output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let ran = Self {
            command: command.to_owned(),
            code: output.status.code(),
            out: text(&output.stdout),
            err: text(&output.stderr),
        };
        assert!(!ran.err.contains("panicked"), "{}", ran.describe());
        ran
    }

    pub(crate) fn code(&self) -> Option<i32> {
        self.code
    }

    /// Everything that is known of this run.
    pub(crate) fn describe(&self) -> String {
        let Self {
            command,
            code,
            out,
            err,
        } = self;
        format!(
            "`ssibackup {command}` ended with {code:?}\n--- standard output\n{out}\n--- standard error\n{err}"
        )
    }

    /// Expects an exit code.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert!(self.code == Some(code), "expected {code}: {}", self.describe());
        self
    }

    /// Expects words on standard error, whatever their case.
    #[track_caller]
    pub(crate) fn complains(self, words: &[&str]) -> Self {
        for word in words {
            let said = self.err.to_lowercase().contains(&word.to_lowercase());
            assert!(said, "{word:?} is missing: {}", self.describe());
        }
        self
    }

    /// Expects words on standard output.
    #[track_caller]
    pub(crate) fn prints(self, words: &[&str]) -> Self {
        for word in words {
            assert!(
                self.out.contains(word),
                "{word:?} is missing: {}",
                self.describe()
            );
        }
        self
    }

    /// Standard output as the one JSON document that it should be.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.describe()))
    }
}

pub(crate) fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
