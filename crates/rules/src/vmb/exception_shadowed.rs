//! SSI-VMB-010

use std::collections::BTreeMap;

use zvm::{Exception, Mask, RecordType, Severity};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
    vmb::common,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VMB-010",
        name: "exception-shadowed",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "VM:Backup 3.6 documentation, exception and exclusion files",
        text: "An exception must not stand behind one that fits all that it fits.",
        why: "Of the exception file the first record that fits is used. The later one never is.",
        example: "EXCEPT USERID * * in front of EXCEPT USERID SQL *",
        repair: "Put the narrower exception in front.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for job in &subject.site.jobs {
        let exceptions = job.template.iter().flat_map(|template| &template.exceptions);
        // Only masks, and names that were there before, can cover what comes later.
        let mut wide: Vec<&Exception> = Vec::new();
        let mut exact: BTreeMap<(RecordType, &Mask, &Mask), &Exception> = BTreeMap::new();
        for exception in exceptions {
            let key = (exception.record, &exception.name, &exception.vdev);
            let covered = |earlier: &&&Exception| {
                earlier.record == exception.record
                    && common::covers(&earlier.name, &exception.name)
                    && common::covers(&earlier.vdev, &exception.vdev)
            };
            let earlier = exact
                .get(&key)
                .copied()
                .or_else(|| wide.iter().find(covered).copied());
            if let Some(earlier) = earlier {
                let message = format!(
                    "this exception for {} {} is never used",
                    exception.name, exception.vdev
                );
                findings
                    .report(
                        &exception.place,
                        format!("{} {} {}", job.name, exception.name, exception.vdev),
                        message,
                    )
                    .note(
                        &earlier.place,
                        format!(
                            "this one for {} {} fits all of it before",
                            earlier.name, earlier.vdev
                        ),
                    )
                    .help("put the narrower exception in front");
                continue;
            }
            exact.insert(key, exception);
            if exception.name.is_wild() || exception.vdev.is_wild() {
                wide.push(exception);
            }
        }
    }
}
