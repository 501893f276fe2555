//! `check`: a site against the rules of an SSI backup.

use std::io::{self, Write};

use anyhow::Result;
use rules::{Finding, Selection, Subject, check_all};
use serde::Serialize;
use zvm::{Complaint, Severity};

use crate::args::CheckArgs;
use crate::exit::{Outcome, Usage};
use crate::format::count;
use crate::output::{Output, View};
use crate::snippet::Sources;
use crate::wiring::SiteFolder;

pub(crate) fn run(out: &Output, args: &CheckArgs) -> Result<Outcome> {
    let selection = Selection::new(
        args.only.iter().map(String::as_str),
        args.off.iter().map(String::as_str),
    );
    if let Some(unknown) = selection.unknown().first() {
        return Err(Usage(format!("no rule has the code {unknown}")).into());
    }
    let folder = SiteFolder::load(&args.site)?;
    let report = check(&folder, &selection);
    let deny_warnings = args.deny.is_some();
    out.show(&report)?;
    folder.refuse_nothing()?;
    Ok(Outcome::found_if(
        report.errors > 0 || (deny_warnings && report.warnings > 0),
    ))
}

/// Checks a site.
pub(crate) fn check<'a>(folder: &'a SiteFolder, selection: &Selection) -> Report<'a> {
    let findings = check_all(&Subject::new(&folder.site), selection);
    let severities = || {
        let complaints = folder.complaints.iter().map(|complaint| complaint.severity);
        findings.iter().map(|finding| finding.severity).chain(complaints)
    };
    Report {
        errors: severities()
            .filter(|severity| *severity == Severity::Error)
            .count(),
        warnings: severities()
            .filter(|severity| *severity == Severity::Warning)
            .count(),
        complaints: &folder.complaints,
        findings,
        sources: Sources::of(&folder.files),
    }
}

/// What is wrong with a site.
#[derive(Serialize)]
pub(crate) struct Report<'a> {
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    complaints: &'a [Complaint],
    findings: Vec<Finding>,
    #[serde(skip)]
    sources: Sources<'a>,
}

impl View for Report<'_> {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        for complaint in self.complaints {
            writeln!(
                out,
                "{}: {}: {}",
                complaint.place, complaint.severity, complaint.text
            )?;
            self.sources.show(&complaint.place, out)?;
        }
        for finding in &self.findings {
            writeln!(
                out,
                "{}: {}[{}]: {}",
                finding.primary, finding.severity, finding.code, finding.message
            )?;
            self.sources.show(&finding.primary, out)?;
            for note in &finding.notes {
                writeln!(out, "  {}: note: {}", note.place, note.text)?;
                self.sources.show(&note.place, out)?;
            }
            if let Some(help) = &finding.help {
                writeln!(out, "  help: {help}")?;
            }
        }
        match (self.errors, self.warnings) {
            (0, 0) => writeln!(out, "no errors, no warnings"),
            (errors, warnings) => {
                writeln!(
                    out,
                    "{}, {}",
                    count(errors, "error", "errors"),
                    count(warnings, "warning", "warnings")
                )
            }
        }
    }
}
