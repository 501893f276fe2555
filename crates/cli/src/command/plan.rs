//! `plan`: who copies what, what is left out and why, what is copied twice.

use std::io::{self, Write};

use anyhow::Result;
use engine::{Choice, Plan};
use serde::Serialize;

use super::coverage;
use crate::args::PlanArgs;
use crate::exit::Outcome;
use crate::format::{bytes, count, kind, table};
use crate::output::{Output, View};
use crate::selector;
use crate::wiring::SiteFolder;

pub(crate) fn run(out: &Output, args: &PlanArgs) -> Result<Outcome> {
    let folder = SiteFolder::load(&args.site)?;
    let left_out = folder.warn_of_errors();
    folder.refuse_nothing()?;
    if args.coverage.is_asked() {
        return coverage::run(out, &folder, &args.coverage, left_out);
    }
    let choice = Choice {
        jobs: args
            .jobs
            .iter()
            .map(|job| selector::job(job))
            .collect::<Result<_, _>>()?,
        member: args.member.as_deref().map(selector::member).transpose()?,
        kind: None,
    };
    let plan = engine::plan(&folder.site, &choice, &folder.all_joined())?;
    out.show(&PlanView { plan: &plan })?;
    Ok(Outcome::found_if(left_out))
}

/// A plan, as it is shown.
#[derive(Serialize)]
#[serde(transparent)]
pub(crate) struct PlanView<'a> {
    pub(crate) plan: &'a Plan,
}

impl View for PlanView<'_> {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        for job in &self.plan.jobs {
            let base = job
                .base
                .map(|base| format!(", against {base}"))
                .unwrap_or_default();
            let size = job.domains.iter().filter_map(|domain| domain.bytes).sum();
            writeln!(
                out,
                "{} on {}: {}{base}, {}, {}",
                job.job,
                job.member,
                kind(job.kind),
                count(job.domains.len(), "domain", "domains"),
                bytes(size)
            )?;
            let rows = job.domains.iter().map(|domain| {
                let place = domain.run.map_or("all".to_owned(), |run| run.to_string());
                vec![
                    format!("  {}", domain.name),
                    domain.volser.to_string(),
                    domain.device.clone(),
                    place,
                ]
            });
            let rows: Vec<_> = rows.collect();
            if !rows.is_empty() {
                writeln!(
                    out,
                    "{}",
                    table(&["  DOMAIN", "VOLUME", "DEVICE", "EXTENT"], &[], rows)
                )?;
            }
            for left_out in &job.left_out {
                writeln!(out, "  not {}: {}", left_out.name, left_out.reason)?;
            }
            writeln!(out)?;
        }
        for held in &self.plan.held {
            writeln!(out, "{} is held: {}", held.job, held.reason)?;
        }
        for twice in &self.plan.twice {
            let jobs: Vec<_> = twice.jobs.iter().map(ToString::to_string).collect();
            writeln!(out, "{} is copied by {}", twice.name, jobs.join(" and "))?;
        }
        for left_out in &self.plan.uncovered {
            writeln!(out, "{} is copied by no job: {}", left_out.name, left_out.reason)?;
        }
        Ok(())
    }
}
