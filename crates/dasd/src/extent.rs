//! Runs of cylinders or blocks on one volume.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::address::{BlockCount, BlockNo, Cylinder, CylinderCount};
use crate::volser::Volser;

/// Neighbouring cylinders of a CKD volume, or neighbouring blocks of an FBA volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Run {
    /// Cylinders.
    Cylinders {
        /// The first cylinder.
        first: Cylinder,
        /// How many there are.
        count: CylinderCount,
    },
    /// 512-byte blocks.
    Blocks {
        /// The first block.
        first: BlockNo,
        /// How many there are.
        count: BlockCount,
    },
}

impl Run {
    /// A run of cylinders from plain numbers.
    pub const fn cylinders(first: u32, count: u32) -> Run {
        Run::Cylinders {
            first: Cylinder::new(first),
            count: CylinderCount::new(count),
        }
    }

    /// A run of blocks from plain numbers.
    pub const fn blocks(first: u32, count: u32) -> Run {
        Run::Blocks {
            first: BlockNo::new(first),
            count: BlockCount::new(count),
        }
    }

    /// First and one-past-last number, wide enough never to overflow.
    const fn bounds(self) -> (u64, u64) {
        let (first, count) = match self {
            Run::Cylinders { first, count } => (first.get(), count.get()),
            Run::Blocks { first, count } => (first.get(), count.get()),
        };
        (widen(first), widen(first) + widen(count))
    }

    /// Whether the two runs have a cylinder or block in common. Runs of different kinds never do.
    pub fn overlaps(self, other: Run) -> bool {
        let (first, end) = self.bounds();
        let (other_first, other_end) = other.bounds();
        self.same_kind(other) && first.max(other_first) < end.min(other_end)
    }

    /// Whether all of `other` lies in this run.
    pub fn contains(self, other: Run) -> bool {
        let (first, end) = self.bounds();
        let (other_first, other_end) = other.bounds();
        self.same_kind(other) && first <= other_first && other_end <= end
    }

    const fn same_kind(self, other: Run) -> bool {
        matches!(
            (self, other),
            (Run::Cylinders { .. }, Run::Cylinders { .. }) | (Run::Blocks { .. }, Run::Blocks { .. })
        )
    }
}

/// `u64::from` is not const.
const fn widen(number: u32) -> u64 {
    number as u64
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Run::Cylinders { .. } => "cylinder",
            Run::Blocks { .. } => "block",
        };
        match self.bounds() {
            (first, end) if end == first => write!(f, "no {kind}s at {first}"),
            (first, end) if end == first + 1 => write!(f, "{kind} {first}"),
            (first, end) => write!(f, "{kind}s {first}-{}", end - 1),
        }
    }
}

/// A run on the volume of that serial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Extent {
    /// The volume.
    pub volser: Volser,
    /// The cylinders or blocks on it.
    pub run: Run,
}

impl Extent {
    /// Whether the two extents share anything: same volume, overlapping runs.
    pub fn overlaps(&self, other: &Extent) -> bool {
        self.volser == other.volser && self.run.overlaps(other.run)
    }
}

impl fmt::Display for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.volser, self.run)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlap_is_about_common_cylinders() {
        let middle = Run::cylinders(10, 5);
        for (other, shares) in [
            (Run::cylinders(5, 5), false),
            (Run::cylinders(5, 6), true),
            (Run::cylinders(14, 1), true),
            (Run::cylinders(15, 1), false),
            (Run::cylinders(12, 0), false),
            (Run::blocks(10, 5), false),
            (Run::cylinders(u32::MAX, u32::MAX), false),
        ] {
            assert_eq!(middle.overlaps(other), shares, "{other}");
            assert_eq!(other.overlaps(middle), shares, "{other}");
        }
        assert!(middle.contains(Run::cylinders(12, 3)) && !middle.contains(Run::cylinders(12, 4)));
    }

    #[test]
    fn reads_like_the_field_says_it() {
        let extent = Extent {
            volser: Volser::new("USR001").unwrap(),
            run: Run::cylinders(1, 20),
        };
        assert_eq!(extent.to_string(), "USR001 cylinders 1-20");
        assert_eq!(Run::blocks(7, 1).to_string(), "block 7");
    }
}
