//! Places and amounts on a volume. An index, a count and an address are different types, so that they cannot be
//! taken for one another.

use std::fmt;
use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name($inner);

        impl $name {
            /// Wraps the plain number.
            pub const fn new(number: $inner) -> $name {
                $name(number)
            }

            /// The plain number.
            pub const fn get(self) -> $inner {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

/// Places of one kind with their amounts. The sums panic on overflow: whatever comes from a file is compared with
/// the geometry first, and no geometry reaches 2^32.
macro_rules! place_and_count {
    ($place:ident, $count:ident) => {
        impl Add<$count> for $place {
            type Output = $place;

            fn add(self, count: $count) -> $place {
                $place(
                    self.0
                        .checked_add(count.0)
                        .expect("a place on a volume is below 2^32"),
                )
            }
        }

        impl Sub<$place> for $place {
            type Output = $count;

            fn sub(self, earlier: $place) -> $count {
                $count(
                    self.0
                        .checked_sub(earlier.0)
                        .expect("a distance is counted from the earlier place"),
                )
            }
        }

        impl $place {
            /// The place `count` further on, if there is such a number.
            pub const fn checked_add(self, count: $count) -> Option<$place> {
                match self.0.checked_add(count.0) {
                    Some(number) => Some($place(number)),
                    None => None,
                }
            }
        }
    };
}

number! {
    /// A cylinder of a volume, counted from 0.
    Cylinder(u32)
}
number! {
    /// How many cylinders.
    CylinderCount(u32)
}
number! {
    /// A head, which is a track within its cylinder, counted from 0.
    Head(u16)
}
number! {
    /// A track of a volume, counted from 0: cylinder times heads plus head.
    TrackNo(u32)
}
number! {
    /// How many tracks.
    TrackCount(u32)
}
number! {
    /// A 512-byte block of an FBA volume, counted from 0.
    BlockNo(u32)
}
number! {
    /// How many 512-byte blocks.
    BlockCount(u32)
}

place_and_count!(Cylinder, CylinderCount);
place_and_count!(TrackNo, TrackCount);
place_and_count!(BlockNo, BlockCount);

/// The address of a track as the hardware has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TrackAddr {
    /// The cylinder.
    pub cylinder: Cylinder,
    /// The head within the cylinder.
    pub head: Head,
}

impl TrackAddr {
    /// The address from its two plain numbers.
    pub const fn new(cylinder: u32, head: u16) -> TrackAddr {
        TrackAddr {
            cylinder: Cylinder::new(cylinder),
            head: Head::new(head),
        }
    }
}

impl fmt::Display for TrackAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cylinder {} head {}", self.cylinder, self.head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_counts() {
        assert_eq!(Cylinder::new(3) + CylinderCount::new(4), Cylinder::new(7));
        assert_eq!(TrackNo::new(30) - TrackNo::new(15), TrackCount::new(15));
        assert_eq!(BlockNo::new(u32::MAX).checked_add(BlockCount::new(1)), None);
        assert_eq!(TrackAddr::new(17, 3).to_string(), "cylinder 17 head 3");
    }
}
