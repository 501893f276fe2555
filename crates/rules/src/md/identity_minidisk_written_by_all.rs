//! SSI-MD-005

use std::collections::BTreeSet;

use zvm::{LinkMode, Scope, Severity};

use crate::{
    finding::Findings,
    lookup::{list, name, on_volumes},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-MD-005",
        name: "identity-minidisk-written-by-all",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2, MDISK directory statement; IBM Docs z/VM 7.3, linking to other users' \
                 minidisks",
        text: "A minidisk in the body of an IDENTITY must not be given to all its instances with mode M or \
               MW.",
        why: "Every instance of the user links the same minidisk when it logs on. With MW all of them write \
              to it at once, with M whichever comes first; a CMS file system survives neither, and a copy \
              of it shows no state that ever was.",
        example: "IDENTITY TCPIP ...\n BUILD ON GRIDA USING SUBCONFIG TCPIP-1\n BUILD ON GRIDB USING \
                  SUBCONFIG TCPIP-2\n MDISK 0198 3390 0060 0002 GSU001 MW",
        repair: "Give each instance a minidisk of its own in its SUBCONFIG; or give the common one mode RR \
                 and let one user write it.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    for (minidisk, volser) in on_volumes(site) {
        let written = matches!(minidisk.mode.link, LinkMode::M | LinkMode::MW);
        if !minidisk.multi || minidisk.scope != Scope::Global || !written {
            continue;
        }
        let Some(user) = site.user(&minidisk.user) else {
            continue;
        };
        let members: BTreeSet<_> = user.builds.iter().map(|build| build.member).collect();
        if members.len() < 2 {
            continue;
        }
        let message = format!(
            "minidisk {} {} on {volser} is linked {} by the instances of {} on {}",
            minidisk.user,
            minidisk.vdev,
            minidisk.mode,
            minidisk.user,
            list(members)
        );
        findings
            .report(&minidisk.place, name(minidisk), message)
            .help("put an MDISK into each SUBCONFIG, or make the mode RR");
    }
}
