//! SSI-TAP-007

use zvm::Severity;

use crate::{
    finding::Findings,
    job_file,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-TAP-007",
        name: "library-name-differs",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs Tape Manager for z/VM 1.3, catalog options and libraries",
        text: "The LIBRARY statement of the tape manager must name the library as RMS does.",
        why: "Tape Manager asks DFSMS/VM RMS for mounts by that name. RMS does not know the other one, and \
              nothing is mounted.",
        example: "library = \"LIB1\" and rms_library = \"LIBRARY1\"",
        repair: "Write the name that RMS uses into the LIBRARY statement.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for node in &subject.site.tape_nodes {
        if let (Some(library), Some(rms)) = (&node.library, &node.rms_library)
            && library != rms
        {
            let message = format!(
                "the tape manager of {} calls the library {library}, RMS calls it {rms}",
                node.member
            );
            let finding = findings.report(&node.place, node.member, message);
            finding.help(format!("call it {rms}"));
            job_file::set(
                finding,
                (node.keys.at("library"), None),
                "library",
                &format!("\"{rms}\""),
            );
        }
    }
}
