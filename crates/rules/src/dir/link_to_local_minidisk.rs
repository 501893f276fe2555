//! SSI-DIR-010

use std::collections::{BTreeMap, BTreeSet};

use zvm::{
    MemberName, Minidisk, Scope, Severity, Site, UserId, Vdev,
    entry::{EntryKind, Statement},
};

use crate::{
    dir::common::{entries, links},
    finding::Findings,
    lookup::list,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-DIR-010",
        name: "link-to-local-minidisk",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2, MDISK directory statement; experience with live guest relocation",
        text: "A USER entry must not link a minidisk of a SUBCONFIG.",
        why: "Such a minidisk exists on one member. The user finds it there and not elsewhere, or finds \
              another one of the same name; and while it holds the link, it cannot be relocated.",
        example: "USER LNXPAY01 ...\n LINK MAINT 0190 0190 RR      with MAINT an IDENTITY and its 0190 in \
                  SUBCONFIG MAINT-1",
        repair: "Link a minidisk of a USER entry with the same content, such as the release owner's 0490 \
                 for 0190.",
    },
    check,
};

#[derive(Default)]
struct Target<'a> {
    global: bool,
    local: BTreeSet<MemberName>,
    first: Option<&'a Minidisk>,
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    if site.cluster.members.len() < 2 {
        return;
    }
    let mut targets: BTreeMap<(UserId, Vdev), Target<'_>> = BTreeMap::new();
    for minidisk in &site.minidisks {
        let target = targets.entry((minidisk.user, minidisk.vdev)).or_default();
        match minidisk.scope {
            Scope::Global => target.global = true,
            Scope::Local(member) => {
                target.local.insert(member);
                target.first.get_or_insert(minidisk);
            }
            Scope::None => {}
        }
    }
    let includers = includers(site);
    for (entry, link) in links(site) {
        let id = entry.id.value;
        let by_profile = match entry.kind {
            EntryKind::User => None,
            EntryKind::Profile => includers.get(&id).copied(),
            EntryKind::Identity | EntryKind::Subconfig => continue,
        };
        if entry.kind == EntryKind::Profile && by_profile.is_none() {
            continue;
        }
        let (owner, vdev) = (link.owner.value, link.vdev.value);
        let target = targets.get(&(owner, vdev)).filter(|target| !target.global);
        let Some((target, minidisk)) = target.and_then(|target| Some((target, target.first?))) else {
            continue;
        };
        let who = match by_profile {
            None => format!("{id} links"),
            Some((1, user)) => format!("the profile {id} makes {user} link"),
            Some((count, user)) => format!("the profile {id} makes {count} USER entries, {user} first, link"),
        };
        let message = format!(
            "{who} {owner} {vdev}, which is local to {}",
            list(target.local.iter().copied())
        );
        findings
            .report(&link.place, format!("{id} {owner} {vdev}"), message)
            .note(&minidisk.place, "this is one of the local minidisks")
            .help("link a minidisk of a USER entry instead; a local one ties the user to a member");
    }
}

/// For each profile, how many USER entries include it, and the first of them.
fn includers(site: &Site) -> BTreeMap<UserId, (usize, UserId)> {
    let mut includers = BTreeMap::new();
    for entry in entries(site, EntryKind::User) {
        for statement in &entry.statements {
            if let Statement::Include(profile) = statement {
                let (count, _) = includers.entry(profile.value).or_insert((0, entry.id.value));
                *count += 1;
            }
        }
    }
    includers
}
