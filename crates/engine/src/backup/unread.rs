//! What a job need not read, because the map of the volume's changes says that it is as the base has it.

use dasd::device::{Changed, Generation};
use zvm::Changes;

use crate::domain::{BLOCKS_PER_GROUP, UnitKind};
use crate::env::Device;

/// Of so many units that the map calls unchanged, a job that samples reads one.
const SAMPLE: u64 = 64;

/// What the map of a volume's changes knows of the time since the base was copied.
pub(crate) struct Unread {
    changed: Changed,
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
            changed,
            first,
            beyond,
            sampled: (mode == Changes::Sampled).then_some(chance),
        })
    }

    /// Whether the map calls a unit of the domain unchanged.
    pub(super) fn is_unchanged(&self, unit: u32) -> bool {
        let here = self.first + unit;
        // A group that does not begin where those of the map do lies in two of them.
        let also = here + u32::from(self.beyond > 0);
        !self.changed.has(here) && !self.changed.has(also)
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
