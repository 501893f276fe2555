//! Room for new minidisks on volumes of known size.

use std::collections::BTreeMap;

use dasd::{Run, Volser};
use zvm::{ListedBy, Minidisk, MinidiskKind, Ownership, Site, SiteVolume, Space, VolumeKey, VolumeSize};

/// What is taken of each pack, and what was given away since.
pub(super) struct Room<'a> {
    site: &'a Site,
    taken: BTreeMap<VolumeKey, Vec<(u32, u32)>>,
}

/// A piece of a pack.
pub(super) struct Piece {
    pub(super) volser: Volser,
    pub(super) device: String,
    pub(super) start: u32,
    pub(super) length: u32,
}

impl<'a> Room<'a> {
    pub(super) fn of(site: &'a Site) -> Room<'a> {
        let mut taken: BTreeMap<VolumeKey, Vec<(u32, u32)>> = BTreeMap::new();
        for minidisk in &site.minidisks {
            // An overlay takes no room of its own: it lies over the others.
            if minidisk.kind == MinidiskKind::Overlay {
                continue;
            }
            if let (Some(pack), Some(extent)) = (site.home_pack(minidisk), minidisk.extent())
                && let Run::Cylinders { first, count } = extent.run
            {
                let end = first.get().saturating_add(count.get());
                taken.entry(pack).or_default().push((first.get(), end));
            }
        }
        Room { site, taken }
    }

    /// Takes up to so many cylinders of the first pack of this ownership that has any left; at least one.
    pub(super) fn take(&mut self, ownership: &Ownership, wanted: u32) -> Option<Piece> {
        let site = self.site;
        for volume in site
            .volumes
            .iter()
            .filter(|volume| suits(site, volume, ownership))
        {
            let Some(VolumeSize::Cylinders(size)) = volume.size else {
                continue;
            };
            let taken = self.taken.entry(volume.key).or_default();
            taken.sort_unstable();
            // Cylinder 0 holds the label.
            let mut free = 1;
            let mut gap = None;
            for (start, end) in taken.iter().copied().chain([(size, size)]) {
                if start > free && gap.is_none() {
                    gap = Some((free, start.min(size)));
                }
                free = free.max(end);
            }
            if let Some((start, end)) = gap.filter(|(start, end)| end > start) {
                let length = wanted.min(end - start);
                taken.push((start, start + length));
                return Some(Piece {
                    volser: volume.key.volser,
                    device: volume.device.clone(),
                    start,
                    length,
                });
            }
        }
        None
    }
}

/// Whether the pack is an ordinary user volume: those of CP have areas that no minidisk describes.
fn suits(site: &Site, volume: &SiteVolume, ownership: &Ownership) -> bool {
    let volser = &volume.key.volser;
    let of_cp = |listing: &zvm::Listing| matches!(listing.by, ListedBy::CpOwned(_));
    let in_doubt = |disk: &Minidisk| match disk.space {
        Space::Devno { rdev } => volume.rdev == Some(rdev),
        Space::Unresolved { .. } => disk.volser == Some(*volser),
        _ => false,
    };
    site.ownership(volser) == *ownership
        && !site.listings(volser).iter().any(of_cp)
        && !site.minidisks.iter().any(in_doubt)
}
