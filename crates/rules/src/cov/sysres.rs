//! The residence volumes of the members.

use dasd::Volser;
use zvm::{ConfigKind, MemberName, Place, Site};

use crate::lookup::{members, statements};

/// Each member with its residence volume, as far as SYSTEM CONFIG says: that of SYSTEM_RESIDENCE, otherwise that of
/// CP_OWNED slot 1.
pub(crate) fn of(site: &Site) -> Vec<(MemberName, Volser, &Place)> {
    let residences: Vec<_> = statements(site, |kind| match kind {
        ConfigKind::SystemResidence {
            checkpoint,
            warmstart,
        } => checkpoint.as_ref().or(warmstart.as_ref()),
        _ => None,
    })
    .collect();
    let first_slots: Vec<_> = statements(site, |kind| match kind {
        ConfigKind::CpOwned { slot, volume } if slot.value == 1 => volume.as_ref(),
        _ => None,
    })
    .collect();
    let of_member = |member: MemberName| {
        let mut found = residences.iter().chain(&first_slots);
        let (_, volume) = found.find(|(statement, _)| statement.applies_to(&member))?;
        Some((member, volume.value, &volume.place))
    };
    members(site).filter_map(of_member).collect()
}
