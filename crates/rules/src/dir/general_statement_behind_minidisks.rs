//! SSI-DIR-014

use zvm::{
    Place, Severity,
    entry::{Entry, Statement},
};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-DIR-014",
        name: "general-statement-behind-minidisks",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2, MDISK directory statement",
        text: "The general statements of an entry must stand before its minidisks.",
        why: "CP expects IPL, MACHINE, OPTION and their like first, and the devices behind them. DIRECTXA \
              may refuse the entry, and the user is then missing.",
        example: "USER DEVEL01 ...\n MDISK 0191 ...\n IPL CMS",
        repair: "Move the statement in front of the first device.",
    },
    check,
};

/// Statements about the virtual machine as a whole, by their full names.
const GENERAL: [&str; 20] = [
    "ACCOUNT",
    "AUTOLOG",
    "CLASS",
    "COMMAND",
    "CPU",
    "CRYPTO",
    "IPL",
    "IUCV",
    "LOGONBY",
    "MACHINE",
    "MAXSTORAGE",
    "NAMESAVE",
    "OPTION",
    "POSIXINFO",
    "POSIXOPT",
    "SCREEN",
    "SHARE",
    "STORAGE",
    "VMRELOCATE",
    "XAUTOLOG",
];

/// Shorter abbreviations could be several statements.
const ABBREVIATION: usize = 3;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for entry in &subject.site.directory.entries {
        let Some((word, place, minidisk)) = late(entry) else {
            continue;
        };
        let id = entry.id.value;
        findings
            .report(place, id, format!("{word} of {id} stands behind a minidisk"))
            .note(minidisk, "this is the first minidisk")
            .help("move it in front of the first device");
    }
}

/// The first general statement behind a minidisk, and that minidisk.
fn late(entry: &Entry) -> Option<(&str, &Place, &Place)> {
    let mut minidisk: Option<&Place> = None;
    for statement in &entry.statements {
        let (word, place) = match statement {
            Statement::Mdisk(mdisk) => {
                minidisk.get_or_insert(&mdisk.place);
                continue;
            }
            Statement::Options { place, .. } => ("OPTION", place),
            Statement::Other { keyword, place, .. } => (keyword.as_str(), place),
            Statement::Include(_) | Statement::Build(_) | Statement::Link(_) => continue,
        };
        let general = GENERAL
            .iter()
            .any(|name| word.len() >= ABBREVIATION && name.starts_with(word));
        if let (Some(minidisk), true) = (minidisk, general) {
            return Some((word, place, minidisk));
        }
    }
    None
}
