//! SSI-LGR-001

use zvm::{OwnerScope, Selector, Severity};

use crate::{
    finding::Findings,
    job_file,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-LGR-001",
        name: "chosen-by-logon",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "derived from live guest relocation and the selectors of jobs",
        text: "A job must not choose users by whether they are logged on at its member.",
        why: "A guest that is relocated between the starts of two jobs is taken by both, or by neither.",
        example: "[[include]] user = \"LNX*\" logged_on = true in a job at GRIDA, and the same at GRIDB",
        repair: "Choose guests by name or volume, and copy them with one job.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for job in &subject.site.jobs {
        let by_logon = |selector: &&Selector| selector.logged_on && selector.scope != OwnerScope::Identity;
        for selector in job.include.iter().chain(&job.exclude).filter(by_logon) {
            let message = format!(
                "{} chooses {} by logon, and a guest may be relocated before the next job looks",
                job.name, selector.user
            );
            let finding = findings.report(
                &selector.place,
                format!("{} {}", job.name, selector.user),
                message,
            );
            finding.help("choose by name or volume");
            // An exclude without it would leave out more than was meant.
            if job.include.contains(selector) {
                job_file::set(
                    finding,
                    (selector.keys.at("logged_on"), None),
                    "logged_on",
                    "false",
                );
            }
        }
    }
}
