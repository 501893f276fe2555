//! SSI-VMB-013

use zvm::Severity;

use crate::{
    finding::Findings,
    job_file,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VMB-013",
        name: "streams-or-copies-beyond-limit",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "VM:Backup 3.6 documentation, concepts and types of backup",
        text: "A template can ask for 15 streams and 4 copies at most.",
        why: "The product refuses the template, and the job does not run.",
        example: "streams = 20",
        repair: "Lower the number.",
    },
    check,
};

const STREAMS_MAX: u32 = 15;
/// Beside the primary copy.
const COPIES_MAX: u32 = 4;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for job in &subject.site.jobs {
        let Some(template) = &job.template else { continue };
        for (what, number, most) in [
            ("streams", template.streams, STREAMS_MAX),
            ("copies", template.copies, COPIES_MAX),
        ] {
            if number > most {
                let message = format!(
                    "the template of {} asks for {number} {what}; {most} are possible",
                    job.name
                );
                let finding = findings.report(&template.place, format!("{} {what}", job.name), message);
                finding.help(format!("ask for {most} {what} or fewer"));
                job_file::set_in_template(finding, template, what, &most.to_string());
            }
        }
    }
}
