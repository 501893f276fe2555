//! SSI-RET-005

use zvm::{BackupFormat, Data, JobKind, Layout, Severity};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-RET-005",
        name: "incremental-of-images",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "IBM Docs Backup and Restore Manager 1.3, backup types",
        text: "An incremental job must not ask for data that the product can only copy in full.",
        why: "CKD and FBA images and BFS data are copied in full each time. The nightly job takes as long, and \
              as much room, as the weekly one.",
        example: "kind = \"incremental\" and data = \"image\"",
        repair: "Use data = \"auto\", or make it a full job that runs less often.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for job in subject
        .site
        .jobs
        .iter()
        .filter(|job| job.kind == JobKind::Incremental)
    {
        let physical = job
            .template
            .as_ref()
            .filter(|template| template.format == BackupFormat::Physical && !template.phys_change);
        let (place, what) = match (job.data, physical) {
            (Data::Image, _) if subject.site.layout == Layout::Brm => (&job.place, "images"),
            (Data::Volumes, _) => (&job.place, "whole volumes"),
            (_, Some(template)) => (&template.place, "physical data without change detection"),
            _ => continue,
        };
        let message = format!(
            "incremental job {} copies {what}, and that is a full copy each time",
            job.name
        );
        findings
            .report(place, job.name, message)
            .help("make it a full job, or copy by files where there are files");
    }
}
