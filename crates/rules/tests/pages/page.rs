//! A page: headings, and under each the fenced blocks by their names.

use std::collections::BTreeMap;

/// The blocks under one heading: what stands after the fence, and the text.
pub(crate) type Blocks = BTreeMap<String, String>;

/// The named blocks under each heading.
pub(crate) fn blocks(page: &str) -> BTreeMap<String, Blocks> {
    let mut headings: BTreeMap<String, Blocks> = BTreeMap::new();
    let mut heading = String::new();
    let mut block: Option<(String, String)> = None;
    for line in page.lines() {
        if let Some((name, text)) = &mut block {
            if line == "```" {
                let blocks = headings.entry(heading.clone()).or_default();
                let before = blocks.insert(name.clone(), text.clone());
                assert!(before.is_none(), "the block {name} is there twice");
                block = None;
            } else {
                text.push_str(line);
                text.push('\n');
            }
        } else if let Some(name) = line.strip_prefix("```") {
            block = Some((name.trim().to_owned(), String::new()));
        } else if let Some(text) = line.strip_prefix("## ") {
            heading = text.to_owned();
        }
    }
    assert!(block.is_none(), "the last block is not closed");
    headings
}

/// Applies a block of `-`, `+` and context lines to a file. Each hunk (hunks are parted by a line `@@`) must fit in
/// exactly one place; blanks at the end of a line do not count.
pub(crate) fn patch(base: &str, diff: &str) -> String {
    let mut lines: Vec<String> = base.lines().map(ToOwned::to_owned).collect();
    for hunk in diff.split("@@\n") {
        let old: Vec<&str> = hunk
            .lines()
            .filter(|line| !line.starts_with('+'))
            .map(|line| line.get(1..).unwrap_or(""))
            .collect();
        let new = hunk
            .lines()
            .filter(|line| !line.starts_with('-'))
            .map(|line| line.get(1..).unwrap_or("").to_owned());
        let fits = |at: &usize| {
            let part = &lines[*at..*at + old.len()];
            part.iter()
                .zip(&old)
                .all(|(have, want)| have.trim_end() == want.trim_end())
        };
        let places: Vec<usize> = (0..=lines.len() - old.len().min(lines.len()))
            .filter(fits)
            .collect();
        assert!(!old.is_empty(), "a hunk needs a line to hold on to:\n{hunk}");
        let [at] = places[..] else {
            panic!("this hunk fits in {} places, not in one:\n{hunk}", places.len());
        };
        lines.splice(at..at + old.len(), new);
    }
    lines.join("\n") + "\n"
}
