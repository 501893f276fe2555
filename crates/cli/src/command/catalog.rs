//! `catalog rebuild`: a new catalog from what the repository says of itself.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use engine::{ClusterState, ImageShelf, RebuildReport};
use serde::Serialize;

use crate::args::CatalogCommand;
use crate::exit::Outcome;
use crate::output::{Output, View};
use crate::progress::Bars;
use crate::wiring::{Missing, Place, Session, catalog_file, open_repository_for_rebuild, runtime};

pub(crate) fn run(out: &Output, command: CatalogCommand) -> Result<Outcome> {
    let CatalogCommand::Rebuild(args) = command;
    let (_, location) = Place::find(&args.place)?;
    let Some(file) = catalog_file(&location)? else {
        bail!("{location} keeps no catalog in a file; there is nothing to rebuild");
    };
    let runtime = runtime()?;
    runtime.block_on(open_repository_for_rebuild(&location))?;
    let kept = if file.exists() {
        Some(move_aside(&file)?)
    } else {
        None
    };
    let bars = Bars::new(out.is_quiet());
    let report = runtime.block_on(async {
        let disks = Arc::new(ImageShelf::default());
        let session = Session::open(
            &location,
            Missing::CreateCatalog,
            disks,
            ClusterState::default(),
            None,
        )
        .await?;
        let report = engine::rebuild(&session.env, &bars).await?;
        session.close().await?;
        anyhow::Ok(report)
    })?;
    bars.clear();
    let wrong = !report.damage.is_empty();
    out.show(&RebuildView {
        report,
        old_catalog: kept,
    })?;
    Ok(Outcome::found_if(wrong))
}

/// Keeps the old catalog under a name that is free.
fn move_aside(file: &PathBuf) -> Result<PathBuf> {
    let mut number = 1_u32;
    let kept = loop {
        let kept = file.with_extension(format!("redb.old{number}"));
        if !kept.exists() {
            break kept;
        }
        number += 1;
    };
    fs::rename(file, &kept)
        .with_context(|| format!("cannot move {} to {}", file.display(), kept.display()))?;
    Ok(kept)
}

#[derive(Serialize)]
struct RebuildView {
    #[serde(flatten)]
    report: RebuildReport,
    old_catalog: Option<PathBuf>,
}

impl View for RebuildView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let RebuildReport {
            packs,
            chunks,
            instances,
            domains,
            damage,
        } = &self.report;
        writeln!(
            out,
            "{packs} packs with {chunks} chunks, {instances} instances with {domains} domains"
        )?;
        for (object, problem) in damage {
            writeln!(out, "left out: {object}: {problem}")?;
        }
        if let Some(kept) = &self.old_catalog {
            writeln!(out, "the old catalog is kept as {}", kept.display())?;
        }
        Ok(())
    }
}
