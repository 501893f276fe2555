//! Runs the pages of `sim-fixtures/rules`: each has a bad site, the exact finding, and a good site.
//!
//! A page is for people. The blocks that are run are fenced and named, see `site.rs`. Under the heading "A bad site"
//! stand `finding`, what the rule of the page finds and nothing else; `suggest`, the change it suggests, if it does;
//! and `complaint`, what the parsers say, if they do. In "A good site" no rule at all finds anything. Further headings
//! that begin with "A bad site" or "A good site" are run as well.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod bless;
mod page;
mod repairs;
mod site;

use std::collections::BTreeSet;

use rules::{RULES, RuleMeta, Selection};

use crate::{
    page::{Blocks, blocks},
    site::{PageSite, folder},
};

#[allow(clippy::disallowed_methods, reason = "a test reads its own input")]
fn page(meta: &RuleMeta) -> Result<String, String> {
    let name = format!("{}-{}.md", meta.code, meta.name);
    std::fs::read_to_string(folder().join(&name))
        .map_err(|error| format!("the page {name} is missing: {error}"))
}

fn same(what: &str, found: &str, page: &str) -> Result<(), String> {
    if found == page {
        return Ok(());
    }
    Err(format!(
        "{what}\n--- the page has\n{page}--- the rule says\n{found}"
    ))
}

/// What the page's own rule says about a bad site.
fn results(meta: &RuleMeta, blocks: &Blocks) -> [(&'static str, String); 3] {
    // A suppression can be unused only when the rules it speaks of have run.
    let selection = match meta.code.starts_with("SSI-SUP") {
        true => Selection::default(),
        false => Selection::new([meta.code], []),
    };
    let outcome = PageSite::of(blocks).check(&selection);
    [
        ("complaint", outcome.complaints.clone()),
        ("finding", outcome.findings()),
        ("suggest", outcome.suggestions),
    ]
}

fn bad(meta: &RuleMeta, blocks: &Blocks) -> Result<(), String> {
    for (name, found) in results(meta, blocks) {
        same(name, &found, blocks.get(name).map_or("", String::as_str))?;
        if name == "finding" && found.is_empty() {
            return Err("the bad site has no finding".to_owned());
        }
    }
    Ok(())
}

#[allow(clippy::disallowed_methods, reason = "the author asked for it")]
fn bless(meta: &RuleMeta) -> Result<(), String> {
    let text = page(meta)?;
    let bads = blocks(&text)
        .into_iter()
        .filter(|(heading, _)| heading.starts_with("A bad site"));
    let results = bads
        .map(|(heading, blocks)| (heading, results(meta, &blocks)))
        .collect();
    let path = folder().join(format!("{}-{}.md", meta.code, meta.name));
    std::fs::write(path, bless::blessed(&text, &results)).map_err(|error| error.to_string())
}

fn good(blocks: &Blocks) -> Result<(), String> {
    let outcome = PageSite::of(blocks).check(&Selection::default());
    same(
        "what the parsers say",
        &outcome.complaints,
        blocks.get("complaint").map_or("", String::as_str),
    )?;
    same("the good site", &outcome.findings(), "")
}

fn run(meta: &RuleMeta) -> Result<(), String> {
    let text = page(meta)?;
    let headings = blocks(&text);
    if !text.starts_with(&format!("# {} {}\n", meta.code, meta.name)) {
        return Err("the page does not begin with the code and the name".to_owned());
    }
    if !text.contains(meta.text) {
        return Err(format!("the page does not state the rule: {}", meta.text));
    }
    let (mut bads, mut goods) = (0, 0);
    for (heading, blocks) in &headings {
        let of = |error| format!("{heading}: {error}");
        if heading.starts_with("A bad site") {
            bads += 1;
            bad(meta, blocks).map_err(of)?;
        } else if heading.starts_with("A good site") {
            goods += 1;
            good(blocks).map_err(of)?;
        }
    }
    if bads == 0 || goods == 0 {
        return Err("the page needs a bad site and a good site".to_owned());
    }
    Ok(())
}

/// `PAGE=SSI-MD-001` in the environment runs the page of one rule, `BLESS=1` writes the results into the pages first.
#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "the author says so when running the test by hand"
)]
fn every_page_says_what_its_rule_finds() {
    let only = std::env::var("PAGE").ok();
    let chosen = RULES.iter().map(|rule| rule.meta());
    let chosen = chosen.filter(|meta| {
        only.as_ref()
            .is_none_or(|code| meta.code.starts_with(code.as_str()))
    });
    let chosen: Vec<&RuleMeta> = chosen.collect();
    if std::env::var("BLESS").is_ok() {
        let unwritten: Vec<String> = chosen.iter().filter_map(|meta| bless(meta).err()).collect();
        assert!(unwritten.is_empty(), "{}", unwritten.join("\n"));
    }
    let errors: Vec<String> = chosen
        .into_iter()
        .filter_map(|meta| {
            run(meta)
                .err()
                .map(|error| format!("{} {}: {error}", meta.code, meta.name))
        })
        .collect();
    assert!(
        errors.is_empty(),
        "{} pages\n\n{}",
        errors.len(),
        errors.join("\n\n")
    );
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
    let strangers: Vec<_> = pages.difference(&known).collect();
    assert!(strangers.is_empty(), "pages without a rule: {strangers:?}");
}

#[test]
fn the_base_sites_are_free_of_findings() {
    for layout in ["brm", "vmbackup"] {
        let blocks = Blocks::from([(format!("site.toml base {layout}"), String::new())]);
        good(&blocks).unwrap_or_else(|error| panic!("{layout}: {error}"));
    }
}
