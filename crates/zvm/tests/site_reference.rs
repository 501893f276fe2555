//! The page about a site's files: its examples are understood, and it has a word for every key that is read.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests read files of the project"
)]

use std::path::{Path, PathBuf};

use zvm::{Complaint, Source};

fn project(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file)
}

fn page() -> String {
    std::fs::read_to_string(project("docs/formats/site.md")).unwrap()
}

/// The blocks of TOML; the first line of each says which file it is.
fn examples(page: &str) -> Vec<(String, String)> {
    let blocks = page.split("```toml\n# ").skip(1);
    blocks
        .map(|block| {
            let (name, rest) = block.split_once('\n').unwrap();
            let (text, _) = rest.split_once("```").unwrap();
            (name.to_owned(), text.to_owned())
        })
        .collect()
}

fn complaints(name: &str, text: &str) -> Vec<Complaint> {
    let source = Source::new(name, text);
    match name {
        "site.toml" => zvm::parse_site_toml(&source).complaints,
        "FACTS.toml" => zvm::parse_facts(&source).complaints,
        job => {
            assert!(job.starts_with("jobs/"), "{job} is no file of a site");
            zvm::parse_job(&source).complaints
        }
    }
}

#[test]
fn all_examples_are_understood() {
    let page = page();
    let examples = examples(&page);
    assert_eq!(examples.len(), 4);
    for (name, text) in examples {
        let complaints: Vec<_> = complaints(&name, &text).iter().map(ToString::to_string).collect();
        assert!(complaints.is_empty(), "{name}: {complaints:#?}");
    }
}

/// The readers of keys, as the parsers call them.
const READERS: &[&str] = &[
    "string", "number", "parsed", "boolean", "strings", "table", "tables", "must", "may", "list", "yes",
    "mask", "text", "has", "each", "rows", "upper", "positive",
];

/// Every key that stands as a literal behind the name of a reader.
fn keys_in(code: &str) -> Vec<String> {
    let code = code.split("#[cfg(test)]").next().unwrap();
    let mut keys = Vec::new();
    for (at, _) in code.match_indices('"') {
        let rest = &code[at + 1..];
        let key = rest.split('"').next().unwrap();
        let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let before: String = code[..at]
            .chars()
            .rev()
            .take(60)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        let call = before.rsplit('(').next().unwrap_or_default();
        let reader = before[..before.len() - call.len()].trim_end_matches('(');
        let reader = reader
            .rsplit(|letter: char| !letter.is_ascii_alphanumeric() && letter != '>')
            .next()
            .unwrap_or_default();
        let reader = reader
            .trim_end_matches('>')
            .rsplit('<')
            .next()
            .unwrap_or_default();
        let plain = call
            .chars()
            .all(|letter| letter.is_whitespace() || letter.is_alphanumeric() || "&_,".contains(letter));
        if is_key && plain && READERS.contains(&reader) {
            keys.push(key.to_owned());
        }
    }
    keys
}

#[test]
fn every_key_has_a_word() {
    let page = page();
    let mut seen = 0;
    for parser in [
        "site_toml/mod.rs",
        "site_toml/extras.rs",
        "job/parser.rs",
        "job/template.rs",
        "facts/parser.rs",
    ] {
        let code = std::fs::read_to_string(project("crates/zvm/src").join(parser)).unwrap();
        for key in keys_in(&code) {
            let said = [
                format!("`{key}`"),
                format!("`{key} = "),
                format!("[{key}]"),
                format!(".{key}]"),
                format!("\n{key} = "),
                format!("{{ {key} = "),
                format!(", {key} = "),
            ];
            assert!(
                said.iter().any(|word| page.contains(word)),
                "docs/formats/site.md does not say what {key} of {parser} is"
            );
            seen += 1;
        }
    }
    assert!(seen > 100, "only {seen} keys were found in the parsers");
}
