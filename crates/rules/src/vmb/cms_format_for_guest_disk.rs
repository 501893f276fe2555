//! SSI-VMB-015

use std::collections::BTreeMap;

use zvm::{BackupFormat, Exception, Keys, Minidisk, MinidiskKind, RecordType, Severity, Template, UserId};

use crate::{
    finding::Findings,
    guests, job_file,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VMB-015",
        name: "cms-format-for-guest-disk",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "VM:Backup 3.6 documentation, minidisk formats",
        text: "The format CMS must not be asked for minidisks that hold another operating system.",
        why: "A minidisk that is not in CMS format is skipped. The job ends well, and there is no copy.",
        example: "format = \"cms\" in a job that selects the disks of a Linux guest",
        repair: "Use the format logical, which copies what is not CMS as an image, or give the guest an \
                 exception with physical.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let guests = guests::guests(subject.site);
    for selected in subject.jobs() {
        let Some(template) = &selected.job.template else {
            continue;
        };
        let asks = template.format == BackupFormat::Cms
            || template
                .exceptions
                .iter()
                .any(|exception| exception.format == Some(BackupFormat::Cms));
        if !asks {
            continue;
        }
        let mut skipped: BTreeMap<UserId, &Minidisk> = BTreeMap::new();
        let data = selected
            .named
            .iter()
            .filter(|disk| disk.kind == MinidiskKind::Data && disk.extent().is_some());
        for minidisk in data.filter(|disk| guests.contains(&disk.user)) {
            if format_of(template, minidisk) == BackupFormat::Cms {
                skipped.entry(minidisk.user).or_insert(minidisk);
            }
        }
        for (user, minidisk) in skipped {
            let job = selected.job.name;
            let message = format!(
                "job {job} wants CMS format of {user}, which runs an operating system of its own; {} is skipped",
                minidisk.vdev
            );
            let finding = findings.report(&template.place, format!("{job} {user}"), message);
            finding
                .note(&minidisk.place, "this minidisk is selected")
                .help("use the format logical, or an exception with physical");
            let asking = asking(template, minidisk).unwrap_or(&template.keys);
            job_file::set(finding, (asking.at("format"), None), "format", "\"logical\"");
        }
    }
}

/// The format of the first exception that fits, otherwise that of the template.
fn format_of(template: &Template, minidisk: &Minidisk) -> BackupFormat {
    let exception = exception_for(template, minidisk);
    exception
        .and_then(|exception| exception.format)
        .unwrap_or(template.format)
}

/// The exception that says the format; none when the template does.
fn asking<'a>(template: &'a Template, minidisk: &Minidisk) -> Option<&'a Keys> {
    let exception = exception_for(template, minidisk)?;
    exception.format.map(|_| &exception.keys)
}

fn exception_for<'a>(template: &'a Template, minidisk: &Minidisk) -> Option<&'a Exception> {
    let fits = |exception: &&Exception| {
        exception.record == RecordType::UserId
            && exception.name.matches(minidisk.user.as_str())
            && exception.vdev.matches(&minidisk.vdev.to_string())
    };
    template.exceptions.iter().find(fits)
}
