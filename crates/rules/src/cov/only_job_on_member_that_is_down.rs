//! SSI-COV-006

use std::collections::BTreeMap;

use zvm::{Job, JobMember, MemberName, Minidisk, Severity, facts::MemberState};

use crate::{
    cov::coverage,
    finding::Findings,
    past,
    rule::{Offence, RuleMeta},
    subject::{Selected, Subject},
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-COV-006",
        name: "only-job-on-member-that-is-down",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived from the states of members, the jobs and the policy of the site",
        text: "A minidisk must not depend on the jobs of a member that has been down for longer than the \
               recovery point objective.",
        why: "No data changes there, but the copies grow old and expire, and a pack that fails in the meantime \
              is lost.",
        example: "GRIDC is down for two weeks; only IDENTC, which runs at GRIDC, copies its local minidisks",
        repair: "Keep the last copies from expiring, or attach the packs to another member and copy them there.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let (Some(now), Some(hours)) = (subject.facts.now, subject.site.policy.rpo_hours) else {
        return;
    };
    let spells = past::spells(subject.facts, &[MemberState::Down]);
    let long = spells
        .iter()
        .filter(|spell| spell.until.is_none() && now.hours_since(spell.from) > i64::from(hours));
    let down: BTreeMap<MemberName, &past::Spell> = long.map(|spell| (spell.member, spell)).collect();
    if down.is_empty() {
        return;
    }
    let mut stale: BTreeMap<MemberName, (&Minidisk, &Job, usize)> = BTreeMap::new();
    for covered in coverage::of(subject) {
        let is_down =
            |selected: &Selected<'_>| selected.members().iter().all(|member| down.contains_key(member));
        let first = covered.jobs().next();
        if let (Some(selected), true) = (first, covered.jobs().all(is_down))
            && let JobMember::At(member) = selected.job.member
        {
            stale
                .entry(member)
                .or_insert((covered.minidisk, selected.job, 0))
                .2 += 1;
        }
    }
    for (member, (example, job, count)) in stale {
        let Some(spell) = down.get(&member) else { continue };
        let message = format!(
            "{member} has been down since {}, and only its jobs copy {}, such as {} {}",
            spell.from,
            coverage::minidisks(count),
            example.user,
            example.vdev
        );
        findings
            .report(&spell.place, member, message)
            .note(&job.member_place, format!("{} runs on {member} only", job.name))
            .note(&example.place, "this minidisk has no other job")
            .help("keep its last copies from expiring, or copy the packs on another member");
    }
}
