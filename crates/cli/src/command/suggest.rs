//! `site suggest`: jobs, service machines and statements that a site needs, as a proposal.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use rules::{How, Proposal};
use serde::Serialize;
use zvm::{Layout, Source};

use crate::args::{LayoutArg, SiteSuggestArgs};
use crate::output::{Output, View};
use crate::wiring::SiteFolder;

pub(super) fn run(out: &Output, args: &SiteSuggestArgs) -> Result<()> {
    let folder = SiteFolder::load(&args.site)?;
    folder.refuse_nothing()?;
    folder.warn_of_errors();
    let layout = match args.layout {
        None => folder.site.layout,
        Some(LayoutArg::Brm) => Layout::Brm,
        Some(LayoutArg::Vmbackup) => Layout::VmBackup,
    };
    let proposal = rules::propose(&folder.site, layout);
    if let Some(out) = &args.out {
        write_all(out, &changed(&folder, &proposal))?;
    }
    Ok(out.show(&SuggestView {
        proposal,
        site: folder.site.name.clone(),
        out: args.out.clone(),
    })?)
}

/// The jobs of a proposal, each with its file, and what it leaves open.
pub(super) fn jobs_of(proposal: Proposal) -> (Vec<(String, String)>, Vec<String>) {
    let parts = proposal.parts.into_iter();
    let jobs = parts.filter(|part| part.file.starts_with("jobs/"));
    (jobs.map(|part| (part.file, part.text)).collect(), proposal.open)
}

/// The files of the site with the proposal put in: its jobs instead of those of the site.
fn changed(folder: &SiteFolder, proposal: &Proposal) -> BTreeMap<String, Vec<u8>> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for source in folder.sources() {
        if !source.name.starts_with("jobs") {
            files.insert(source.name.to_string(), source.bytes.clone());
        }
    }
    let toml = with_layout(&folder.files.site_toml, proposal.layout);
    files.insert(folder.files.site_toml.name.to_string(), toml);
    for part in &proposal.parts {
        let file = files.entry(part.file.clone()).or_default();
        match part.how {
            How::New => *file = part.text.clone().into_bytes(),
            How::Append => append(&part.file, file, &part.text),
        }
    }
    files
}

/// Adds lines to a file of any form: with line ends, or in records of 80 columns.
fn append(name: &str, file: &mut Vec<u8>, text: &str) {
    if !file.contains(&b'\n') {
        // A source shows each byte as one character.
        let lines = Source::new(name, file.clone()).texts();
        *file = lines
            .iter()
            .flat_map(|line| {
                line.chars()
                    .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
                    .chain([b'\n'])
            })
            .collect();
    }
    if file.last().is_some_and(|last| *last != b'\n') {
        file.push(b'\n');
    }
    file.extend_from_slice(text.as_bytes());
}

/// site.toml with the layout of the proposal: its line is replaced, or put in front.
fn with_layout(toml: &Source, layout: Layout) -> Vec<u8> {
    let text = String::from_utf8_lossy(&toml.bytes);
    let wanted = format!("layout = \"{layout}\"");
    let (mut lines, mut done, mut tables) = (Vec::new(), false, false);
    for line in text.lines() {
        tables |= line.trim_start().starts_with('[');
        let is_it = !tables && line.split('=').next().is_some_and(|key| key.trim() == "layout");
        done |= is_it;
        lines.push(if is_it { wanted.as_str() } else { line });
    }
    if !done {
        lines.insert(0, &wanted);
    }
    format!("{}\n", lines.join("\n")).into_bytes()
}

#[allow(
    clippy::disallowed_methods,
    reason = "the command line writes the files of a proposal"
)]
fn write_all(dir: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    if fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!(
            "{} is not empty; the proposal needs a folder of its own",
            dir.display()
        );
    }
    for (name, bytes) in files {
        let path = dir.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        }
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// A proposal as people and programs see it.
#[derive(Serialize)]
struct SuggestView {
    #[serde(flatten)]
    proposal: Proposal,
    #[serde(skip)]
    site: String,
    out: Option<PathBuf>,
}

impl View for SuggestView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let proposal = &self.proposal;
        writeln!(
            out,
            "proposal for {} in the layout {}",
            self.site, proposal.layout
        )?;
        for part in &proposal.parts {
            let what = match part.how {
                How::New => "a new file",
                How::Append => "to be added at the end",
            };
            writeln!(out, "\n{} ({what})\n  why: {}\n", part.file, part.reason)?;
            for line in part.text.lines() {
                writeln!(out, "    {line}")?;
            }
        }
        if !proposal.replaces.is_empty() {
            writeln!(
                out,
                "\nthe proposed jobs replace {}",
                proposal.replaces.join(", ")
            )?;
        }
        if !proposal.open.is_empty() {
            writeln!(out, "\nleft open:")?;
        }
        for open in &proposal.open {
            writeln!(out, "  {open}")?;
        }
        if let Some(dir) = &self.out {
            let dir = dir.display();
            writeln!(
                out,
                "\nwrote the files of the changed site to {dir}; `ssibackup check {dir}` checks them"
            )?;
        }
        Ok(())
    }
}
