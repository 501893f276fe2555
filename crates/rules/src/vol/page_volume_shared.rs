//! SSI-VOL-005

use std::collections::BTreeSet;

use zvm::Severity;

use crate::{
    edit::Change,
    finding::Findings,
    lookup::{explain_ownership, list, members},
    rule::{Offence, RuleMeta},
    subject::Subject,
    vol::{Use, cp_owned},
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VOL-005",
        name: "page-volume-shared",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "the comments of a public z/VM 6.3 SYSTEM CONFIG",
        text: "A page or temporary-disk volume must be attached to one member alone.",
        why: "Each member pages where it likes. Two that own one volume overwrite each other's pages, unless the \
              label's owner keeps them apart.",
        example: "CP_Owned Slot 255 GA1P01      without a record qualifier",
        repair: "Qualify the statement with the member that owns the volume.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    if members(site).count() < 2 {
        return;
    }
    let mut seen = BTreeSet::new();
    for owned in cp_owned(site).filter(|owned| owned.role() == Use::Paging) {
        // SYSTEM CONFIG is asked and not site.toml: a pack of one member does not make the statement right.
        if owned.members.len() < 2 || !seen.insert(owned.volser) {
            continue;
        }
        let message = format!(
            "{} is in slot {}, so it is for paging, but {} have it",
            owned.volser,
            owned.slot,
            list(owned.members.iter())
        );
        let finding = findings.report(owned.place, owned.volser, message);
        explain_ownership(finding, site, owned.volser);
        // The label says whose it is, if it says anything.
        let owner = site
            .packs(&owned.volser)
            .first()
            .and_then(|pack| pack.owner.as_ref());
        let member = owner
            .and_then(|owner| owner.split_once('.'))
            .map(|(_, member)| member);
        if let (Some(member), None) = (member, &owned.statement.qualifier) {
            finding.edit(&owned.statement.place, Change::Ahead(format!("{member}: ")));
        }
        finding.help("write MEMBER: in front of the statement");
    }
}
