//! SSI-COV-005

use std::collections::BTreeMap;

use zvm::{Data, Job, JobName, Minidisk, Severity};

use crate::{
    cov::coverage,
    finding::Findings,
    guests,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-COV-005",
        name: "cms-files-as-image",
        severity: Severity::Note,
        expert: false,
        since: "0.1",
        source: "IBM Docs Backup and Restore Manager 1.3, backup types",
        text: "Minidisks with CMS files should not be copied as images only.",
        why: "From an image the whole minidisk is restored, not the one file that somebody has erased.",
        example: "data = \"image\" in the only job for DEVEL01",
        repair: "Use data = \"auto\" for users that run CMS.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let systems = guests::systems(subject.site);
    let mut by_job: BTreeMap<JobName, (&Job, &Minidisk, usize)> = BTreeMap::new();
    for covered in coverage::of(subject) {
        let minidisk = covered.minidisk;
        if systems.get(&minidisk.user) != Some(&guests::System::Cms) {
            continue;
        }
        let image_only = covered.by.iter().all(|selected| selected.job.data == Data::Image);
        if let (true, Some(selected)) = (image_only, covered.by.first()) {
            by_job
                .entry(selected.job.name)
                .or_insert((selected.job, minidisk, 0))
                .2 += 1;
        }
    }
    for (job, example, count) in by_job.into_values() {
        let message = format!(
            "{} copies {} of CMS users as images, such as {} {}: no single file can be restored",
            job.name,
            coverage::minidisks(count),
            example.user,
            example.vdev
        );
        findings
            .report(&job.place, job.name, message)
            .note(&example.place, format!("{} runs CMS", example.user))
            .help("use data = \"auto\"");
    }
}
