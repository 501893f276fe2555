//! Free room on volumes of known size.

use std::collections::{BTreeMap, BTreeSet};

use dasd::{Run, Volser};
use zvm::{ListedBy, Minidisk, MinidiskKind, Ownership, Site, SiteVolume, Space, VolumeKey, VolumeSize};

/// The gaps of each ordinary pack that nobody was given yet.
pub(crate) struct Room<'a> {
    packs: Vec<Pack<'a>>,
}

struct Pack<'a> {
    volume: &'a SiteVolume,
    ownership: Ownership,
    blocks: bool,
    /// First and one past the last, in order.
    gaps: Vec<(u32, u32)>,
}

/// A piece of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) volser: Volser,
    pub(crate) device: String,
    pub(crate) start: u32,
    pub(crate) length: u32,
}

/// Cylinder 0 holds the label.
const FIRST_CYLINDER: u32 = 1;
/// The label and what CP keeps behind it: as much as the space maps of installations cover.
const FIRST_BLOCK: u32 = 16;

impl<'a> Room<'a> {
    pub(crate) fn of(site: &'a Site) -> Room<'a> {
        let mut taken: BTreeMap<VolumeKey, Vec<(u32, u32)>> = BTreeMap::new();
        for minidisk in &site.minidisks {
            // An overlay takes no room of its own: it lies over the others.
            if minidisk.kind == MinidiskKind::Overlay {
                continue;
            }
            if let (Some(pack), Some(extent)) = (site.home_pack(minidisk), minidisk.extent()) {
                let (first, count) = match extent.run {
                    Run::Cylinders { first, count } => (first.get(), count.get()),
                    Run::Blocks { first, count } => (first.get(), count.get()),
                };
                taken
                    .entry(pack)
                    .or_default()
                    .push((first, first.saturating_add(count)));
            }
        }
        let doubts = Doubts::of(site);
        let ordinary = site
            .volumes
            .iter()
            .filter(|volume| doubts.is_ordinary(site, volume));
        let packs = ordinary.filter_map(|volume| {
            let taken = taken.remove(&volume.key).unwrap_or_default();
            Pack::of(volume, site.ownership(&volume.key.volser), taken)
        });
        Room {
            packs: packs.collect(),
        }
    }

    /// Takes up to so many cylinders of the first pack of this ownership that has any left; at least one.
    pub(crate) fn take(&mut self, ownership: &Ownership, wanted: u32) -> Option<Piece> {
        let mut packs = self.packs.iter_mut();
        let pack =
            packs.find(|pack| pack.ownership == *ownership && !pack.blocks && !pack.gaps.is_empty())?;
        let (start, end) = *pack.gaps.first()?;
        Some(pack.give(0, wanted.min(end - start)))
    }

    /// Takes room for a whole minidisk: on its own pack, if that is of this ownership and has a gap so large, otherwise
    /// on the pack with the most room left.
    pub(crate) fn take_whole(
        &mut self,
        minidisk: &Minidisk,
        home: VolumeKey,
        of: &Ownership,
    ) -> Option<Piece> {
        let (length, blocks) = match minidisk.extent()?.run {
            Run::Cylinders { count, .. } => (count.get(), false),
            Run::Blocks { count, .. } => (count.get(), true),
        };
        let alike = |pack: &Pack<'_>| {
            pack.ownership == *of
                && pack.blocks == blocks
                && (blocks || pack.volume.device == minidisk.device)
        };
        let fitting = |(_, pack): &(usize, &Pack<'_>)| alike(pack) && pack.gap_of(length).is_some();
        let best = self.packs.iter().enumerate().filter(fitting);
        // Of equals the last is the greatest, and the first pack is wanted.
        let (best, _) = best
            .rev()
            .max_by_key(|(_, pack)| (pack.volume.key == home, pack.left()))?;
        let pack = self.packs.get_mut(best)?;
        let gap = pack.gap_of(length)?;
        Some(pack.give(gap, length))
    }
}

impl<'a> Pack<'a> {
    /// None for a pack of unknown size.
    fn of(volume: &'a SiteVolume, ownership: Ownership, mut taken: Vec<(u32, u32)>) -> Option<Pack<'a>> {
        let (mut free, size, blocks) = match volume.size? {
            VolumeSize::Cylinders(size) => (FIRST_CYLINDER, size, false),
            VolumeSize::Blocks(size) => (FIRST_BLOCK, size, true),
        };
        taken.push((size, size));
        taken.sort_unstable();
        let mut gaps = Vec::new();
        for (start, end) in taken {
            if free < start.min(size) {
                gaps.push((free, start.min(size)));
            }
            free = free.max(end);
        }
        Some(Pack {
            volume,
            ownership,
            blocks,
            gaps,
        })
    }

    fn gap_of(&self, length: u32) -> Option<usize> {
        self.gaps.iter().position(|(start, end)| end - start >= length)
    }

    fn left(&self) -> u64 {
        let sizes = self.gaps.iter().map(|(start, end)| u64::from(end - start));
        sizes.sum()
    }

    /// Gives the begin of a gap away.
    fn give(&mut self, gap: usize, length: u32) -> Piece {
        let start = self.gaps[gap].0;
        self.gaps[gap].0 += length;
        self.gaps.retain(|(start, end)| start < end);
        Piece {
            volser: self.volume.key.volser,
            device: self.volume.device.clone(),
            start,
            length,
        }
    }
}

/// Volumes on which something lies whose extent is not known.
struct Doubts {
    volsers: BTreeSet<Volser>,
    rdevs: BTreeSet<u16>,
}

impl Doubts {
    fn of(site: &Site) -> Doubts {
        let (mut volsers, mut rdevs) = (BTreeSet::new(), BTreeSet::new());
        for minidisk in &site.minidisks {
            match minidisk.space {
                Space::Devno { rdev } => {
                    rdevs.insert(rdev);
                }
                Space::Unresolved { .. } => volsers.extend(minidisk.volser),
                _ => {}
            }
        }
        Doubts { volsers, rdevs }
    }

    /// Whether the pack is an ordinary user volume: those of CP have areas that no minidisk describes.
    fn is_ordinary(&self, site: &Site, volume: &SiteVolume) -> bool {
        let volser = &volume.key.volser;
        let of_cp = |listing: &zvm::Listing| matches!(listing.by, ListedBy::CpOwned(_));
        !site.listings(volser).iter().any(of_cp)
            && !self.volsers.contains(volser)
            && !volume.rdev.is_some_and(|rdev| self.rdevs.contains(&rdev))
    }
}
