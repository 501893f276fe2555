//! SSI-DIR-005

use std::collections::BTreeMap;

use zvm::{
    Severity, UserId,
    entry::{Entry, EntryKind},
};

use crate::{
    dir::common::keyword,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-DIR-005",
        name: "id-twice",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2, SUBCONFIG and USER directory statements",
        text: "An id must be unique over all USER, IDENTITY and SUBCONFIG entries.",
        why: "DIRECTXA refuses the directory; until then two different users have one name, and nobody can \
              say to whom a copy belongs.",
        example: "USER MAINT-1 ...\nSUBCONFIG MAINT-1",
        repair: "Rename one of the two, in all statements that name it.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: BTreeMap<UserId, &Entry> = BTreeMap::new();
    for entry in &subject.site.directory.entries {
        // Profiles have no virtual machine; that one is called like a user confuses people only.
        if entry.kind == EntryKind::Profile {
            continue;
        }
        let id = entry.id.value;
        let Some(first) = seen.get(&id) else {
            seen.insert(id, entry);
            continue;
        };
        let message = format!("{} {id} has the id of another entry", keyword(entry.kind));
        findings
            .report(&entry.place, id, message)
            .note(&first.place, format!("{} {id} is here", keyword(first.kind)))
            .help("rename one of the two, and correct what names it");
    }
}
