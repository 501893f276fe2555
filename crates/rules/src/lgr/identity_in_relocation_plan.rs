//! SSI-LGR-005

use zvm::Severity;

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-LGR-005",
        name: "identity-in-relocation-plan",
        severity: Severity::Note,
        expert: false,
        since: "0.1",
        source: "feilong project, return codes of the systems management API",
        text: "Only single-configuration users can be relocated.",
        why: "An IDENTITY has an instance on each member already. The request is refused with return code 8, \
              reason 1823.",
        example: "VMRELOCATE MOVE OPERATOR TO GRIDB",
        repair: "Take the user out of the plan.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for relocation in &subject.facts.relocations {
        let Some(user) = subject.site.user(&relocation.user).filter(|user| user.multi) else {
            continue;
        };
        let message = format!("{} shall move to {}, but is an IDENTITY", user.id, relocation.to);
        findings
            .report(&relocation.place, user.id, message)
            .note(&user.place, "it has an instance on each member")
            .help("take it out of the plan");
    }
}
