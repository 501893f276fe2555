//! `check`: a site against the rules of an SSI backup.

use std::io::{self, Write};
use std::sync::Arc;

use anyhow::Result;
use engine::{ClusterState, ImageShelf, Past};
use rules::report::{Report, human, junit, sarif};
use rules::{Checked, Finding, Selection, Subject};
use serde::Serialize;
use zvm::{Complaint, Facts, Severity, Source};

use super::difference;
use crate::args::{CheckArgs, Format};
use crate::exit::{Outcome, Usage};
use crate::output::{Output, View};
use crate::wiring::{Missing, Session, SiteFolder, runtime};

pub(crate) fn run(out: &Output, args: &CheckArgs) -> Result<Outcome> {
    let mut selection = Selection::new(
        args.only.iter().map(String::as_str),
        args.off.iter().map(String::as_str),
    );
    if let Some(unknown) = selection.unknown().first() {
        return Err(Usage(format!(
            "no rule has the code {unknown}; `ssibackup rules` lists them"
        ))
        .into());
    }
    if args.no_experts {
        selection = selection.without_experts();
    }
    let folder = SiteFolder::load(&args.site)?;
    let past = match args.catalog || args.repo.is_some() {
        true => Some(read_catalog(&folder, args.repo.as_deref())?),
        false => None,
    };
    let mut view = CheckView::with_past(&folder, &selection, past.as_ref());
    if let Some(other) = &args.against {
        let before = SiteFolder::load(other)?;
        let other = CheckView::of(&before, &selection);
        return difference::show(
            out,
            (&folder.site, &view.findings),
            (&before.site, &other.findings),
        );
    }
    view.suggest = args.suggest;
    match out.format() {
        Format::Sarif => out.text(&sarif(&view.report(), env!("CARGO_PKG_VERSION"))?)?,
        Format::Junit => out.text(&junit(&view.report(), fails(args)))?,
        Format::Human | Format::Json => out.show(&view)?,
    }
    folder.refuse_nothing()?;
    let wrong = view.errors > 0 || (args.deny.is_some() && view.warnings > 0);
    Ok(Outcome::found_if(wrong))
}

/// What the catalog of the site's backups knows, and FACTS.toml beside it.
fn read_catalog(folder: &SiteFolder, asked: Option<&str>) -> Result<Past> {
    let location = folder.repository(asked)?;
    let past = runtime()?.block_on(async {
        let disks = Arc::new(ImageShelf::default());
        let session = Session::open(&location, Missing::Refuse, disks, ClusterState::default(), None).await?;
        let past = engine::past(&session.env.catalog, session.env.clock.now()).await;
        session.close().await?;
        anyhow::Ok(past?)
    })?;
    Ok(past.and(folder.facts.clone().unwrap_or_default()))
}

/// From which severity on a finding counts as a failed test.
fn fails(args: &CheckArgs) -> Severity {
    if args.deny.is_some() {
        Severity::Warning
    } else {
        Severity::Error
    }
}

/// What is wrong with a site.
#[derive(Serialize)]
pub(crate) struct CheckView<'a> {
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    complaints: Vec<&'a Complaint>,
    findings: Vec<Finding>,
    suppressed: usize,
    #[serde(skip)]
    folder: &'a SiteFolder,
    #[serde(skip)]
    selection: Selection,
    #[serde(skip)]
    checked: Checked,
    #[serde(skip)]
    sources: Vec<&'a Source>,
    #[serde(skip)]
    suggest: bool,
}

impl<'a> CheckView<'a> {
    /// Checks a site.
    pub(crate) fn of(folder: &'a SiteFolder, selection: &Selection) -> Self {
        Self::with_past(folder, selection, None)
    }

    /// Checks a site and what is known of its past; without that, what FACTS.toml says.
    fn with_past(folder: &'a SiteFolder, selection: &Selection, past: Option<&'a Past>) -> Self {
        let none = Facts::default();
        let stated = folder.facts.as_ref().unwrap_or(&none);
        let facts = past.map_or(stated, |past| &past.facts);
        let checked = rules::check(&Subject::with_facts(&folder.site, facts), selection);
        let mut view = Self {
            errors: 0,
            warnings: 0,
            complaints: rules::unsaid(&folder.complaints, &checked.findings),
            findings: checked.findings.clone(),
            suppressed: checked.suppressed.len(),
            folder,
            selection: selection.clone(),
            checked,
            sources: folder
                .sources()
                .into_iter()
                .chain(past.map(|past| &past.listing))
                .collect(),
            suggest: false,
        };
        view.errors = view.report().count(Severity::Error);
        view.warnings = view.report().count(Severity::Warning);
        view
    }

    fn report(&self) -> Report<'_> {
        Report {
            site: &self.folder.site.name,
            complaints: &self.folder.complaints,
            checked: &self.checked,
            selection: &self.selection,
            sources: &self.sources,
        }
    }
}

impl View for CheckView<'_> {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(human(&self.report()).as_bytes())?;
        if self.suggest {
            out.write_all(rules::suggestions(&self.findings, &self.sources).as_bytes())?;
        }
        Ok(())
    }
}
