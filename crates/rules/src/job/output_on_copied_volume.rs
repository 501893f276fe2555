//! SSI-JOB-011

use std::collections::BTreeSet;

use dasd::Volser;
use zvm::Severity;

use crate::{
    finding::Findings,
    job::common::data,
    lookup::list,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-JOB-011",
        name: "output-on-copied-volume",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived from the jobs and their disk pools",
        text: "A job must not write to a volume that it copies in the same run.",
        why: "The copy grows while it is read, and the backup is lost with the pack that it is a backup of.",
        example: "output = { disk = \"POOL1\" } with POOL1 on GSU001, and volser = \
                  \"GSU*\"",
        repair: "Put the pool on volumes of its own, or exclude them from the job.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    for selected in subject.jobs() {
        let job = selected.job;
        let pool = job.output.as_ref().and_then(|output| output.pool.as_deref());
        let Some(pool) = pool.and_then(|name| {
            site.pools
                .iter()
                .find(|pool| pool.name.eq_ignore_ascii_case(name))
        }) else {
            continue;
        };
        let mut read: BTreeSet<Volser> = selected.volumes.iter().copied().collect();
        read.extend(data(selected).filter_map(|minidisk| minidisk.volser));
        let both: Vec<Volser> = pool
            .volumes
            .iter()
            .copied()
            .filter(|volser| read.contains(volser))
            .collect();
        if !both.is_empty() {
            let message = format!(
                "job {} copies from {}, and writes to the pool {} there",
                job.name,
                list(both),
                pool.name
            );
            findings
                .report(&job.place, job.name, message)
                .note(&pool.place, "the pool lies on these volumes")
                .help("put the pool on volumes of its own, or exclude them from the job");
        }
    }
}
