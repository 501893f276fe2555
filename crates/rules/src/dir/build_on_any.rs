//! SSI-DIR-008

use zvm::Severity;

use crate::{
    dir::common::builds,
    edit::Change,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-DIR-008",
        name: "build-on-any",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "a public log of a z/VM 6.3 directory change; experience with z/VM directories",
        text: "In a cluster of several members BUILD ON * must not be used.",
        why: "It builds the SUBCONFIG on whatever member compiles the directory. All members then have \
              minidisks on volumes that one of them has.",
        example: "IDENTITY MAINT ...\n BUILD ON * USING SUBCONFIG MAINT-1      in a cluster of four",
        repair: "Write a BUILD for each member, each with a SUBCONFIG of its own.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let members = &subject.site.cluster.members;
    if members.len() < 2 {
        return;
    }
    for (entry, build) in builds(subject.site).filter(|(_, build)| build.on.is_none()) {
        let (user, id) = (entry.id.value, build.subconfig.value);
        let message = format!(
            "{user} is built from {id} on whatever member compiles the directory, and there are {}",
            members.len()
        );
        let finding = findings.report(&build.place, format!("{user} {id}"), message);
        finding.help("write a BUILD for each member, each with a SUBCONFIG of its own");
        if let Some(first) = members.first() {
            let line = format!(" BUILD ON {} USING SUBCONFIG {id}", first.name);
            finding.edit(&build.place, Change::Line(line));
        }
    }
}
