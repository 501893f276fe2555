//! SSI-CFG-011

use zvm::{ConfigKind, Place, Severity};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

/// The longest name of a cluster or member.
const LONGEST: usize = 8;

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-CFG-011",
        name: "name-not-alphanumeric",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2, SSI statement",
        text: "The names of the cluster and of its members must have 1 to 8 letters and digits.",
        why: "CP refuses the statement, and the system comes up outside of the cluster.",
        example: "SSI GRID-SSI1 PDR_VOLume GSCOM1 , SLOT 1 GRIDA",
        repair: "Choose a name of at most eight letters and digits.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let names = site
        .config
        .statements
        .iter()
        .flat_map(|statement| match &statement.kind {
            ConfigKind::Ssi(ssi) => {
                let mut names = vec![(ssi.name.value.clone(), &ssi.name.place)];
                let members = ssi.slots.iter().filter_map(|slot| slot.member.as_ref());
                names.extend(members.map(|member| (member.value.to_string(), &member.place)));
                names
            }
            ConfigKind::SystemIdentifier { name, .. } | ConfigKind::SystemIdentifierDefault(name) => {
                vec![(name.value.to_string(), &name.place)]
            }
            _ => Vec::new(),
        });
    for (name, place) in names {
        judge(&name, place, findings);
    }
}

fn judge(name: &str, place: &Place, findings: &mut Findings) {
    if name.len() <= LONGEST && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return;
    }
    let message = if name.len() > LONGEST {
        format!(
            "the name {name} has {} characters, {LONGEST} are possible",
            name.len()
        )
    } else {
        format!("the name {name} has a character that is neither letter nor digit")
    };
    findings
        .report(place, name, message)
        .help("choose 1 to 8 letters and digits");
}
