//! SSI-RET-004

use std::collections::BTreeMap;

use zvm::{Job, JobKind, JobName, Severity, facts::InstanceState};

use crate::{
    finding::Findings,
    job_file, past,
    rule::{Offence, RuleMeta},
    subject::Subject,
    typing::meant,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-RET-004",
        name: "base-is-missing",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "VM:Backup 3.6 documentation, catalogs",
        text: "An incremental must have a base that exists and can still be restored from.",
        why: "Without its base an incremental is a heap of changes to nothing.",
        example: "base = \"SINGEL\" and there is no such job; SINGLEI/40 is based on SINGLE/12, which is purged",
        repair: "Correct the name of the base, or run a full at once.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let jobs: BTreeMap<JobName, &Job> = subject.site.jobs.iter().map(|job| (job.name, job)).collect();
    for job in subject
        .site
        .jobs
        .iter()
        .filter(|job| job.kind == JobKind::Incremental)
    {
        let Some(base) = job.base else { continue };
        match jobs.get(&base) {
            None => {
                let message = format!(
                    "incremental job {} is based on {base}, and there is no such job",
                    job.name
                );
                let finding = findings.report(&job.place, job.name, message);
                finding.help("correct the name of the base");
                let fulls = jobs.values().filter(|job| job.kind == JobKind::Full);
                if let Some(meant) = meant(base.as_str(), fulls.map(|job| job.name.as_str())) {
                    job_file::set(
                        finding,
                        (job.keys.at("base"), None),
                        "base",
                        &format!("\"{meant}\""),
                    );
                }
            }
            Some(found) if found.kind == JobKind::Incremental && found.name != job.name => {
                let message = format!(
                    "incremental job {} is based on {base}, which is incremental itself",
                    job.name
                );
                let finding = findings.report(&job.place, job.name, message);
                finding
                    .note(&found.place, "this is no full job")
                    .help("name the full job as the base");
                // What the other incremental is compared with, this one can be, too.
                let full = found.base.and_then(|base| jobs.get(&base));
                if let Some(full) = full.filter(|full| full.kind == JobKind::Full) {
                    job_file::set(
                        finding,
                        (job.keys.at("base"), None),
                        "base",
                        &format!("\"{}\"", full.name),
                    );
                }
            }
            Some(_) => {}
        }
    }
    let runs = past::runs(subject.facts);
    for run in subject.facts.instances.iter().filter(|run| !past::is_lost(run)) {
        let Some(base) = run
            .base
            .and_then(|base| runs.get(&base))
            .filter(|base| past::is_lost(base))
        else {
            continue;
        };
        let how = match base.state {
            InstanceState::Purged => "is purged",
            InstanceState::Failed => "failed",
            _ => "was cut off",
        };
        let message = format!("{} depends on {}, which {how}", run.name, base.name);
        findings
            .report(&run.place, run.name, message)
            .note(&base.place, format!("this run {how}"))
            .help("run a full job at once");
    }
}
