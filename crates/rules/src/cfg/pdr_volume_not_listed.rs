//! SSI-CFG-005

use zvm::{ListedBy, Severity};

use crate::{
    finding::Findings,
    lookup::attach,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-CFG-005",
        name: "pdr-volume-not-listed",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2, SSI statement",
        text: "The volume of the persistent data record must be in the CP_OWNED list or in the user volume list.",
        why: "A member reads the persistent data record before anything else, to learn who else is there. CP \
              attaches only the volumes of these two lists so early; without the record the member comes up \
              alone, as Isolated.",
        example: "SSI GRIDSSI PDR_VOLume GSCOM9 , ...      and GSCOM9 in no list",
        repair: "Add the volume to the CP_OWNED list, in the same slot for every member.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let (Some(volser), Some(place)) = (site.cluster.pdr_volume, &site.cluster.place) else {
        return;
    };
    let listings = site.listings(&volser);
    if listings.iter().any(|listing| listing.by != ListedBy::UserInclude) {
        return;
    }
    let message = match listings.first() {
        None => format!("{volser} has the persistent data record, but no member attaches it"),
        Some(_) => format!("{volser} has the persistent data record, but only a mask attaches it"),
    };
    let finding = findings.report(place, volser, message);
    attach(finding, site, volser, None);
    if let Some(mask) = listings.first() {
        finding.note(
            &mask.place,
            "a volume that this mask fits is not missed when it is absent",
        );
    }
    finding.help(format!("add {volser} to the CP_OWNED list"));
}
