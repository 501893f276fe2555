//! Minidisks that are not data: overlays and space maps.
//!
//! An overlay is a window over a whole pack for the sake of maintenance or dumps. It starts at 0, reaches the end of
//! the pack, and **the pack also holds other minidisks**: a full-pack minidisk that is alone on its pack is ordinary
//! data. Where the end of the pack is not known, DirMaint's `:EXCLUDE.` list tells which minidisks are overlays.

use std::collections::BTreeMap;

use dasd::Volser;

use crate::{
    extent_control::ExtentControl,
    names::UserId,
    site::{
        Site, device,
        expand::Span,
        minidisk::{Minidisk, MinidiskKind, Scope, Space},
        ownership::only_member,
        volume::{VolumeKey, VolumeSize},
    },
};

/// Users that own areas of CP, or describe packs, so that nothing else is allocated there.
const SPACE_MAPS: &[&str] = &[
    "$ALLOC$", "$DASD$", "$DCSS$", "$DIRECT$", "$ENDPAK$", "$ERROR$", "$NUC", "$NUCALT", "$PAGE$", "$SPOOL$",
    "$SYSCKP$", "$SYSWRM$", "$TDISK$", "$TDSK$", "$TEMP$",
];

pub(super) fn is_space_map(user: UserId) -> bool {
    SPACE_MAPS.contains(&user.as_str())
}

/// Sets the kind of each minidisk.
pub(super) fn mark(site: &Site, control: &ExtentControl, minidisks: &mut [Minidisk], spans: &[Option<Span>]) {
    let mut packs: BTreeMap<VolumeKey, Pack> = BTreeMap::new();
    for (at, (minidisk, span)) in minidisks.iter_mut().zip(spans).enumerate() {
        if is_space_map(minidisk.user) {
            minidisk.kind = MinidiskKind::SpaceMap;
        } else if let Some(key) = site.home_pack(minidisk) {
            let pack = packs.entry(key).or_default();
            if covers_pack(site, control, minidisk, *span) {
                pack.full.push(at)
            } else {
                pack.holds_others = true
            }
        }
    }
    for pack in packs.into_values() {
        let alone = pack.full.len() == 1 && !pack.holds_others;
        // Without other minidisks one of the full ones must stay data, or nothing of the pack would be copied.
        let data = usize::from(!pack.holds_others);
        for (nth, at) in pack.full.into_iter().enumerate() {
            minidisks[at].covers_others = !alone;
            if nth >= data {
                minidisks[at].kind = MinidiskKind::Overlay;
            }
        }
    }
}

/// What lies on one pack.
#[derive(Default)]
struct Pack {
    /// Minidisks over the whole pack, by index.
    full: Vec<usize>,
    holds_others: bool,
}

fn covers_pack(site: &Site, control: &ExtentControl, minidisk: &Minidisk, span: Option<Span>) -> bool {
    let Some(span) = span else {
        return matches!(minidisk.space, Space::Devno { .. });
    };
    if span.first != 0 {
        return false;
    }
    let size = site.pack_size(minidisk).map(|size| match size {
        VolumeSize::Cylinders(count) | VolumeSize::Blocks(count) => u64::from(count),
    });
    match (size, span.end) {
        _ if span.to_end => true,
        (Some(size), Some(end)) => end >= size,
        _ => control.excludes.iter().any(|exclude| {
            let entry = minidisk.subconfig.unwrap_or(minidisk.user);
            exclude.entry.matches(entry.as_str()) && exclude.vdev.matches(&minidisk.vdev.to_string())
        }),
    }
}

impl Site {
    /// The pack that holds a minidisk, whoever can reach it. A global minidisk on a serial that only one member has
    /// lies on that member's pack.
    pub fn home_pack(&self, minidisk: &Minidisk) -> Option<VolumeKey> {
        if let Space::Devno { rdev } = minidisk.space {
            return self
                .volumes
                .iter()
                .find(|volume| volume.rdev == Some(rdev))
                .map(|volume| volume.key);
        }
        let volser = minidisk.volser?;
        let seen = match minidisk.scope {
            Scope::Local(member) => self.pack_at(&member, &volser),
            Scope::Global | Scope::None => None,
        };
        Some(seen.unwrap_or_else(|| self.common_pack(volser)))
    }

    /// The size of the pack that holds the minidisk, where site.toml says it or the device type alone does.
    pub fn pack_size(&self, minidisk: &Minidisk) -> Option<VolumeSize> {
        let seen = minidisk
            .volser
            .and_then(|volser| self.size_seen(minidisk.scope, &volser));
        seen.or_else(|| device::usual_size(&minidisk.device))
    }

    fn common_pack(&self, volser: Volser) -> VolumeKey {
        match self.packs(&volser) {
            [] => VolumeKey {
                volser,
                member: only_member(self.listings(&volser), self.cluster.members.len()),
            },
            [first, ..] => first.key,
        }
    }

    /// The size of the pack on which a minidisk of this scope would find the volume.
    pub(super) fn size_seen(&self, scope: Scope, volser: &Volser) -> Option<VolumeSize> {
        let own = match scope {
            Scope::Local(member) => self.volume_at(&member, volser),
            Scope::Global | Scope::None => None,
        };
        let volume = own.or_else(|| self.packs(volser).first())?;
        volume.size.or_else(|| device::usual_size(&volume.device))
    }
}
