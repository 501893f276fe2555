//! SSI-COV-014

use std::collections::BTreeSet;

use zvm::{Data, JobKind, Severity, VolumeKey};

use crate::{
    cov::coverage,
    cov::sysres,
    finding::Findings,
    job::add_jobs,
    proposal::recovery_job,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-COV-014",
        name: "no-image-of-residence-volume",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs Backup and Restore Manager 1.3, backup types",
        text: "The residence volume of each member must be copied as a whole.",
        why: "A member whose residence volume is lost can run nothing that would restore minidisks. It is \
              rebuilt standalone, from an image.",
        example: "a job over GA1RES, and none over GB1RES",
        repair: "Add a job over the volume, run by the member that has it.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    if site.jobs.is_empty() {
        return;
    }
    let volumes = subject
        .jobs()
        .iter()
        .filter(|selected| selected.job.data == Data::Volumes && selected.job.kind == JobKind::Full);
    let copied: BTreeSet<VolumeKey> = volumes
        .flat_map(|selected| coverage::packs_of(site, selected).into_keys())
        .collect();
    let mut told = BTreeSet::new();
    for (member, volser, place) in sysres::of(site) {
        let Some(pack) = site.pack_at(&member, &volser) else {
            continue;
        };
        if !copied.contains(&pack) && told.insert(pack) {
            let message = format!("no job copies {volser}, the residence volume of {member}, as a whole");
            let finding = findings.report(place, volser, message);
            finding.help(format!(
                "add a job at {member} with data = \"volumes\" and volser = \"{volser}\""
            ));
            if let Some(member) = site.cluster.members.iter().find(|known| known.name == member) {
                add_jobs(finding, site, &[recovery_job(site, site.layout, member, volser)]);
            }
        }
    }
}
