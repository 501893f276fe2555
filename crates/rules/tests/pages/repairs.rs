//! Repairs: what a finding suggests takes the finding away and brings no other.

use std::collections::BTreeMap;

use rules::{Finding, RULES, RuleMeta, Selection, repaired};

use crate::page::blocks;
use crate::site::PageSite;

/// How often each rule complains about each thing.
type Tally = BTreeMap<(String, String), usize>;

fn tally(findings: &[Finding]) -> Tally {
    let mut tally = Tally::new();
    for finding in findings {
        *tally
            .entry((finding.code.to_owned(), finding.about.clone()))
            .or_default() += 1;
    }
    tally
}

/// What a repair leaves to another rule to say.
const LEFT_TO: &[(&str, &str)] = &[
    // One member gets a BUILD of its own; those that still lack one are named.
    ("SSI-DIR-008", "SSI-DIR-004"),
    // A request node needs virtual machines that no line of a file sets up.
    ("SSI-TAP-001", "SSI-TAP-003"),
    ("SSI-TAP-002", "SSI-TAP-003"),
];

/// The files after the edits of a finding.
fn files_after(site: &PageSite, finding: &Finding) -> BTreeMap<String, String> {
    let mut files = site.texts();
    for file in finding.edits.iter().map(|edit| edit.place.file.to_string()) {
        if let Some(text) = repaired(finding, &file, site.source(&file)) {
            files.insert(file, text);
        }
    }
    files
}

/// What all rules say after the edits of a finding.
fn after(site: &PageSite, finding: &Finding) -> Tally {
    let files = files_after(site, finding);
    tally(
        &PageSite::from_files(files)
            .check(&Selection::default())
            .checked
            .findings,
    )
}

/// One finding with the edits of all of them.
fn together(findings: &[&Finding]) -> Option<Finding> {
    let mut all = findings.first().copied()?.clone();
    all.edits = findings
        .iter()
        .flat_map(|finding| finding.edits.clone())
        .collect();
    Some(all)
}

/// Applies the repairs of a page's bad sites: each alone takes its finding away, all together bring no other.
fn repairs_of(meta: &RuleMeta, page: &str, tried: &mut usize) -> Vec<String> {
    let mut wrong = Vec::new();
    for (heading, blocks) in blocks(page) {
        if !heading.starts_with("A bad site") {
            continue;
        }
        let site = PageSite::of(&blocks);
        let findings = site.check(&Selection::default()).checked.findings;
        let was = tally(&findings);
        let own: Vec<&Finding> = findings
            .iter()
            .filter(|finding| finding.code == meta.code && !finding.edits.is_empty())
            .collect();
        for finding in &own {
            *tried += 1;
            let key = (finding.code.to_owned(), finding.about.clone());
            if after(&site, finding).get(&key).copied().unwrap_or_default() >= was[&key] {
                wrong.push(format!(
                    "{} {heading}: still there after its repair: {finding}",
                    meta.code
                ));
            }
        }
        let Some(all) = together(&own) else { continue };
        let mut is = after(&site, &all);
        is.retain(|key, count| {
            *count > was.get(key).copied().unwrap_or_default() && !LEFT_TO.contains(&(meta.code, &key.0))
        });
        if !is.is_empty() {
            wrong.push(format!("{} {heading}: its repairs give {is:?}", meta.code));
        }
    }
    wrong
}

#[test]
fn a_repair_takes_its_finding_away_and_brings_no_other() {
    let mut tried = 0;
    let mut wrong = Vec::new();
    for meta in RULES.iter().map(|rule| rule.meta()) {
        wrong.extend(repairs_of(meta, &crate::page(meta).unwrap(), &mut tried));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 60, "only {tried} repairs were tried");
}

/// The diff of `check --suggest` is one that `patch` applies, with the same result.
#[test]
#[allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "the test writes the files of a site, runs patch and reads what it made"
)]
fn patch_applies_what_is_suggested() {
    let patch = || std::process::Command::new("patch");
    if patch().arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "patch is missing");
        eprintln!("SKIPPED: patch is not installed");
        return;
    }
    let mut patched = 0;
    for meta in RULES.iter().map(|rule| rule.meta()) {
        for (_, blocks) in blocks(&crate::page(meta).unwrap()) {
            let site = PageSite::of(&blocks);
            let outcome = site.check(&Selection::default());
            let findings: Vec<&Finding> = outcome.checked.findings.iter().collect();
            if outcome.suggestions.is_empty() {
                continue;
            }
            let folder = tempfile::tempdir().unwrap();
            std::fs::create_dir(folder.path().join("jobs")).unwrap();
            for (file, text) in site.texts() {
                std::fs::write(folder.path().join(file), text).unwrap();
            }
            let diff = folder.path().join("suggested.diff");
            std::fs::write(&diff, &outcome.suggestions).unwrap();
            let ran = patch()
                .args(["-p0", "-s", "-i", "suggested.diff"])
                .current_dir(folder.path())
                .output()
                .unwrap();
            assert!(
                ran.status.success(),
                "{}: {}",
                meta.code,
                String::from_utf8_lossy(&ran.stdout)
            );
            for (file, text) in files_after(&site, &together(&findings).unwrap()) {
                let made = std::fs::read_to_string(folder.path().join(&file)).unwrap();
                assert_eq!(made, text, "{}: {file}", meta.code);
            }
            patched += 1;
        }
    }
    assert!(patched > 60, "only {patched} diffs");
}
