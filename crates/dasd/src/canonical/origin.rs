//! Where the cylinder numbers of count fields begin.

use std::fmt;

use crate::address::Cylinder;

/// The cylinder from which the count fields of a track are numbered: the first cylinder of the minidisk that CMS
/// formatted, or [`Origin::REAL`]. Record 0 and records 1 to n may each follow it or have the real address.
///
/// A manifest keeps the [`Origin::tag`] beside the chunk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// Negative only after [`Origin::moved`].
    cylinders: i32,
    r0_real: bool,
    records_real: bool,
}

const TAG_R0_REAL: u32 = 1;
const TAG_RECORDS_REAL: u32 = 2;
const TAG_SHIFT: u32 = 2;

impl Origin {
    /// Count fields have the address of the track.
    pub const REAL: Origin = Origin {
        cylinders: 0,
        r0_real: false,
        records_real: false,
    };

    /// Record 0 and all other records count from this cylinder.
    pub const fn relative_to(cylinders: i32) -> Origin {
        Origin {
            cylinders,
            r0_real: false,
            records_real: false,
        }
    }

    pub(super) const fn mixed(cylinders: i32, r0_real: bool, records_real: bool) -> Origin {
        // With nothing to subtract both kinds are the same, and equal things have one spelling.
        if cylinders == 0 {
            Origin::REAL
        } else {
            Origin {
                cylinders,
                r0_real,
                records_real,
            }
        }
    }

    /// The cylinder, negative where the count fields are higher than the track.
    pub const fn cylinders(self) -> i32 {
        self.cylinders
    }

    /// The origin of the same track after the extent that began at `from` was put at `to`: what counted from the
    /// minidisk still does, what had real addresses gets those of the new place.
    #[must_use]
    pub fn moved(self, from: Cylinder, to: Cylinder) -> Origin {
        if self.cylinders == 0 {
            return self;
        }
        let moved = i64::from(self.cylinders) - i64::from(from.get()) + i64::from(to.get());
        // Beyond 32 bits no cylinder exists: `reconstruct` refuses the largest number as it would the true one.
        Origin::mixed(
            i32::try_from(moved).unwrap_or(i32::MAX),
            self.r0_real,
            self.records_real,
        )
    }

    /// The origin as a number for a manifest; 0 is [`Origin::REAL`].
    pub const fn tag(self) -> u32 {
        // Zigzag: small cylinders of either sign are small numbers. Cylinders have 16 bits, so nothing is lost.
        let sign = if self.cylinders < 0 { 1 } else { 0 };
        let folded = self.cylinders.unsigned_abs().wrapping_mul(2).wrapping_sub(sign);
        let r0 = if self.r0_real { TAG_R0_REAL } else { 0 };
        let records = if self.records_real { TAG_RECORDS_REAL } else { 0 };
        folded << TAG_SHIFT | r0 | records
    }

    /// The reverse of [`Origin::tag`]. Every number means something; what no cylinder has is refused later.
    pub const fn from_tag(tag: u32) -> Origin {
        let folded = tag >> TAG_SHIFT;
        let magnitude = (folded.wrapping_add(folded & 1) >> 1).cast_signed();
        let cylinders = if folded & 1 == 1 { -magnitude } else { magnitude };
        Origin::mixed(cylinders, tag & TAG_R0_REAL != 0, tag & TAG_RECORDS_REAL != 0)
    }

    /// The cylinder that record 0 of a track at this real cylinder has; none where there is no such number.
    pub(super) fn r0_cylinder(self, real: u16) -> Option<u16> {
        if self.r0_real {
            Some(real)
        } else {
            self.subtract(real)
        }
    }

    /// The same for records 1 to n, without the overflow bit.
    pub(super) fn record_cylinder(self, real: u16) -> Option<u16> {
        if self.records_real {
            Some(real)
        } else {
            self.subtract(real)
        }
    }

    fn subtract(self, real: u16) -> Option<u16> {
        u16::try_from(i64::from(real) - i64::from(self.cylinders)).ok()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.cylinders, self.r0_real, self.records_real) {
            (0, ..) => write!(f, "real"),
            (cylinder, false, false) => write!(f, "cylinder {cylinder}"),
            (cylinder, true, _) => write!(f, "cylinder {cylinder} (record 0 real)"),
            (cylinder, false, true) => write!(f, "cylinder {cylinder} (record 0 only)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_come_back() {
        assert_eq!(Origin::REAL.tag(), 0);
        for cylinders in [-65_535, -7, -1, 0, 1, 2, 300, 65_535] {
            for (r0_real, records_real) in [(false, false), (true, false), (false, true)] {
                let origin = Origin::mixed(cylinders, r0_real, records_real);
                assert_eq!(Origin::from_tag(origin.tag()), origin);
            }
        }
        for tag in [1, 2, 3, u32::MAX, u32::MAX - 1, 1 << 31] {
            assert!(
                Origin::from_tag(tag)
                    .record_cylinder(3)
                    .is_none_or(|cylinder| cylinder <= 3),
                "{tag}"
            );
        }
    }

    #[test]
    fn moving_keeps_what_counts_from_the_minidisk() {
        let (from, to) = (Cylinder::new(100), Cylinder::new(0));
        assert_eq!(Origin::REAL.moved(from, to), Origin::REAL);
        assert_eq!(Origin::relative_to(100).moved(from, to), Origin::REAL);
        assert_eq!(
            Origin::relative_to(100).moved(from, Cylinder::new(7)),
            Origin::relative_to(7)
        );
        assert_eq!(Origin::relative_to(90).moved(from, to), Origin::relative_to(-10));
        assert_eq!(
            Origin::relative_to(90).moved(from, to).record_cylinder(0),
            Some(10)
        );
        assert_eq!(
            Origin::relative_to(9)
                .moved(Cylinder::new(0), Cylinder::new(u32::MAX))
                .record_cylinder(9),
            None
        );
    }
}
