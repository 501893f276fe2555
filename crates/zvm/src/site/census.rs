//! A directory in figures: entries, minidisks, overlays, overlaps and dangling links.
//!
//! Everything is counted by statement, so that a person can count the same with the file alone: a SUBCONFIG that is
//! built on three members, and a profile that many include, count once. [`Census::instances`] is the figure after
//! both.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use dasd::Volser;

use crate::{
    directory::entry::{Entry, EntryKind, Length, Mdisk, MdiskSpace, MdiskVolume, Statement},
    names::{MemberName, UserId, Vdev},
    place::Place,
    site::{Site, device, minidisk::Minidisk, overlay::is_space_map, volume::VolumeSize},
};

/// The figures of a directory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Census {
    /// PROFILE entries.
    pub profiles: usize,
    /// USER entries.
    pub users: usize,
    /// IDENTITY entries.
    pub identities: usize,
    /// SUBCONFIG entries.
    pub subconfigs: usize,
    /// BUILD statements.
    pub builds: usize,
    /// MDISK statements with a start and a length (or END) on a volume.
    pub extents: usize,
    /// MDISK statements with DEVNO.
    pub devices: usize,
    /// MDISK statements with T-DISK.
    pub temporary: usize,
    /// MDISK statements with V-DISK.
    pub virtual_disks: usize,
    /// MDISK statements whose start is still an allocation word, such as AUTOG.
    pub unallocated: usize,
    /// Of the extents, those of users that only mark space, such as `$ALLOC$`.
    pub space_maps: usize,
    /// Minidisks of the resolved site, of all kinds: one for each member that builds a SUBCONFIG, and for each entry
    /// that includes a profile with MDISK statements.
    pub instances: usize,
    /// Packs that hold at least one of the extents.
    pub packs: usize,
    /// Extents that start at 0 and reach the end of the pack.
    pub full_packs: usize,
    /// Of the full-pack extents, those whose pack also holds other minidisks; those of space maps are no others, and
    /// of several full-pack extents that share a pack with nothing else, the first is not counted.
    pub overlays: usize,
    /// Pairs of extents with a cylinder or block in common.
    pub overlapping_pairs: usize,
    /// Of these pairs, those without a full-pack extent in them.
    pub overlaps: usize,
    /// LINK statements, those of profiles too.
    pub links: usize,
    /// LINK statements whose owner is no USER or IDENTITY.
    pub links_without_owner: usize,
    /// LINK statements whose owner exists and has no MDISK of that number.
    pub links_without_minidisk: usize,
}

impl Census {
    /// What lies on real disks: extents and whole devices.
    pub fn minidisks(&self) -> usize {
        self.extents + self.devices
    }

    /// LINK statements that lead nowhere.
    pub fn dangling_links(&self) -> usize {
        self.links_without_owner + self.links_without_minidisk
    }
}

/// The pack of an extent: its serial and member, or for `&SYSRES` that is not known the SUBCONFIG or nothing.
type PackOf = (Option<Volser>, Option<MemberName>, Option<UserId>);

/// An extent on its pack: end exclusive.
#[derive(Clone, Copy)]
struct Stretch {
    first: u64,
    end: u64,
    full: bool,
    /// That it is full follows from the sizes of the models alone.
    guessed: bool,
    space_map: bool,
}

impl Site {
    /// Counts what the directory has.
    pub fn census(&self) -> Census {
        let mut census = Census {
            instances: self.minidisks.len(),
            ..Census::default()
        };
        let resolved: BTreeMap<&Place, &Minidisk> = self
            .minidisks
            .iter()
            .rev()
            .map(|minidisk| (&minidisk.place, minidisk))
            .collect();
        let mut packs: BTreeMap<PackOf, Vec<Stretch>> = BTreeMap::new();
        for entry in &self.directory.entries {
            census.entry(entry.kind);
            for statement in &entry.statements {
                match statement {
                    Statement::Build(_) => census.builds += 1,
                    Statement::Mdisk(mdisk) => {
                        census.mdisk(mdisk);
                        if let Some((pack, stretch)) = self.stretch(entry, mdisk, &resolved) {
                            census.space_maps += usize::from(stretch.space_map);
                            packs.entry(pack).or_default().push(stretch);
                        }
                    }
                    _ => {}
                }
            }
        }
        census.packs = packs.len();
        for stretches in packs.values_mut() {
            census.pack(stretches);
        }
        census.count_links(&self.directory.entries);
        census
    }

    /// Where an MDISK statement lies; None when it has no extent.
    fn stretch(
        &self,
        entry: &Entry,
        mdisk: &Mdisk,
        resolved: &BTreeMap<&Place, &Minidisk>,
    ) -> Option<(PackOf, Stretch)> {
        let MdiskSpace::Extent {
            start,
            length,
            volume,
        } = &mdisk.space
        else {
            return None;
        };
        let minidisk = resolved.get(&mdisk.place).copied();
        let subconfig = (entry.kind == EntryKind::Subconfig).then_some(entry.id.value);
        let pack = match (minidisk.and_then(|minidisk| self.home_pack(minidisk)), volume) {
            (Some(key), _) => (Some(key.volser), key.member, None),
            (None, MdiskVolume::Volume(volser)) => (Some(volser.value), None, None),
            (None, MdiskVolume::Sysres(_)) => (None, None, subconfig),
        };
        let size = match minidisk {
            Some(minidisk) => self.pack_size(minidisk),
            None => device::usual_size(&mdisk.device),
        };
        let size = size.map(|size| match size {
            VolumeSize::Cylinders(count) | VolumeSize::Blocks(count) => u64::from(count),
        });
        let first = u64::from(*start);
        let end = match length {
            Length::Units(units) => first + u64::from(*units),
            Length::ToEnd => size.unwrap_or(u64::MAX).max(first + 1),
        };
        let (reaches, guessed) = match (length, size) {
            (Length::ToEnd, _) => (true, false),
            (Length::Units(_), Some(size)) => (end >= size, false),
            (Length::Units(units), None) => (device::is_size_of_a_model(&mdisk.device, *units), true),
        };
        let stretch = Stretch {
            first,
            end,
            full: first == 0 && reaches,
            guessed,
            space_map: is_space_map(entry.id.value),
        };
        Some((pack, stretch))
    }
}

impl Census {
    fn entry(&mut self, kind: EntryKind) {
        *match kind {
            EntryKind::Profile => &mut self.profiles,
            EntryKind::User => &mut self.users,
            EntryKind::Identity => &mut self.identities,
            EntryKind::Subconfig => &mut self.subconfigs,
        } += 1;
    }

    fn mdisk(&mut self, mdisk: &Mdisk) {
        *match mdisk.space {
            MdiskSpace::Extent { .. } => &mut self.extents,
            MdiskSpace::Devno(_) => &mut self.devices,
            MdiskSpace::TDisk(_) => &mut self.temporary,
            MdiskSpace::VDisk(_) => &mut self.virtual_disks,
            MdiskSpace::Allocation { .. } => &mut self.unallocated,
        } += 1;
    }

    fn pack(&mut self, stretches: &mut [Stretch]) {
        // A guess at the size does not stand when something lies farther out.
        let ends = stretches.iter().map(|stretch| stretch.end);
        let farthest = ends.filter(|end| *end != u64::MAX).max().unwrap_or(0);
        for stretch in stretches.iter_mut() {
            stretch.full &= !stretch.guessed || stretch.end >= farthest;
        }
        let full = stretches.iter().filter(|stretch| stretch.full).count();
        let holds_others = stretches
            .iter()
            .any(|stretch| !stretch.full && !stretch.space_map);
        self.full_packs += full;
        self.overlays += if holds_others {
            full
        } else {
            full.saturating_sub(1)
        };
        stretches.sort_by_key(|stretch| (stretch.first, stretch.end));
        self.overlapping_pairs += pairs(stretches.iter());
        self.overlaps += pairs(stretches.iter().filter(|stretch| !stretch.full));
    }

    fn count_links(&mut self, entries: &[Entry]) {
        let (users, minidisks) = owned(entries);
        for entry in entries {
            for statement in &entry.statements {
                let Statement::Link(link) = statement else {
                    continue;
                };
                self.links += 1;
                let owner = link.owner.value;
                // What a profile or a SUBCONFIG calls `*` is whoever includes or builds it.
                let own = owner == entry.id.value
                    && matches!(entry.kind, EntryKind::Profile | EntryKind::Subconfig);
                if own || minidisks.contains(&(owner, link.vdev.value)) {
                    continue;
                }
                match users.contains(&owner) {
                    true => self.links_without_minidisk += 1,
                    false => self.links_without_owner += 1,
                }
            }
        }
    }
}

/// How many pairs have something in common. They come sorted by where they start.
fn pairs<'a>(stretches: impl Iterator<Item = &'a Stretch>) -> usize {
    let mut open: BinaryHeap<Reverse<u64>> = BinaryHeap::new();
    let mut pairs = 0_usize;
    for stretch in stretches {
        while open.peek().is_some_and(|end| end.0 <= stretch.first) {
            open.pop();
        }
        pairs = pairs.saturating_add(open.len());
        open.push(Reverse(stretch.end));
    }
    pairs
}

/// USER and IDENTITY ids, and the numbers each of them has an MDISK for: its own, those of its profiles, and those
/// of the SUBCONFIGs that it builds.
fn owned(entries: &[Entry]) -> (BTreeSet<UserId>, BTreeSet<(UserId, Vdev)>) {
    let mut of_entry: BTreeMap<UserId, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        if matches!(entry.kind, EntryKind::Profile | EntryKind::Subconfig) {
            of_entry.entry(entry.id.value).or_default().push(entry);
        }
    }
    let find = |id: &UserId, kind: EntryKind| {
        let named = of_entry.get(id).into_iter().flatten();
        named.filter(move |entry| entry.kind == kind).copied()
    };
    let (mut users, mut minidisks) = (BTreeSet::new(), BTreeSet::new());
    // Many include the same profile: it is looked through once.
    let mut of_profile: BTreeMap<UserId, Vec<Vdev>> = BTreeMap::new();
    for entry in entries {
        if !matches!(entry.kind, EntryKind::User | EntryKind::Identity) {
            continue;
        }
        let user = entry.id.value;
        users.insert(user);
        let mut parts = vec![entry];
        for statement in &entry.statements {
            if let Statement::Build(build) = statement {
                parts.extend(find(&build.subconfig.value, EntryKind::Subconfig));
            }
        }
        for part in parts {
            minidisks.extend(vdevs(part).map(|vdev| (user, vdev)));
            for statement in &part.statements {
                let Statement::Include(profile) = statement else {
                    continue;
                };
                let inherited = of_profile.entry(profile.value).or_insert_with(|| {
                    find(&profile.value, EntryKind::Profile)
                        .take(1)
                        .flat_map(vdevs)
                        .collect()
                });
                minidisks.extend(inherited.iter().map(|vdev| (user, *vdev)));
            }
        }
    }
    (users, minidisks)
}

fn vdevs(entry: &Entry) -> impl Iterator<Item = Vdev> {
    entry.statements.iter().filter_map(|statement| match statement {
        Statement::Mdisk(mdisk) => Some(mdisk.vdev.value),
        _ => None,
    })
}
