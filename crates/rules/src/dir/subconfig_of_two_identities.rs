//! SSI-DIR-006

use std::collections::BTreeMap;

use zvm::{Place, Severity, UserId};

use crate::{
    dir::common::builds,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-DIR-006",
        name: "subconfig-of-two-identities",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived from the SUBCONFIG directory statement",
        text: "A SUBCONFIG must serve one IDENTITY.",
        why: "Two users then own the same minidisks on the same cylinders, both write them, and a copy \
              carries the name of one while it belongs to the other as well.",
        example: "IDENTITY MAINT ...\n BUILD ON GRIDA USING SUBCONFIG MAINT-1\nIDENTITY OP1 ...\n BUILD ON \
                  GRIDA USING SUBCONFIG MAINT-1",
        repair: "Give each IDENTITY a SUBCONFIG of its own; let the other LINK what it needs.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut first: BTreeMap<UserId, (UserId, &Place)> = BTreeMap::new();
    for (entry, build) in builds(subject.site) {
        let (user, id) = (entry.id.value, build.subconfig.value);
        let (owner, place) = *first.entry(id).or_insert((user, &build.place));
        if owner != user {
            findings
                .report(
                    &build.subconfig.place,
                    format!("{user} {id}"),
                    format!("SUBCONFIG {id} is built by {user}, but it belongs to {owner}"),
                )
                .note(place, format!("{owner} builds it here"))
                .help(format!("give {user} a SUBCONFIG of its own"));
        }
    }
}
