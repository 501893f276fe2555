//! Which jobs copy which minidisk.

use std::{collections::BTreeMap, ptr};

use zvm::{
    Data, JobKind, Layout, MemberName, Minidisk, Ownership, Scope, Site, Space, UserId, Vdev, VolumeKey,
    facts::{Domain, Instance},
};

use crate::{
    past,
    subject::{Selected, Subject},
};

/// A permanent minidisk with data of its own, and the jobs that copy it.
pub(super) struct Covered<'s, 'a> {
    pub(super) minidisk: &'a Minidisk,
    pub(super) pack: VolumeKey,
    /// Jobs over minidisks.
    pub(super) by: Vec<&'s Selected<'a>>,
    /// Jobs over volumes that copy the pack it lies on.
    pub(super) whole: Vec<&'s Selected<'a>>,
}

impl<'s, 'a> Covered<'s, 'a> {
    /// The jobs of both kinds.
    pub(super) fn jobs(&self) -> impl Iterator<Item = &'s Selected<'a>> {
        self.by.iter().chain(&self.whole).copied()
    }

    /// Those that copy everything.
    pub(super) fn fulls(&self) -> impl Iterator<Item = &'s Selected<'a>> {
        self.jobs().filter(|selected| selected.job.kind == JobKind::Full)
    }
}

/// Every minidisk that should have a copy, in the order of the directory; nothing where there are no jobs at all. Left
/// out are those whose place is not known or attached nowhere, which other rules speak of, and the room for the copies.
pub(super) fn of<'s, 'a>(subject: &'s Subject<'a>) -> Vec<Covered<'s, 'a>> {
    let site = subject.site;
    if site.jobs.is_empty() {
        return Vec::new();
    }
    let mut by: Vec<Vec<&Selected<'a>>> = vec![Vec::new(); site.minidisks.len()];
    for selected in subject.jobs() {
        let members = selected.members();
        // What a job names is in the order of the directory, too.
        let mut named = selected.named.iter().copied().peekable();
        for (minidisk, by) in site.minidisks.iter().zip(&mut by) {
            let is_it = named.next_if(|next| ptr::eq(*next, minidisk)).is_some();
            if is_it && members.iter().any(|member| selected.copies(member, minidisk)) {
                by.push(selected);
            }
        }
    }
    let packs = packs(subject);
    let with_jobs = |(minidisk, by): (&'a Minidisk, Vec<&'s Selected<'a>>)| {
        let pack = is_wanted(site, minidisk).then(|| site.home_pack(minidisk))??;
        let whole = packs.get(&pack).cloned().unwrap_or_default();
        Some(Covered {
            minidisk,
            pack,
            by,
            whole,
        })
    };
    site.minidisks.iter().zip(by).filter_map(with_jobs).collect()
}

/// The packs that jobs copy as a whole.
fn packs<'s, 'a>(subject: &'s Subject<'a>) -> BTreeMap<VolumeKey, Vec<&'s Selected<'a>>> {
    let mut packs: BTreeMap<VolumeKey, Vec<&Selected<'a>>> = BTreeMap::new();
    for selected in subject
        .jobs()
        .iter()
        .filter(|selected| selected.job.data == Data::Volumes)
    {
        for (pack, _) in packs_of(subject.site, selected) {
            packs.entry(pack).or_default().push(selected);
        }
    }
    packs
}

/// The packs that a job over volumes copies, each with a member that has it.
pub(super) fn packs_of(site: &Site, selected: &Selected<'_>) -> BTreeMap<VolumeKey, MemberName> {
    let at = |member: MemberName| {
        let packs = site.packs_copied(selected.job, &member).into_iter();
        packs.map(move |pack| (pack, member))
    };
    selected.members().into_iter().flat_map(at).collect()
}

fn is_wanted(site: &Site, minidisk: &Minidisk) -> bool {
    site.needs_no_copy(minidisk).is_none()
        && matches!(minidisk.space, Space::Extent(_) | Space::Devno { .. })
        && minidisk
            .volser
            .is_none_or(|volser| site.ownership(&volser) != Ownership::Unlisted)
}

/// What the cluster itself is made from: the disks with SYSTEM CONFIG and USER DIRECT, and those of DirMaint.
pub(super) fn is_control_data(minidisk: &Minidisk) -> bool {
    match minidisk.user.as_str() {
        "PMAINT" => matches!(minidisk.vdev.to_string().as_str(), "0CF0" | "02CC"),
        "DIRMAINT" => true,
        _ => false,
    }
}

/// Whether the minidisk holds the catalog of the backups: a disk of the sample SFS server, of a pool that is said to
/// hold it, or the CATDISK of a VM:Backup server.
pub(super) fn is_catalog(site: &Site, minidisk: &Minidisk) -> bool {
    let in_pool = || {
        let mut pools = site.pools.iter().filter(|pool| pool.catalog);
        let volser = minidisk.volser;
        pools.any(|pool| volser.is_some_and(|volser| pool.volumes.contains(&volser)))
    };
    let serves = |user: UserId| site.jobs.iter().any(|job| job.server == Some(user));
    match site.layout {
        Layout::Brm => (minidisk.user.as_str() == "BKRSVSFS" && !is_work_disk(minidisk)) || in_pool(),
        Layout::VmBackup => (is_catdisk(minidisk) && serves(minidisk.user)) || in_pool(),
    }
}

fn is_catdisk(minidisk: &Minidisk) -> bool {
    minidisk.vdev.to_string() == "01B0"
}

/// By custom 190 to 19F are a user's CMS disks, whatever else it serves.
pub(super) fn is_work_disk(minidisk: &Minidisk) -> bool {
    minidisk.vdev.to_string().starts_with("019")
}

/// `1 minidisk`, `2 minidisks`.
pub(super) fn minidisks(count: usize) -> String {
    format!("{count} minidisk{}", if count == 1 { "" } else { "s" })
}

/// The copies in the catalog that can be restored from, by user and device.
pub(super) type Copies<'f> = BTreeMap<(UserId, Vdev), Vec<(&'f Domain, &'f Instance)>>;

pub(super) fn copies<'f>(subject: &Subject<'f>) -> Copies<'f> {
    let runs = past::runs(subject.facts);
    let mut copies = Copies::new();
    for domain in subject.facts.domains.iter().filter(|domain| domain.copied) {
        let run = runs
            .get(&domain.instance)
            .copied()
            .filter(|run| past::is_good(run));
        if let (Some(user), Some(vdev), Some(run)) = (domain.user, domain.vdev, run) {
            copies.entry((user, vdev)).or_default().push((domain, run));
        }
    }
    copies
}

/// Whether a copy is one of this minidisk, and not of the same number on another member.
pub(super) fn is_of(domain: &Domain, run: &Instance, minidisk: &Minidisk) -> bool {
    match (minidisk.scope, domain.member.or(run.member)) {
        (Scope::Local(home), Some(member)) => home == member,
        (Scope::Local(_), None) => minidisk.volser == Some(domain.volser),
        (Scope::Global | Scope::None, _) => true,
    }
}
