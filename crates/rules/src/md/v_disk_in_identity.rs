//! SSI-MD-015

use zvm::{Severity, Space};

use crate::{
    edit::Change,
    finding::Findings,
    lookup::name,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-MD-015",
        name: "v-disk-in-identity",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2, MDISK directory statement",
        text: "A V-DISK must not stand in the body of an IDENTITY.",
        why: "A V-DISK is memory of one member. In an IDENTITY entry it would have to be one disk for all \
              members, which it cannot be; CP allows it in USER and SUBCONFIG entries only.",
        example: "IDENTITY TCPIP ...\n MDISK 0300 FB-512 V-DISK 65536 MR",
        repair: "Put the statement into each SUBCONFIG.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for minidisk in &subject.site.minidisks {
        let Space::VDisk { .. } = minidisk.space else {
            continue;
        };
        if !minidisk.multi || minidisk.subconfig.is_some() {
            continue;
        }
        let message = format!(
            "V-DISK {} {} stands in the body of an IDENTITY, where CP does not allow it",
            minidisk.user, minidisk.vdev
        );
        let finding = findings.report(&minidisk.place, name(minidisk), message);
        finding.help("put it into each SUBCONFIG");
        // What a profile gives may be right for the others that include it.
        match minidisk.profile {
            Some(profile) => finding.note(&minidisk.place, format!("it comes from the profile {profile}")),
            None => finding.edit(&minidisk.place, Change::Drop),
        };
    }
}
