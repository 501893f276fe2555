//! SSI-RST-004

use zvm::{Scope, Severity, facts::HeldLink};

use crate::{
    finding::Findings,
    lookup::name,
    rst::common,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-RST-004",
        name: "restore-target-in-use",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.3, linking to other users' minidisks",
        text: "A minidisk must not be restored while somebody in the cluster has it linked for writing.",
        why: "The guest goes on writing what it has in memory over the restored data, and neither survives.",
        example: "restore of LNXPAY01 0100, and LNXPAY01 runs at GRIDC",
        repair: "Log the guest off, on whatever member it runs, then restore.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let known = common::Known::of(subject);
    for restore in &subject.facts.restores {
        let Some(target) = known.target(restore) else {
            continue;
        };
        let holds = |link: &&HeldLink| {
            link.owner == target.user
                && link.vdev == target.vdev
                && link.mode.may_write()
                && (target.scope == Scope::Global || target.scope == Scope::Local(link.member))
        };
        if let Some(link) = subject.facts.links.iter().find(holds) {
            let message = format!(
                "{} {} shall be restored, but {} on {} has it linked {}",
                target.user, target.vdev, link.user, link.member, link.mode
            );
            findings
                .report(&restore.place, name(target), message)
                .note(&link.place, "this link can write")
                .help(format!("log {} off at {} first", link.user, link.member));
        }
    }
}
