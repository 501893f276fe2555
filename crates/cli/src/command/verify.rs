//! `verify`: proves that what was backed up can be restored.

use std::io::{self, Write};
use std::sync::Arc;

use anyhow::Result;
use engine::{ClusterState, Depth, ImageShelf, VerifyReport};
use serde::Serialize;

use crate::args::VerifyArgs;
use crate::exit::Outcome;
use crate::format::{bytes, count};
use crate::output::{Output, View};
use crate::progress::Bars;
use crate::wiring::{Missing, Place, Session, runtime};

pub(crate) fn run(out: &Output, args: &VerifyArgs) -> Result<Outcome> {
    let (_, location) = Place::find(&args.place)?;
    let depth = match (args.read_data, args.sample) {
        (true, _) => Depth::Data,
        (false, Some(percent)) => Depth::Sample(percent),
        (false, None) => Depth::Names,
    };
    Session::distrust_catalog(&location)?;
    let bars = Bars::new(out.is_quiet());
    let report = runtime()?.block_on(async {
        let disks = Arc::new(ImageShelf::default());
        let threads = args.threads.threads;
        let session = Session::open(
            &location,
            Missing::Refuse,
            disks,
            ClusterState::default(),
            threads,
        )
        .await?;
        let report = engine::verify(&session.env, depth, &bars).await?;
        session.close().await?;
        anyhow::Ok(report)
    })?;
    bars.clear();
    let view = VerifyView { report };
    out.show(&view)?;
    Ok(Outcome::found_if(
        !view.report.damage.is_empty() || !view.report.affected.is_empty(),
    ))
}

/// A report, as it is shown.
#[derive(Serialize)]
#[serde(transparent)]
pub(crate) struct VerifyView {
    pub(crate) report: VerifyReport,
}

impl View for VerifyView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let report = &self.report;
        writeln!(
            out,
            "{} copies of {} instances, {} packs: {}",
            report.copies,
            report.instances,
            report.packs,
            if report.damage.is_empty() && report.affected.is_empty() {
                "all chunk lists and places agree"
            } else {
                "damaged"
            }
        )?;
        if report.packs_read > 0 {
            let (chunks, size) = (report.chunks_hashed, bytes(report.bytes_hashed));
            writeln!(
                out,
                "read {} packs: {chunks} chunks hashed, {size} in all",
                report.packs_read
            )?;
        }
        for damage in &report.damage {
            writeln!(out, "damaged: {}: {}", damage.object, damage.problem)?;
        }
        if !report.affected.is_empty() {
            let copies = count(report.affected.len(), "copy", "copies");
            writeln!(out, "{copies} cannot be restored in full:")?;
            for affected in &report.affected {
                writeln!(out, "  {} of {}", affected.domain, affected.instance)?;
            }
        }
        Ok(())
    }
}
