//! SSI-VMB-008

use zvm::{CommandModule, Minidisk, Ownership, Scope, Severity};

use crate::{
    finding::Findings,
    lookup::{explain_build, explain_ownership, name},
    rule::{Offence, RuleMeta},
    subject::Subject,
    vmb::common,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VMB-008",
        name: "command-module-not-shared",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "Broadcom article 28803, SSI recommendations for VM:Backup",
        text: "The command modules of VM:Backup's servers should lie on minidisks that every member can link.",
        why: "Each server has a command module of its own name. Users on a member that cannot link the disk with the \
              module cannot command the server, wherever it runs.",
        example: "[[module]]\nserver = \"VMBKUP01\"\ndisk = \"MAINT-1 0191\"",
        repair: "Put the modules on a minidisk of a USER on a shared volume, and link that from the profiles.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if !common::applies(subject) {
        return;
    }
    for module in &subject.site.modules {
        let mut disks = subject
            .site
            .minidisks
            .iter()
            .filter(|disk| holds(module, disk))
            .peekable();
        let what = format!("the command module of {}", module.server);
        if disks.peek().is_none() {
            let message = format!(
                "{what} shall be on {} {}, which is nobody's minidisk",
                module.owner, module.vdev
            );
            let finding = findings.report(&module.place, module.server, message);
            finding.help("name the minidisk that holds the module: disk = \"OWNER VDEV\"");
            continue;
        }
        if let Some((disk, reason)) = disks.find_map(|disk| Some((disk, hidden(subject, disk)?))) {
            let message = format!("{what} lies on {}, which is {reason}", name(disk));
            let finding = findings.report(&module.place, module.server, message);
            finding.note(&disk.place, "this minidisk holds the module");
            match (disk.scope, disk.volser) {
                (Scope::Local(member), _) => explain_build(finding, subject.site, disk, member),
                (_, Some(volser)) => explain_ownership(finding, subject.site, volser),
                _ => {}
            }
            finding.help("put the module on a minidisk of a USER on a shared volume");
        }
    }
}

/// Whether the module lies on this minidisk; an IDENTITY has one of that number on each member.
fn holds(module: &CommandModule, disk: &Minidisk) -> bool {
    let owned = disk.user == module.owner || disk.subconfig == Some(module.owner);
    owned && disk.vdev == module.vdev
}

/// Why some member cannot link the minidisk; None when all can.
fn hidden(subject: &Subject<'_>, disk: &Minidisk) -> Option<String> {
    match disk.scope {
        Scope::Local(member) => Some(format!("local to {member}")),
        Scope::None => Some("linked by nobody but its owner".to_owned()),
        Scope::Global => {
            let volser = disk.volser?;
            let ownership = subject.site.ownership(&volser);
            (ownership != Ownership::Shared).then(|| format!("not for everybody: {volser} is {ownership}"))
        }
    }
}
