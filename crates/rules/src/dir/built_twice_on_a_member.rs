//! SSI-DIR-003

use std::collections::BTreeMap;

use zvm::{MemberName, Place, Severity, UserId};

use crate::{
    dir::common::builds,
    edit::Change,
    finding::Findings,
    lookup::members,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-DIR-003",
        name: "built-twice-on-a-member",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived from the SUBCONFIG directory statement",
        text: "An IDENTITY must have one BUILD for a member, not two.",
        why: "A member has one instance of the user. Which of the two SUBCONFIGs it is made of is not for \
              the directory to guess; the minidisks of the other are never linked.",
        example: "IDENTITY MAINT ...\n BUILD ON GRIDA USING SUBCONFIG MAINT-1\n BUILD ON GRIDA USING \
                  SUBCONFIG MAINT-2",
        repair: "Correct the member of one of the BUILD statements.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: BTreeMap<(UserId, &Place, Option<MemberName>), &Place> = BTreeMap::new();
    for (entry, build) in builds(subject.site) {
        let member = build.on.as_ref().map(|on| on.value);
        let key = (entry.id.value, &entry.place, member);
        let Some(first) = seen.get(&key) else {
            seen.insert(key, &build.place);
            continue;
        };
        let user = entry.id.value;
        let whom = member.map_or("*".to_owned(), |member| member.to_string());
        let finding = findings.report(
            &build.place,
            format!("{user} {whom}"),
            format!("{user} is built on {whom} already"),
        );
        finding
            .note(first, "it is built here")
            .help("correct the member of one of the two");
        let owner = subject.site.user(&user);
        let builds: Vec<MemberName> = owner
            .iter()
            .flat_map(|user| &user.builds)
            .map(|build| build.member)
            .collect();
        let left: Vec<MemberName> = members(subject.site)
            .filter(|member| !builds.contains(member))
            .collect();
        // With one member left over and one BUILD too many there is no doubt.
        if let ([meant], Some(on)) = (left.as_slice(), &build.on)
            && builds.len() == members(subject.site).count()
        {
            finding.edit(&on.place, Change::Words(meant.to_string()));
        }
    }
}
