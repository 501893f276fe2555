//! SSI-VMB-011

use zvm::{RecordType, Severity};

use crate::{
    finding::Findings,
    job_file,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VMB-011",
        name: "exception-of-another-type",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "VM:Backup 3.6 documentation, exception and exclusion files",
        text: "The record type of an exception must be that of the template.",
        why: "The product compares records of one type only. An exception of another type is never used.",
        example: "a USERID exception in a template that includes by ACCOUNT",
        repair: "Write the exception with the record type of the template.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let word = |record: RecordType| match record {
        RecordType::UserId => "USERID",
        RecordType::Account => "ACCOUNT",
        RecordType::AciGroup => "ACIGROUP",
        RecordType::FileSpace => "FILESPACE",
    };
    for job in &subject.site.jobs {
        let Some(template) = &job.template else { continue };
        for exception in template
            .exceptions
            .iter()
            .filter(|exception| exception.record != template.record)
        {
            let message = format!(
                "this exception is a {} record, but the template of {} includes by {}",
                word(exception.record),
                job.name,
                word(template.record)
            );
            let finding = findings.report(
                &exception.place,
                format!("{} {}", job.name, exception.name),
                message,
            );
            finding
                .note(
                    &template.place,
                    format!("the template includes by {}", word(template.record)),
                )
                .help(format!("give it the record type {}", word(template.record)));
            job_file::set(
                finding,
                (exception.keys.at("record"), exception.keys.header()),
                "record",
                &format!("\"{}\"", template.record.word()),
            );
        }
    }
}
