//! SSI-DIR-012

use zvm::{Severity, UserId};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-DIR-012",
        name: "id-not-allowed",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2, SUBCONFIG directory statement",
        text: "Ids must consist of letters, digits and @ # $ _ -, must have at most eight characters, and \
               must not be reserved.",
        why: "DIRECTXA refuses the entry, so its minidisks exist on paper only. CP keeps LOGNxxxx, \
              LOGLxxxx, LOGVxxxx, LOGNSYSC, LOGNSYSG, SYSTEM and SYSTEMMP for itself.",
        example: "USER A.B ...\nUSER LOGN0001 ...",
        repair: "Give the user another id.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let directory = &subject.site.directory;
    for id in &directory.misnamed {
        let message = format!("{:?} cannot be the id of an entry", id.value);
        findings
            .report(&id.place, &id.value, message)
            .help("use one to eight letters, digits and @ # $ _ -");
    }
    for entry in directory
        .entries
        .iter()
        .filter(|entry| is_reserved(entry.id.value))
    {
        let id = entry.id.value;
        findings
            .report(&entry.id.place, id, format!("CP keeps the id {id} for itself"))
            .help("give the entry another id");
    }
}

fn is_reserved(id: UserId) -> bool {
    let id = id.as_str();
    let terminal = ["LOGN", "LOGL", "LOGV"]
        .iter()
        .filter_map(|start| id.strip_prefix(start))
        .any(|number| number.len() == 4 && number.bytes().all(|digit| digit.is_ascii_hexdigit()));
    terminal || ["LOGNSYSC", "LOGNSYSG", "SYSTEM", "SYSTEMMP"].contains(&id)
}
