//! SSI-VOL-009

use zvm::{MemberName, Severity, Site, SiteVolume};

use crate::{
    finding::Findings,
    lookup::{is_member, private},
    rule::{Offence, RuleMeta},
    subject::Subject,
    vol::{Use, use_of},
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VOL-009",
        name: "label-owner-wrong",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "the comments on CPFMTXA in a public z/VM 6.3 SYSTEM CONFIG",
        text: "The owner on the label of a CP-owned volume must be the cluster and the member that uses it.",
        why: "A member does not use a volume for paging or spooling whose label gives it to another member, or \
              to another cluster. It comes up short of space.",
        example: "GA1P01 is paged on by GRIDA, and its label says GRIDSSI.GRIDB",
        repair: "Set the owner with CPFMTXA, or correct SYSTEM CONFIG.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    if site.cluster.members.is_empty() {
        return;
    }
    for pack in &site.volumes {
        let Some(owner) = &pack.owner else { continue };
        if let Some(problem) = problem(site, pack, owner) {
            let volser = pack.key.volser;
            let message = format!("the label of {volser} says {owner}, but {problem}");
            findings
                .report(&pack.place, volser, message)
                .help("set the owner with CPFMTXA, or correct SYSTEM CONFIG");
        }
    }
}

fn problem(site: &Site, pack: &SiteVolume, owner: &str) -> Option<String> {
    let volser = pack.key.volser;
    let role = use_of(site, volser)?;
    let (cluster, system) = owner.split_once('.').unwrap_or((owner, "NOSYS"));
    if !cluster.eq_ignore_ascii_case(&site.cluster.name) {
        return Some(format!("the cluster is {}", site.cluster.name));
    }
    let nobody = system.eq_ignore_ascii_case("NOSYS");
    let named = MemberName::new(system).ok();
    match private(site, volser) {
        Some(member) if named != Some(member) => Some(format!("{volser} is private to {member}")),
        Some(_) => None,
        None if nobody => {
            (role == Use::Spool).then(|| format!("{volser} is a spool volume, which a member owns"))
        }
        None if !named.is_some_and(|name| is_member(site, name)) => Some(format!("{system} is no member")),
        None if role == Use::Other => Some(format!("all members share {volser}, so its system is NOSYS")),
        None => None,
    }
}
