//! Rules about volumes: who has them, and in which slots.

mod cp_owned_slot_differs;
mod cp_owned_slot_twice;
mod eqid_wrong;
mod essential_volume_by_mask_only;
mod label_owner_wrong;
mod mask_catches_private_volume;
mod minidisk_on_paging_volume;
mod needed_volume_excluded;
mod page_volume_shared;
mod spool_volume_not_shared;
mod volser_twice;
mod volume_attached_nowhere;
mod volume_family_lacks_member;
mod volume_partially_shared;

use dasd::Volser;
use zvm::{ConfigKind, ConfigStatement, ListedBy, Located, Mask, MemberName, Place, Site};

use crate::{
    lookup::{members, statements},
    rule::Rule,
};

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[
    &cp_owned_slot_differs::RULE,
    &spool_volume_not_shared::RULE,
    &cp_owned_slot_twice::RULE,
    &volume_partially_shared::RULE,
    &page_volume_shared::RULE,
    &mask_catches_private_volume::RULE,
    &essential_volume_by_mask_only::RULE,
    &volume_attached_nowhere::RULE,
    &label_owner_wrong::RULE,
    &volser_twice::RULE,
    &eqid_wrong::RULE,
    &volume_family_lacks_member::RULE,
    &minidisk_on_paging_volume::RULE,
    &needed_volume_excluded::RULE,
];

/// The first slot for spool volumes, which count up from it.
const SPOOL_FIRST: u32 = 10;
/// Paging volumes count down from slot 255; in the middle they meet the spool volumes.
const PAGING_FIRST: u32 = 128;

/// What a CP-owned volume is for, as its slot tells by the custom of installations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Spool files.
    Spool,
    /// Pages and temporary disks.
    Paging,
    /// System residence, the common volume, and whatever else is in the first slots.
    Other,
}

fn use_of_slot(slot: u32) -> Use {
    match slot {
        ..SPOOL_FIRST => Use::Other,
        SPOOL_FIRST..PAGING_FIRST => Use::Spool,
        PAGING_FIRST.. => Use::Paging,
    }
}

/// One CP_OWNED statement with a volume.
#[derive(Debug, Clone)]
struct CpOwned<'a> {
    slot: u32,
    /// The number in the statement.
    slot_place: &'a Place,
    volser: Volser,
    members: Vec<MemberName>,
    /// The volume in the statement.
    place: &'a Place,
    statement: &'a ConfigStatement,
}

impl CpOwned<'_> {
    fn role(&self) -> Use {
        use_of_slot(self.slot)
    }
}

/// The CP_OWNED statements that hold for any member, in the order of the file.
fn cp_owned(site: &Site) -> impl Iterator<Item = CpOwned<'_>> {
    let owned = statements(site, |kind| match kind {
        ConfigKind::CpOwned { slot, volume } => Some((slot, volume.as_ref()?)),
        _ => None,
    });
    let owned = owned.map(|(statement, (slot, volume))| CpOwned {
        slot: slot.value,
        slot_place: &slot.place,
        volser: volume.value,
        members: members(site)
            .filter(|member| statement.applies_to(member))
            .collect(),
        place: &volume.place,
        statement,
    });
    owned.filter(|owned| !owned.members.is_empty())
}

/// The slot of a CP-owned volume, and where it is given.
fn slot_of(site: &Site, volser: Volser) -> Option<(u32, &Place)> {
    site.listings(&volser)
        .iter()
        .find_map(|listing| match listing.by {
            ListedBy::CpOwned(slot) => Some((slot, &listing.place)),
            _ => None,
        })
}

/// What a volume is for; None if CP does not own it.
fn use_of(site: &Site, volser: Volser) -> Option<Use> {
    slot_of(site, volser).map(|(slot, _)| use_of_slot(slot))
}

/// Whether the volume is for pages, temporary disks or spool files, and so for no minidisk.
pub(crate) fn is_for_paging_or_spooling(site: &Site, volser: Volser) -> bool {
    matches!(use_of(site, volser), Some(Use::Paging | Use::Spool))
}

/// The mask of USER_VOLUME_EXCLUDE that fits the volume.
fn excluded_by(site: &Site, volser: Volser) -> Option<&Located<Mask>> {
    let masks = statements(site, |kind| match kind {
        ConfigKind::UserVolumeExclude(masks) => Some(masks),
        _ => None,
    });
    masks
        .flat_map(|(_, masks)| masks)
        .find(|mask| mask.matches(volser.as_str()))
}

/// The member that site.toml gives the only pack of this serial to, or none for all; None where there is no such pack,
/// so that the serial may be mistyped.
fn pack_of(site: &Site, volser: Volser) -> Option<Option<MemberName>> {
    match site.packs(&volser) {
        [pack] => Some(pack.key.member),
        _ => None,
    }
}

/// The equivalence ids that RDEVICE statements give to a device, by member.
fn eqids(site: &Site, rdev: u16) -> Vec<(MemberName, &Located<String>)> {
    let mut found: Vec<(MemberName, &Located<String>)> = Vec::new();
    for (statement, (devices, eqid)) in statements(site, |kind| match kind {
        ConfigKind::Rdevice { devices, eqid, .. } => Some((devices.value, eqid.as_ref()?)),
        _ => None,
    }) {
        if !(devices.0..=devices.1).contains(&rdev) {
            continue;
        }
        found.extend(
            members(site)
                .filter(|member| statement.applies_to(member))
                .map(|member| (member, eqid)),
        );
    }
    found
}
