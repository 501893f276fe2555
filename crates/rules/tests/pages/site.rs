//! The site of a page: blocks of its own, or blocks laid over one of the base sites.
//!
//! `SYSTEM.CONFIG` alone is the whole file. `USER.DIRECT +` is put in front of the base site's file, so that its lines
//! are counted from 1. `SYSTEM.CONFIG diff` changes the base site's file. A base site is used when any block says `+`,
//! `diff` or `base`; `+ vmbackup` means the one for VM:Backup, otherwise it is the one for Backup and Restore Manager.
//! In front of site.toml, keys without a table hide all those of the base site, `layout` among them.
//! A block that stands for a base site's file replaces it, and an empty job takes the job away.

use std::{collections::BTreeMap, path::PathBuf};

use rules::{Checked, Selection, Subject, check, suggestions, unsaid};
use zvm::{Facts, Site, SiteFiles, Source};

use crate::page::{Blocks, patch};

/// Blocks that are no files of the site.
const RESULTS: [&str; 4] = ["finding", "complaint", "suggest", "text"];

/// The files of one heading.
pub(crate) struct PageSite {
    pub(crate) files: SiteFiles,
    facts: Source,
}

pub(crate) struct Outcome {
    pub(crate) checked: Checked,
    pub(crate) complaints: String,
    pub(crate) suggestions: String,
}

impl Outcome {
    pub(crate) fn findings(&self) -> String {
        self.checked
            .findings
            .iter()
            .map(|finding| format!("{finding}\n"))
            .collect()
    }
}

pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../sim-fixtures/rules")
}

#[allow(clippy::disallowed_methods, reason = "a test reads its own input")]
fn base(layout: &str) -> BTreeMap<String, String> {
    let top = folder().join("base").join(layout);
    let mut files = BTreeMap::new();
    for (folder, prefix) in [(top.clone(), ""), (top.join("jobs"), "jobs/")] {
        let entries =
            std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("no base site {layout}: {error}"));
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.file_name().unwrap().to_str().unwrap();
                files.insert(format!("{prefix}{name}"), std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

/// What of a file can stand behind a fragment: in a TOML file keys that belong to no table come first, and a directory
/// begins with its DIRECTORY statement.
fn rest_of<'a>(name: &str, text: &'a str) -> &'a str {
    let start = match name {
        "site.toml" => text.find("[["),
        "USER.DIRECT" => text.find("PROFILE"),
        _ => None,
    };
    &text[start.unwrap_or(0)..]
}

impl PageSite {
    pub(crate) fn of(blocks: &Blocks) -> PageSite {
        let fences = || blocks.keys().filter_map(|fence| fence.split_once(' '));
        let based = fences().next().is_some();
        let layout = if fences().any(|(_, how)| how.ends_with("vmbackup")) {
            "vmbackup"
        } else {
            "brm"
        };
        let mut files = if based { base(layout) } else { BTreeMap::new() };
        for (fence, text) in blocks {
            let (name, how) = fence.split_once(' ').unwrap_or((fence, ""));
            if RESULTS.contains(&name) {
                continue;
            }
            let below = files.get(name).cloned().unwrap_or_default();
            let whole = match how.split(' ').next().unwrap_or_default() {
                "+" => format!("{text}{}", rest_of(name, &below)),
                "diff" => patch(&below, text),
                "base" => below,
                _ => text.clone(),
            };
            files.insert(name.to_owned(), whole);
        }
        PageSite::from_files(files)
    }

    fn sources(&self) -> Vec<&Source> {
        let mut sources = vec![
            &self.files.site_toml,
            &self.files.system_config,
            &self.files.directory,
            &self.facts,
        ];
        sources.extend(self.files.jobs.iter().chain(&self.files.extent_control));
        sources
    }

    /// The file of that name, if there is one.
    pub(crate) fn source(&self, file: &str) -> Option<&Source> {
        self.sources().into_iter().find(|source| &*source.name == file)
    }

    /// All files with their texts.
    pub(crate) fn texts(&self) -> BTreeMap<String, String> {
        let text = |source: &&Source| (source.name.to_string(), source.texts().join("\n") + "\n");
        self.sources().iter().map(text).collect()
    }

    pub(crate) fn from_files(mut files: BTreeMap<String, String>) -> PageSite {
        let mut source = |name: &str| Source::new(name, files.remove(name).unwrap_or_default());
        let (site_toml, system_config) = (source("site.toml"), source("SYSTEM.CONFIG"));
        let (directory, facts) = (source("USER.DIRECT"), source("FACTS.toml"));
        let extent_control = Some(source("EXTENT.CONTROL"));
        let mut jobs = Vec::new();
        for (name, text) in files {
            assert!(name.starts_with("jobs/"), "the block {name} is no file of a site");
            if !text.trim().is_empty() {
                jobs.push(Source::new(name, text));
            }
        }
        let files = SiteFiles {
            site_toml,
            system_config,
            directory,
            directory_parts: Vec::new(),
            extent_control,
            jobs,
        };
        PageSite { files, facts }
    }

    pub(crate) fn check(&self, selection: &Selection) -> Outcome {
        let mut complaints = Vec::new();
        let site = Site::resolve(&self.files).unload(&mut complaints);
        let facts: Facts = zvm::parse_facts(&self.facts).unload(&mut complaints);
        let checked = check(&Subject::with_facts(&site, &facts), selection);
        let suggestions = suggestions(&checked.findings, &self.sources());
        let complaints = unsaid(&complaints, &checked.findings)
            .iter()
            .map(|complaint| format!("{complaint}\n"))
            .collect();
        Outcome {
            checked,
            complaints,
            suggestions,
        }
    }
}
