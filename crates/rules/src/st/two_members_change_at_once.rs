//! SSI-ST-004

use zvm::{Severity, facts::MemberState};

use crate::{
    finding::Findings,
    past,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-ST-004",
        name: "two-members-change-at-once",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "z/Journal of May 2012, Flexible Horizontal Scalability With z/VM Single System Image",
        text: "Only one member can join or leave at a time.",
        why: "A member that joins waits for others that join or leave. A history with two at once was not \
              recorded right, or the record of states is broken.",
        example: "GRIDB is Joining from 06:00 to 06:05, GRIDC from 06:02 on",
        repair: "Look into the persistent data record; do not trust conclusions from this history.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let changing = past::spells(subject.facts, &[MemberState::Joining, MemberState::Leaving]);
    let mut last: Option<&past::Spell> = None;
    for spell in &changing {
        if let Some(before) = last.filter(|before| before.member != spell.member && before.holds(spell.from))
        {
            let message = format!(
                "{} begins to join or leave at {} while {} has not finished",
                spell.member, spell.from, before.member
            );
            findings
                .report(
                    &spell.place,
                    format!("{} {}", before.member, spell.member),
                    message,
                )
                .note(
                    &before.place,
                    format!("{} began at {}", before.member, before.from),
                )
                .help("look into the persistent data record");
        }
        let reaches = |spell: &past::Spell| spell.until.map_or((1, 0), |until| (0, until.seconds()));
        if last.is_none_or(|before| reaches(before) < reaches(spell)) {
            last = Some(spell);
        }
    }
}
