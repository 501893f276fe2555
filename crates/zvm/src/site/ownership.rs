//! Who has which volume, and who can read which minidisk.
//!
//! A member has a volume when SYSTEM CONFIG attaches it (CP_OWNED, USER_VOLUME_LIST, or USER_VOLUME_INCLUDE without
//! USER_VOLUME_EXCLUDE) and site.toml does not say that all packs of that serial are private to others.

use dasd::Volser;

use crate::{
    names::MemberName,
    site::{
        Site,
        minidisk::{Minidisk, Scope, Space},
        volume::{Listing, Ownership, SiteVolume, VolumeKey},
    },
};

/// Whether a member can read a minidisk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// It can, and finds it on this pack.
    Readable(VolumeKey),
    /// It cannot, for this reason: a clause about the minidisk, in an operator's words.
    Unreachable(String),
}

impl Site {
    /// Why members have a volume, in the order of the files; empty for one that no statement lists.
    pub fn listings(&self, volser: &Volser) -> &[Listing] {
        self.listings.get(volser).map_or(&[], Vec::as_slice)
    }

    /// The packs of one serial.
    pub fn packs(&self, volser: &Volser) -> &[SiteVolume] {
        let start = self.volumes.partition_point(|volume| volume.key.volser < *volser);
        let len = self.volumes[start..].partition_point(|volume| volume.key.volser == *volser);
        &self.volumes[start..start + len]
    }

    /// Whether the member has a volume of that serial.
    pub fn attached(&self, member: &MemberName, volser: &Volser) -> bool {
        self.pack_at(member, volser).is_some()
    }

    /// Which pack the member sees under this serial, if site.toml lists that pack.
    pub fn volume_at(&self, member: &MemberName, volser: &Volser) -> Option<&SiteVolume> {
        let key = self.pack_at(member, volser)?;
        self.volume(&key)
    }

    /// The pack with this key, if site.toml lists it.
    pub fn volume(&self, key: &VolumeKey) -> Option<&SiteVolume> {
        let at = self.volumes.binary_search_by_key(key, |volume| volume.key).ok()?;
        self.volumes.get(at)
    }

    /// Which pack the member sees under this serial, whether or not site.toml lists it.
    pub fn pack_at(&self, member: &MemberName, volser: &Volser) -> Option<VolumeKey> {
        let listings = self.listings(volser);
        if !listings
            .iter()
            .any(|listing| listing.member.is_none_or(|only| only == *member))
        {
            return None;
        }
        let packs = self.packs(volser);
        let own = packs.iter().find(|pack| pack.key.member == Some(*member));
        if let Some(pack) = own.or_else(|| packs.iter().find(|pack| pack.key.member.is_none())) {
            return Some(pack.key);
        }
        let elsewhere = !packs.is_empty();
        (!elsewhere).then(|| VolumeKey {
            volser: *volser,
            member: only_member(listings, self.cluster.members.len()),
        })
    }

    /// Who has the volumes of that serial.
    pub fn ownership(&self, volser: &Volser) -> Ownership {
        let members = self.cluster.members.iter().map(|member| member.name);
        let seen: Vec<(MemberName, VolumeKey)> = members
            .filter_map(|member| Some((member, self.pack_at(&member, volser)?)))
            .collect();
        let members = || seen.iter().map(|(member, _)| *member).collect();
        match seen.as_slice() {
            [] => Ownership::Unlisted,
            [(only, key)] if self.cluster.members.len() > 1 || key.member.is_some() => {
                Ownership::Private(*only)
            }
            several if several.iter().any(|(_, key)| key.member.is_some()) => {
                Ownership::PrivateEach(members())
            }
            all if all.len() == self.cluster.members.len() => Ownership::Shared,
            _ => Ownership::Partial(members()),
        }
    }

    /// Whether the member can read the minidisk, and on which pack. Private volumes of another member are never
    /// reachable, whatever they are called.
    pub fn can_read(&self, member: &MemberName, minidisk: &Minidisk) -> Reach {
        let unreachable = |reason: String| Reach::Unreachable(reason);
        match (minidisk.scope, &minidisk.space) {
            (_, Space::TDisk { .. } | Space::VDisk { .. }) => unreachable("it is temporary space".to_owned()),
            (Scope::Local(home), _) if home != *member => unreachable(format!("it is local to {home}")),
            (Scope::None, _) => unreachable("no BUILD statement names its SUBCONFIG".to_owned()),
            (_, Space::Unresolved { reason }) => unreachable(format!("its extent is not known: {reason}")),
            (_, Space::Devno { rdev }) => self.reach_device(member, *rdev),
            (_, Space::Extent(extent)) => match self.pack_at(member, &extent.volser) {
                Some(key) => Reach::Readable(key),
                None => unreachable(format!("volume {} is not attached to {member}", extent.volser)),
            },
        }
    }

    fn reach_device(&self, member: &MemberName, rdev: u16) -> Reach {
        let on_device = |volume: &&SiteVolume| {
            volume.rdev == Some(rdev) && self.pack_at(member, &volume.key.volser) == Some(volume.key)
        };
        match self.volumes.iter().find(on_device) {
            Some(volume) => Reach::Readable(volume.key),
            None => Reach::Unreachable(format!(
                "no volume of {member} has the device number {rdev:04X}; give it rdev = \"{rdev:04X}\" in site.toml"
            )),
        }
    }
}

/// The member to which all listings of a volume belong, in a cluster of several.
pub(crate) fn only_member(listings: &[Listing], members: usize) -> Option<MemberName> {
    let first = listings.first()?.member?;
    let same = listings.iter().all(|listing| listing.member == Some(first));
    (same && members > 1).then_some(first)
}
