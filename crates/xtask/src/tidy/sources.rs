//! What a source file may look like.

use std::fs;
use std::path::{Path, PathBuf};

/// Lines of code after which a file is asked which noun it is missing. Tests at the end of a file do not count.
const FILE_LINES_MAX: usize = 400;

/// Names every source file of the crates that is longer than it should be.
pub fn long_files(top: &Path) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, text) in sources(top, "src") {
        let lines = text
            .lines()
            .take_while(|line| line.trim() != "#[cfg(test)]")
            .count();
        if lines > FILE_LINES_MAX {
            wrong.push(format!(
                "{}: {lines} lines, at most {FILE_LINES_MAX}",
                path.display()
            ));
        }
    }
    wrong
}

/// Names every line that somebody left for later, and every test that is not run.
pub fn leftovers(top: &Path) -> Vec<String> {
    let marks = ["TO", "FIX", "XX", "HA"].into_iter().zip(["DO", "ME", "X", "CK"]);
    let marks: Vec<_> = marks
        .map(|(a, b)| format!("{a}{b}"))
        .chain([format!("#[{}", "ignore")])
        .collect();
    let mut wrong = Vec::new();
    for (path, text) in sources(top, "") {
        for (number, line) in (1..).zip(text.lines()) {
            let comment = line.find("//").map_or("", |at| &line[at..]);
            let words = comment.split(|c: char| !c.is_ascii_alphabetic());
            let left = words
                .into_iter()
                .any(|word| marks.iter().any(|mark| mark == word));
            if left || line.trim_start().starts_with(marks[4].as_str()) {
                wrong.push(format!("{}:{number}: {}", path.display(), line.trim()));
            }
        }
    }
    wrong
}

/// The Rust files of our packages whose path has the folder `within`, sorted, with their text.
#[allow(
    clippy::disallowed_methods,
    reason = "the source tree is what this crate is about"
)]
fn sources(top: &Path, within: &str) -> Vec<(PathBuf, String)> {
    let mut folders = vec![top.join("crates"), top.join("tests"), top.join("benches")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("source folders can be listed") {
            let path = entry.expect("source folders can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && (within.is_empty() || path.iter().any(|part| part == within))
            {
                let text = fs::read_to_string(&path).expect("source files are UTF-8");
                files.push((
                    path.strip_prefix(top).expect("found under the top").to_owned(),
                    text,
                ));
            }
        }
    }
    files.sort();
    files
}
