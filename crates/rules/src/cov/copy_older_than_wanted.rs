//! SSI-COV-004

use zvm::{Facts, Moment, Severity, VolumeKey};

use crate::{
    cov::coverage,
    finding::Findings,
    lookup::name,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-COV-004",
        name: "copy-older-than-wanted",
        severity: Severity::Error,
        expert: true,
        since: "0.1",
        source: "derived from the policy of the site; a decision of this project",
        text: "The newest good copy of a minidisk must not be older than the recovery point objective.",
        why: "That is how much work the installation is prepared to lose, and now it would lose more.",
        example: "rpo_hours = 24, and the newest copy of LNXPAY01 0101 is nine days old",
        repair: "Run the job, and find out why it has not run or has failed.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let facts = subject.facts;
    let (Some(now), Some(hours)) = (facts.now, subject.site.policy.rpo_hours) else {
        return;
    };
    if facts.domains.is_empty() && facts.recorded.is_none() {
        return;
    }
    let copies = coverage::copies(subject);
    let long_ago = |from: Moment| now.hours_since(from) > i64::from(hours);
    let watched = facts
        .history
        .as_ref()
        .is_some_and(|history| long_ago(history.from))
        || facts.recorded.is_some_and(long_ago);
    for covered in coverage::of(subject)
        .iter()
        .filter(|covered| covered.jobs().next().is_some())
    {
        let minidisk = covered.minidisk;
        let of_it = copies.get(&(minidisk.user, minidisk.vdev)).into_iter().flatten();
        let of_it = of_it.filter(|(domain, run)| coverage::is_of(domain, run, minidisk));
        let newest = of_it
            .map(|(domain, run)| (domain.at.unwrap_or(run.started), *domain))
            .max_by_key(|(at, _)| *at);
        match newest {
            Some((at, domain)) if now.hours_since(at) > i64::from(hours) => {
                let message = format!(
                    "the newest copy of minidisk {} {} is {} hours old; {hours} are allowed",
                    minidisk.user,
                    minidisk.vdev,
                    now.hours_since(at)
                );
                findings
                    .report(&minidisk.place, name(minidisk), message)
                    .note(&domain.place, format!("{} has it", domain.instance))
                    .help("run the job, and find out why it has not run");
            }
            None if watched && !whole_volume(facts, covered.pack) => {
                let message = format!(
                    "there is no copy of minidisk {} {} in the catalog",
                    minidisk.user, minidisk.vdev
                );
                findings
                    .report(&minidisk.place, name(minidisk), message)
                    .help("run the job that selects it");
            }
            _ => {}
        }
    }
}

/// Whether there is a copy of the pack as a whole.
fn whole_volume(facts: &Facts, pack: VolumeKey) -> bool {
    let mut volumes = facts
        .domains
        .iter()
        .filter(|domain| domain.user.is_none() && domain.copied);
    volumes
        .any(|domain| domain.volser == pack.volser && (pack.member.is_none() || domain.member == pack.member))
}
