//! Runs the pages of `sim-fixtures/rules`: each has a bad site, the exact finding, and a good site.
//!
//! A page is for people. The blocks that are run are fenced and named: `site.toml`, `SYSTEM.CONFIG`, `USER.DIRECT`,
//! `EXTENT.CONTROL` and `finding`, under the headings "A bad site" and "A good site".

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use rules::{RULES, Selection, Subject, check_all};
use zvm::{Site, SiteFiles, Source};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../sim-fixtures/rules")
}

#[allow(clippy::disallowed_methods, reason = "a test reads its own input")]
fn page(name: &str) -> String {
    let path = folder().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("the page {name} is missing: {error}"))
}

/// The named blocks under each heading.
fn blocks(page: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut headings: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut heading = String::new();
    let mut block: Option<(String, String)> = None;
    for line in page.lines() {
        if let Some((name, text)) = &mut block {
            if line == "```" {
                let blocks = headings.entry(heading.clone()).or_default();
                assert!(
                    blocks.insert(name.clone(), text.clone()).is_none(),
                    "{name} is there twice"
                );
                block = None;
            } else {
                text.push_str(line);
                text.push('\n');
            }
        } else if let Some(name) = line.strip_prefix("```") {
            block = Some((name.to_owned(), String::new()));
        } else if let Some(text) = line.strip_prefix("## ") {
            heading = text.to_owned();
        }
    }
    assert!(block.is_none(), "the last block is not closed");
    headings
}

/// What all rules say about the site of these blocks.
fn findings(blocks: &BTreeMap<String, String>) -> String {
    let source = |name: &str| Source::new(name, blocks.get(name).cloned().unwrap_or_default());
    let parsed = Site::resolve(&SiteFiles {
        site_toml: source("site.toml"),
        system_config: source("SYSTEM.CONFIG"),
        directory: source("USER.DIRECT"),
        directory_parts: Vec::new(),
        extent_control: Some(source("EXTENT.CONTROL")),
        jobs: Vec::new(),
    });
    assert!(parsed.complaints.is_empty(), "{:?}", parsed.complaints);
    let findings = check_all(&Subject::new(&parsed.value), &Selection::default());
    findings.iter().map(|finding| format!("{finding}\n")).collect()
}

#[test]
fn every_page_says_what_its_rule_finds() {
    for rule in RULES {
        let meta = rule.meta();
        let text = page(&format!("{}-{}.md", meta.code, meta.name));
        assert!(
            text.starts_with(&format!("# {} {}\n", meta.code, meta.name)),
            "{}",
            meta.code
        );
        assert!(
            text.contains(meta.text),
            "{}: the page does not state the rule: {}",
            meta.code,
            meta.text
        );
        let headings = blocks(&text);
        let bad = &headings["A bad site"];
        assert_eq!(findings(bad), bad["finding"], "{}: the bad site", meta.code);
        assert!(
            bad["finding"].contains(meta.code),
            "{}: the finding is of another rule",
            meta.code
        );
        assert_eq!(
            findings(&headings["A good site"]),
            "",
            "{}: the good site",
            meta.code
        );
    }
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test reads its own input")]
fn every_page_has_a_rule() {
    let known: BTreeSet<String> = RULES
        .iter()
        .map(|rule| format!("{}-{}.md", rule.meta().code, rule.meta().name))
        .collect();
    let pages: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("SSI-"))
        .collect();
    assert_eq!(pages, known);
}

#[test]
fn the_fixtures_are_free_of_findings() {
    let blocks = |config: &str, directory: &str, toml: &str| {
        BTreeMap::from([
            ("SYSTEM.CONFIG".to_owned(), config.to_owned()),
            ("USER.DIRECT".to_owned(), directory.to_owned()),
            ("site.toml".to_owned(), toml.to_owned()),
        ])
    };
    let grid = blocks(
        include_str!("../../../sim-fixtures/directories/gridssi.system.config"),
        include_str!("../../../sim-fixtures/directories/gridssi.user.direct"),
        include_str!("../../../sim-fixtures/directories/gridssi.site.toml"),
    );
    assert_eq!(findings(&grid), "");
    let trio = blocks(
        include_str!("../../../sim-fixtures/directories/threesome.system.config"),
        include_str!("../../../sim-fixtures/directories/threesome.user.direct"),
        include_str!("../../../sim-fixtures/directories/threesome.site.toml"),
    );
    let found = findings(&trio);
    assert_eq!(
        found.matches("error[").count(),
        1,
        "only HALF on the half-shared volume: {found}"
    );
    assert!(
        found.contains("THALF1, which is attached only to TRIOA, TRIOB"),
        "{found}"
    );
}
