//! SSI-CFG-004

use zvm::{ConfigKind, ConfigStatement, Severity};

use crate::{
    edit::Change,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-CFG-004",
        name: "identifier-behind-ssi",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2, SSI statement",
        text: "SYSTEM_IDENTIFIER statements must stand in front of the SSI statement.",
        why: "When CP reads the SSI statement it looks for its own name among the slots. If that name comes \
              later, CP does not find itself in the cluster.",
        example: "SSI GRIDSSI PDR_VOLume GSCOM1 , SLOT 1 GRIDA\nSystem_Identifier LPAR LPA1 GRIDA",
        repair: "Move all SYSTEM_IDENTIFIER statements in front of the SSI statement.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut ssi = None;
    for statement in &subject.site.config.statements {
        match (&statement.kind, ssi) {
            (ConfigKind::Ssi(_), None) => ssi = Some(&statement.place),
            (
                ConfigKind::SystemIdentifier { name, .. } | ConfigKind::SystemIdentifierDefault(name),
                Some(ssi),
            ) => {
                let message = format!(
                    "the name {} is given only after the SSI statement was read",
                    name.value
                );
                let finding = findings.report(&statement.place, name.value, message);
                finding
                    .note(ssi, "this is the SSI statement")
                    .help("move the statement in front of the SSI statement");
                if let Some(line) = as_line(statement) {
                    finding.edit(&statement.place, Change::Drop);
                    finding.edit(ssi, Change::Before(line));
                }
            }
            _ => {}
        }
    }
}

/// The statement in one line, when it stands in one and tells the system by its logical partition.
fn as_line(statement: &ConfigStatement) -> Option<String> {
    match &statement.kind {
        ConfigKind::SystemIdentifier {
            lpar: Some(lpar),
            name,
        } if name.place.line == statement.place.line && statement.qualifier.is_none() => {
            Some(format!("  System_Identifier LPAR {lpar} {}", name.value))
        }
        _ => None,
    }
}
