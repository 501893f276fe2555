//! SSI-RET-001

use zvm::{Retention, Severity};

use crate::{
    finding::Findings,
    job_file, past,
    ret::common,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-RET-001",
        name: "base-expires-first",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs Backup and Restore Manager 1.3, backup types and VM:Backup 3.6 documentation, catalogs",
        text: "A full must be kept as long as the incrementals that depend on it.",
        why: "An incremental holds only what has changed. Without its full, nothing can be restored from it.",
        example: "SINGLE kept 14 days, SINGLEI with base = \"SINGLE\" kept 30 days",
        repair: "Keep the full for the retention of the incremental plus the days of one cycle.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (job, base) in common::with_bases(subject) {
        let (Some(_), Some(kept)) = (base.retention, common::kept_days(base)) else {
            continue;
        };
        let cycle = common::cycle_days(base);
        let needed = match (job.retention, common::kept_days(job)) {
            (None, _) => None,
            (Some(_), Some(days)) => Some(days.saturating_add(cycle)),
            (Some(_), None) => continue,
        };
        if needed.is_some_and(|needed| kept >= needed) {
            continue;
        }
        let how_long = match needed {
            Some(needed) => format!("are needed until {needed} days after it"),
            None => "are never expired".to_owned(),
        };
        let message = format!(
            "{} is kept for {kept} days, but the instances of {} that depend on it {how_long}",
            base.name, job.name
        );
        let finding = findings.report(&base.place, base.name, message);
        finding.note(&job.place, format!("{} is the base of this job", base.name));
        let Some(needed) = needed else {
            finding.help(format!("give {} a retention", job.name));
            // What is kept longer than this depends on a full that is gone.
            if let Some(days) = kept.checked_sub(cycle).filter(|days| *days > 0) {
                job_file::set_retention(finding, job, Retention::Days(days));
            }
            continue;
        };
        finding.help(format!("keep {} for at least {needed} days", base.name));
        if let Some(retention) =
            common::needed_days(subject, base).and_then(|days| common::keeping(base, days))
        {
            job_file::set_retention(finding, base, retention);
        }
    }
    of_instances(subject, findings);
}

fn of_instances(subject: &Subject<'_>, findings: &mut Findings) {
    let runs = past::runs(subject.facts);
    for run in subject.facts.instances.iter().filter(|run| !past::is_lost(run)) {
        let Some(base) = run.base.and_then(|base| runs.get(&base)) else {
            continue;
        };
        let Some(expires) = base.expires.filter(|_| !past::is_lost(base)) else {
            continue;
        };
        if run.expires.is_none_or(|later| later > expires) {
            let until = run
                .expires
                .map_or("for ever".to_owned(), |at| format!("until {at}"));
            let message = format!(
                "{} expires at {expires}, but {} depends on it {until}",
                base.name, run.name
            );
            findings
                .report(&base.place, base.name, message)
                .note(
                    &run.place,
                    format!("{} was compared with {}", run.name, base.name),
                )
                .help(format!("change the expiry of {}", base.name));
        }
    }
}
