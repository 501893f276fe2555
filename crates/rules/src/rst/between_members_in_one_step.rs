//! SSI-RST-006

use zvm::{Scope, Severity};

use crate::{
    finding::Findings,
    lookup::name,
    rst::common,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-RST-006",
        name: "between-members-in-one-step",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "VM:Secure 3.0 documentation, disk space in an SSI complex",
        text: "Data of a local minidisk of one member cannot go to a local minidisk of another member in one step.",
        why: "No member can link both. One of the two links fails, or hits the minidisk of the same name on the \
              wrong member.",
        example: "restore of the MAINT 0191 of GRIDA to the MAINT 0191 of GRIDB",
        repair: "Restore to a minidisk on a shared volume first, and copy it from there on the other member.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let known = common::Known::of(subject);
    for restore in &subject.facts.restores {
        let (Some(from), Some(to)) = (known.source_member(restore), restore.to_member) else {
            continue;
        };
        let on_member = |user, vdev, member| {
            known
                .disks(user, vdev)
                .iter()
                .find(move |disk| disk.scope == Scope::Local(member))
        };
        let target = (
            restore.to_user.unwrap_or(restore.user),
            restore.to_vdev.unwrap_or(restore.vdev),
        );
        let source = on_member(restore.user, restore.vdev, from);
        if let (true, Some(source), Some(target)) = (from != to, source, on_member(target.0, target.1, to)) {
            let message = format!(
                "{} {} of {from} shall go to {} {} of {to}, and no member can link both",
                source.user, source.vdev, target.user, target.vdev
            );
            findings
                .report(&restore.place, name(target), message)
                .note(&source.place, format!("local to {from}"))
                .note(&target.place, format!("local to {to}"))
                .help("go through a minidisk on a shared volume");
        }
    }
}
