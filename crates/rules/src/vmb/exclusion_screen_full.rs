//! SSI-VMB-003

use zvm::{ExclusionFile, Severity};

use crate::{
    finding::Findings,
    job_file,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VMB-003",
        name: "exclusion-screen-full",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "Broadcom article 28803, SSI recommendations for VM:Backup",
        text: "An exclusion file that is made on the screen can name twelve volumes at most.",
        why: "What does not fit on the screen is not excluded, and its backup fails on other members.",
        example: "exclusion = \"screen\" and thirteen [[exclude]] with a volser",
        repair: "Make the exclusion file as a CMS file and import it through TPI.",
    },
    check,
};

/// The `Manage Exception/Exclusion Files` screen has so many lines for volumes.
const SCREEN_LINES: usize = 12;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for job in &subject.site.jobs {
        let Some(template) = &job.template else { continue };
        if template.exclusion != Some(ExclusionFile::Screen) {
            continue;
        }
        let mut volumes = job
            .exclude
            .iter()
            .filter(|exclude| exclude.volser.as_str() != "*");
        let Some(first) = volumes.nth(SCREEN_LINES) else {
            continue;
        };
        let count = SCREEN_LINES + 1 + volumes.count();
        let message = format!(
            "the exclusion file of {} names {count} volumes, but the screen has room for {SCREEN_LINES}; {} does not fit any more",
            job.name, first.volser
        );
        let finding = findings.report(&first.place, job.name, message);
        finding
            .note(
                &template.place,
                "this template says that the file is made on the screen",
            )
            .help("import the exclusion file through TPI: exclusion = \"tpi\"");
        job_file::set_in_template(finding, template, "exclusion", "\"tpi\"");
    }
}
