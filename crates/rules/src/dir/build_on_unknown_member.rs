//! SSI-DIR-007

use std::collections::BTreeSet;

use zvm::{MemberName, Severity};

use crate::{
    dir::common::builds,
    edit::Change,
    finding::Findings,
    lookup::{is_member, list, members},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-DIR-007",
        name: "build-on-unknown-member",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived from the SSI statement and the SUBCONFIG directory statement",
        text: "Every BUILD statement must name a member of the cluster.",
        why: "The SUBCONFIG is built nowhere: on the member that was meant, the user cannot log on, and its \
              minidisks are nobody's.",
        example: "BUILD ON GRDIA USING SUBCONFIG MAINT-1      in a cluster of GRIDA, GRIDB, GRIDC and GRIDD",
        repair: "Correct the name of the member.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    // Without members there is no SSI statement, and that is SSI-CFG-001.
    if site.cluster.members.is_empty() {
        return;
    }
    for (entry, build) in builds(site) {
        let Some(on) = build.on.as_ref().filter(|on| !is_member(site, on.value)) else {
            continue;
        };
        let (user, member) = (entry.id.value, on.value);
        let message = format!("{user} is to be built on {member}, which is no member of the cluster");
        let finding = findings.report(&on.place, format!("{user} {member}"), message);
        finding.help(format!("the members are {}", list(members(site))));
        let owner = site.user(&user);
        let built: BTreeSet<MemberName> = owner
            .iter()
            .flat_map(|user| &user.builds)
            .map(|build| build.member)
            .collect();
        let strangers = built.iter().filter(|member| !is_member(site, **member)).count();
        let left: Vec<MemberName> = members(site).filter(|member| !built.contains(member)).collect();
        // With one member left over and one wrong name there is no doubt.
        if let ([meant], 1) = (left.as_slice(), strangers) {
            finding.edit(&on.place, Change::Words(meant.to_string()));
        }
    }
}
