//! SSI-RET-008

use zvm::{BackupFormat, JobKind, Severity};

use crate::{
    finding::Findings,
    job_file,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-RET-008",
        name: "cmsalloc-incremental",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "VM:Backup 3.6 documentation, minidisk formats",
        text: "An incremental job must not use the format CMSALLOC.",
        why: "CMSALLOC copies the blocks in use by the allocation map, in full only. The product refuses the \
              incremental.",
        example: "kind = \"incremental\" and format = \"cmsalloc\"",
        repair: "Use the format logical or cms in the incremental.",
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
        let Some(template) = &job.template else { continue };
        let exceptions = template.exceptions.iter();
        let exceptions = exceptions.map(|exception| (exception.format, &exception.place, &exception.keys));
        for (_, place, keys) in exceptions
            .chain([(Some(template.format), &template.place, &template.keys)])
            .filter(|(format, _, _)| *format == Some(BackupFormat::CmsAlloc))
        {
            let message = format!(
                "incremental job {} asks for CMSALLOC, which can only copy in full",
                job.name
            );
            let finding = findings.report(place, job.name, message);
            finding.help("use the format logical or cms");
            job_file::set(finding, (keys.at("format"), None), "format", "\"logical\"");
        }
    }
}
