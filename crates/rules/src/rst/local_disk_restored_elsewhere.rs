//! SSI-RST-002

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
        code: "SSI-RST-002",
        name: "local-disk-restored-elsewhere",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "VM:Secure 3.0 documentation, disk space in an SSI complex and IBM technote on Backup and \
                 Restore Manager in a z/VM SSI environment",
        text: "A local minidisk must be restored on the member that it belongs to.",
        why: "On another member the same user and number are another minidisk, and the restore overwrites that one.",
        example: "restore of the MAINT 0191 of GRIDB, run at GRIDA",
        repair: "Run the restore on the member of the minidisk.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let known = common::Known::of(subject);
    for restore in &subject.facts.restores {
        let Some(target) = known.target(restore) else {
            continue;
        };
        let Scope::Local(home) = target.scope else {
            continue;
        };
        if home == restore.at_member {
            continue;
        }
        let message = format!(
            "{} {} of {home} shall be restored at {}",
            target.user, target.vdev, restore.at_member
        );
        let other = known
            .disks(target.user, target.vdev)
            .iter()
            .find(|disk| disk.scope == Scope::Local(restore.at_member));
        let finding = findings.report(&restore.place, name(target), message);
        finding.note(&target.place, format!("this minidisk is local to {home}"));
        if let Some(other) = other {
            finding.note(
                &other.place,
                format!("this one would be overwritten at {}", restore.at_member),
            );
        }
        finding.help(format!("run the restore at {home}"));
    }
}
