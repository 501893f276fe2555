//! SSI-DIR-004

use std::collections::{BTreeMap, BTreeSet};

use zvm::{Member, MemberName, Place, Severity, Site, User, UserId, entry::EntryKind};

use crate::{
    dir::common::entries,
    edit::Change,
    finding::{Finding, Findings},
    lookup::list,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-DIR-004",
        name: "identity-not-on-a-member",
        severity: Severity::Warning,
        expert: true,
        since: "0.1",
        source: "experience with z/VM SSI clusters",
        text: "An IDENTITY should be built on every member of the cluster.",
        why: "Where there is no BUILD the user cannot log on. Operators, monitors and backup servers are \
              then missing just on the member that joined last.",
        example: "IDENTITY OP1 ...      with BUILD ON GRIDA, GRIDB and GRIDC, and a fourth member GRIDD",
        repair: "Add a BUILD and a SUBCONFIG for the member; or suppress this for a user that is meant for \
                 some members only.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let subconfigs = subconfigs(site);
    for user in site.users.iter().filter(|user| user.multi) {
        let built: BTreeSet<MemberName> = user.builds.iter().map(|build| build.member).collect();
        let members = site.cluster.members.iter();
        let missing: Vec<&Member> = members.filter(|member| !built.contains(&member.name)).collect();
        if missing.is_empty() {
            continue;
        }
        let names = list(missing.iter().map(|member| member.name));
        let message = format!("{} has no BUILD for {names}, and cannot log on there", user.id);
        let finding = findings.report(&user.place, user.id, message);
        finding.help(format!(
            "add a BUILD and a SUBCONFIG for {names}; or suppress this, if the user is for some members only"
        ));
        for member in missing {
            add_build(finding, user, member, &subconfigs);
        }
    }
}

/// Suggests a BUILD for one more member, with a SUBCONFIG if there is none.
pub(crate) fn add_build(
    finding: &mut Finding,
    user: &User,
    member: &Member,
    subconfigs: &BTreeMap<UserId, &Place>,
) {
    let Some((id, last, first)) = next_subconfig(user, member, subconfigs) else {
        return;
    };
    let build = format!(" BUILD ON {} USING SUBCONFIG {id}", member.name);
    finding.edit(last, Change::After(build));
    if !subconfigs.contains_key(&id) {
        finding.edit(first, Change::Before(format!("SUBCONFIG {id}")));
    }
}

/// The SUBCONFIGs of the directory.
pub(crate) fn subconfigs(site: &Site) -> BTreeMap<UserId, &Place> {
    entries(site, EntryKind::Subconfig)
        .map(|entry| (entry.id.value, &entry.place))
        .collect()
}

/// The SUBCONFIG for one more member, where the others are numbered as MAINT-1 is; with the last BUILD, behind which
/// its BUILD belongs, and the first SUBCONFIG, before which it can stand.
fn next_subconfig<'a>(
    user: &'a User,
    member: &Member,
    subconfigs: &BTreeMap<UserId, &'a Place>,
) -> Option<(UserId, &'a Place, &'a Place)> {
    let (first, last) = (user.builds.first()?, user.builds.last()?);
    let (stem, number) = first.subconfig.as_str().rsplit_once('-')?;
    number.parse::<u32>().ok()?;
    let id = UserId::new(&format!("{stem}-{}", member.slot)).ok()?;
    let taken = user.builds.iter().any(|build| build.subconfig == id);
    (!taken).then_some((id, &last.place, *subconfigs.get(&first.subconfig)?))
}
