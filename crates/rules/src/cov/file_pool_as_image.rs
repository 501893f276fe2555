//! SSI-COV-012

use std::collections::BTreeMap;

use zvm::{Data, Job, JobName, Minidisk, Severity, UserId};

use crate::{
    cov::coverage,
    finding::Findings,
    guests,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-COV-012",
        name: "file-pool-as-image",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "VM:Backup 3.6 documentation, processing of backup jobs and change detection",
        text: "The minidisks of a file pool should not be copied as images while its server is up.",
        why: "The server writes control data, log and storage groups at different times. An image of each, taken \
              one after the other, is no file pool.",
        example: "BKRSVSFS 0301 in a job with data = \"image\"",
        repair: "Copy the file pool by its server, or stop the server for the time of the copy.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let servers = guests::file_pool_servers(subject.site);
    let mut raw: BTreeMap<(JobName, UserId), (&Job, &Minidisk)> = BTreeMap::new();
    for covered in coverage::of(subject) {
        let minidisk = covered.minidisk;
        if !servers.contains(&minidisk.user) || coverage::is_work_disk(minidisk) {
            continue;
        }
        for selected in covered.jobs().filter(|selected| selected.job.data != Data::Auto) {
            raw.entry((selected.job.name, minidisk.user))
                .or_insert((selected.job, minidisk));
        }
    }
    for ((name, user), (job, minidisk)) in raw {
        let message = format!(
            "{name} copies {} of the file pool server {user} as an image while the server runs",
            minidisk.vdev
        );
        findings
            .report(&job.place, format!("{name} {user}"), message)
            .note(&minidisk.place, "this minidisk belongs to a file pool")
            .help("copy the file pool by its server, or stop the server meanwhile");
    }
}
