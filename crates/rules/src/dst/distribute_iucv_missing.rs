//! SSI-DST-001

use zvm::{Distribute, Layout, Place, Severity, UserId, facts::Command};

use crate::{
    dst::distribute,
    edit::Change,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-DST-001",
        name: "distribute-iucv-missing",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "Broadcom article 28803, SSI recommendations for VM:Backup",
        text: "Where an IDENTITY user commands a server on another member, SYSTEM CONFIG must say DISTRIBUTE \
               IUCV TOLERATE or YES.",
        why: "Without it, a connection of a multiconfiguration user does not leave its member. Commands to a \
              server that happens to run elsewhere are refused, so backups cannot be started, watched or restored \
              from there.",
        example: "OPERATOR on GRIDB tells VMBACKUP on GRIDA to start a job, and there is no DISTRIBUTE statement",
        repair: "Add DISTRIBUTE IUCV TOLERATE for all members, shut all of them down, and IPL them all.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let (Some(ssi), true) = (&site.cluster.place, site.cluster.members.len() > 1) else {
        return;
    };
    let setting = distribute(site).next();
    if setting
        .as_ref()
        .is_some_and(|(_, iucv)| iucv.value != Distribute::No)
    {
        return;
    }
    let Some((user, path, why)) = cross_member_path(subject) else {
        return;
    };
    let statement = setting.map(|(_, iucv)| &iucv.place);
    let message =
        format!("{user} commands a server that may be on another member, but DISTRIBUTE IUCV is NO");
    let finding = findings.report(statement.unwrap_or(ssi), "DISTRIBUTE IUCV", message);
    finding.note(path, why);
    match statement {
        Some(no) => finding.edit(no, Change::Words("TOLERATE".to_owned())),
        None => finding.edit(ssi, Change::Before("  Distribute IUCV TOLERATE".to_owned())),
    };
    finding
        .help("set DISTRIBUTE IUCV TOLERATE; it takes effect after all members were down at the same time");
}

/// An IDENTITY that commands a server on another member: a command that was seen, or the layout of VM:Backup, whose
/// servers are single and whose operators are not.
fn cross_member_path<'a>(subject: &Subject<'a>) -> Option<(UserId, &'a Place, String)> {
    let site = subject.site;
    let multi = |id: &UserId| site.user(id).is_some_and(|user| user.multi);
    let crosses = |command: &&Command| {
        multi(&command.user)
            && command
                .server_member
                .is_some_and(|member| member != command.member)
    };
    if let Some(command) = subject.facts.commands.iter().find(crosses) {
        return Some((
            command.user,
            &command.place,
            format!("this was issued on {}", command.member),
        ));
    }
    let operator = site.users.iter().find(|user| user.multi && user.can_log_on)?;
    let single = |server: &UserId| site.user(server).is_some_and(|user| !user.multi);
    let job = site
        .jobs
        .iter()
        .find(|job| job.server.as_ref().is_some_and(single))?;
    let server = job.server?;
    (site.layout == Layout::VmBackup).then(|| {
        (
            operator.id,
            &job.place,
            format!("{server}, which runs job {}, is on one member only", job.name),
        )
    })
}
