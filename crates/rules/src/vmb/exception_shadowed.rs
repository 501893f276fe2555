//! SSI-VMB-010

use std::collections::BTreeMap;

use zvm::{BackupFormat, Exception, Mask, RecordType, Severity};

use crate::{
    edit::Change,
    finding::{Finding, Findings},
    job_file,
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
                let finding = findings.report(
                    &exception.place,
                    format!("{} {} {}", job.name, exception.name, exception.vdev),
                    message,
                );
                finding
                    .note(
                        &earlier.place,
                        format!(
                            "this one for {} {} fits all of it before",
                            earlier.name, earlier.vdev
                        ),
                    )
                    .help("put the narrower exception in front");
                to_front(finding, exception, earlier);
                continue;
            }
            exact.insert(key, exception);
            if exception.name.is_wild() || exception.vdev.is_wild() {
                wide.push(exception);
            }
        }
    }
}

/// Puts an exception in front of another. One that says the same as the other only goes.
fn to_front(finding: &mut Finding, exception: &Exception, earlier: &Exception) {
    let Some(header) = earlier
        .keys
        .header()
        .filter(|_| !exception.keys.lines().is_empty())
    else {
        return;
    };
    job_file::drop_table(finding, &exception.keys);
    if (&exception.name, &exception.vdev) == (&earlier.name, &earlier.vdev) {
        return;
    }
    let mut lines = "[[template.exception]]\n".to_owned();
    let values = [
        ("record", exception.record.word()),
        ("name", exception.name.as_str()),
        ("vdev", exception.vdev.as_str()),
        ("format", exception.format.map_or("", BackupFormat::word)),
    ];
    for (key, value) in values.iter().filter(|(key, _)| exception.keys.at(key).is_some()) {
        lines.push_str(&format!("{key} = \"{value}\"\n"));
    }
    finding.edit(header, Change::Before(lines));
}
