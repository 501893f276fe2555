//! What a job need not read, because the map of the volume's changes, or the stamp of its image, says that it is as the base
//! has it.

use dasd::device::{Changed, Generation};
use zvm::Changes;

use crate::domain::{BLOCKS_PER_GROUP, UnitKind};
use crate::env::Device;

/// Of so many units that the map calls unchanged, a job that samples reads one.
const SAMPLE: u64 = 64;

/// What is known of the time since the base was copied.
pub(crate) struct Unread {
    /// What the map of the volume's changes says; none if nothing has changed at all.
    changed: Option<Changed>,
    /// The first unit of the domain in the numbers of the map, and how many blocks the domain begins behind it.
    first: u32,
    beyond: u32,
    /// Chooses the sample, if one is taken.
    sampled: Option<u64>,
}

impl Unread {
    /// None if everything has to be read. `base` is the generation that the base was copied from.
    pub(super) fn of(
        mode: Changes,
        device: &dyn Device,
        units: &UnitKind,
        base: Option<Generation>,
        chance: u64,
    ) -> Option<Unread> {
        let map = device.changes().filter(|_| mode != Changes::Ignored)?;
        let changed = map.lock().ok()?.changed_since(base?);
        let (first, beyond) = match units {
            UnitKind::Tracks { first, .. } => (first.get(), 0),
            UnitKind::Groups { first, .. } => {
                (first.get() / BLOCKS_PER_GROUP, first.get() % BLOCKS_PER_GROUP)
            }
        };
        (changed != Changed::Everything).then_some(Unread {
            changed: Some(changed),
            first,
            beyond,
            sampled: (mode == Changes::Sampled).then_some(chance),
        })
    }

    /// Nothing has to be read: the image files look as they did when the base was copied.
    pub(super) fn everything() -> Unread {
        Unread {
            changed: None,
            first: 0,
            beyond: 0,
            sampled: None,
        }
    }

    /// Whether a unit of the domain is said to be unchanged.
    pub(super) fn is_unchanged(&self, unit: u32) -> bool {
        let Some(changed) = &self.changed else {
            return true;
        };
        let here = self.first + unit;
        // A group that does not begin where those of the map do lies in two of them.
        let also = here + u32::from(self.beyond > 0);
        !changed.has(here) && !changed.has(also)
    }

    /// Whether a unit that the map calls unchanged is read all the same.
    pub(super) fn is_sample(&self, unit: u32) -> bool {
        // Numbers of neighbours have to be far apart, or the sample would be a pattern (splitmix64).
        self.sampled.is_some_and(|chance| {
            let mixed = (chance ^ u64::from(unit)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            (mixed ^ (mixed >> 27)).is_multiple_of(SAMPLE)
        })
    }
}
