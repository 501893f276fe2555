//! SSI-CFG-012

use zvm::{JobMember, MemberName, Place, Severity};

use crate::{
    edit::Change,
    finding::Findings,
    lookup::{is_member, list, members},
    rule::{Offence, RuleMeta},
    subject::Subject,
    typing::meant,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-CFG-012",
        name: "member-unknown",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived from the SSI statement and the files that name members",
        text: "Every member that a job, a volume or a tape manager names must be in the SSI statement.",
        why: "What is meant for a member that does not exist is done by nobody: the job never runs, the volume \
              is attached nowhere.",
        example: "member = \"GRIDE\" in a job, and no SLOT of GRIDE",
        repair: "Correct the name, or add the member to the SSI statement.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    // Without members there is no SSI statement, and that is SSI-CFG-001.
    if site.cluster.members.is_empty() {
        return;
    }
    // `words` are those of the name, with what is written around it.
    let mut judge = |member: MemberName, place: &Place, what: String, words: Option<(&Place, &str)>| {
        if !is_member(site, member) {
            let message = format!("{what} is for {member}, which is no member of the cluster");
            let finding = findings.report(place, member, message);
            finding.help(format!("the members are {}", list(members(site))));
            let known: Vec<String> = members(site).map(|member| member.to_string()).collect();
            if let (Some(meant), Some((words, quote))) =
                (meant(member.as_str(), known.iter().map(String::as_str)), words)
            {
                finding.edit(words, Change::Words(format!("{quote}{meant}{quote}")));
            }
        }
    };
    for job in &site.jobs {
        if let JobMember::At(member) = job.member {
            judge(
                member,
                &job.member_place,
                format!("job {}", job.name),
                job.keys.at("member").map(|words| (words, "\"")),
            );
        }
    }
    for volume in &site.volumes {
        if let Some(member) = volume.key.member {
            judge(
                member,
                &volume.place,
                format!("volume {}", volume.key.volser),
                None,
            );
        }
    }
    for node in &site.tape_nodes {
        judge(
            node.member,
            &node.place,
            "this tape manager".to_owned(),
            node.keys.at("member").map(|words| (words, "\"")),
        );
    }
    for volume in &site.extent_control.ssi_volumes {
        judge(
            volume.member.value,
            &volume.member.place,
            format!("volume {}", volume.volser.value),
            Some((&volume.member.place, "")),
        );
    }
}
