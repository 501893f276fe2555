//! SSI-ST-005

use std::collections::BTreeMap;

use zvm::{MemberName, Severity, UserId};

use crate::{
    finding::Findings,
    past,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-ST-005",
        name: "user-logged-on-twice",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2, overview of the user directory, and Broadcom article 28803, SSI \
                 recommendations for VM:Backup",
        text: "A single-configuration user must be logged on at one member only.",
        why: "Both logons have the same minidisks for writing. It happens after a member that still ran was \
              declared down, and destroys file systems.",
        example: "LNXPAY01 is logged on at GRIDA and at GRIDC",
        repair: "Force off both logons, and check the file systems before the next logon.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut logons: BTreeMap<UserId, Vec<_>> = BTreeMap::new();
    for logon in &subject.facts.logons {
        if subject.site.user(&logon.user).is_some_and(|user| !user.multi) {
            logons.entry(logon.user).or_default().push(logon);
        }
    }
    for (user, mut logons) in logons {
        logons.sort_by_key(|logon| (logon.from, logon.member));
        // Of those that began before, the one that lasts longest on each member.
        let mut open: BTreeMap<MemberName, &zvm::facts::Logon> = BTreeMap::new();
        for logon in logons {
            let time = (logon.from, logon.until);
            let elsewhere = open
                .values()
                .find(|other| other.member != logon.member && past::overlap((other.from, other.until), time));
            if let Some(other) = elsewhere {
                let message = format!(
                    "{user} is logged on at {} and at {} at the same time",
                    other.member, logon.member
                );
                findings
                    .report(&logon.place, user, message)
                    .note(&other.place, format!("logged on at {}", other.member))
                    .help("force off both, and check its file systems");
            }
            let longer = |known: &&zvm::facts::Logon| {
                known.until.is_none() || logon.until.is_some_and(|end| known.until >= Some(end))
            };
            if !open.get(&logon.member).is_some_and(longer) {
                open.insert(logon.member, logon);
            }
        }
    }
}
