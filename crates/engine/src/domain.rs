//! How a domain is cut into units of deduplication: tracks of a CKD extent, groups of blocks of an FBA one.

use catalog::{DomainRecord, GeometryRecord};
use dasd::{
    BlockCount, BlockNo, CkdDevice, CkdGeometry, Cylinder, CylinderCount, FbaGeometry, Geometry, Run,
    TrackNo, Volser,
    canonical::{GROUP_BLOCKS, Origin},
};
use thiserror::Error;

/// Bytes of a 512-byte block.
pub(crate) const BLOCK_BYTES: usize = 512;

/// Bytes of one group of blocks.
pub(crate) const GROUP_BYTES: usize = GROUP_BLOCKS * BLOCK_BYTES;

/// Blocks of one group, as a number of blocks.
pub(crate) const BLOCKS_PER_GROUP: u32 = 32;
const _: () = assert!(BLOCKS_PER_GROUP as usize == GROUP_BLOCKS);

/// Bytes of the header of a plain CKD image.
const PLAIN_HEADER_BYTES: u64 = 512;

/// About two cylinders of a 3390: enough tracks in hand to hash many at once, small enough to stay near the
/// processor. One batch is one piece of work for the compute pool.
const BATCH_BYTES: usize = 2 * 15 * 56_832;

/// An extent as a row of units.
#[derive(Clone, Debug, PartialEq)]
pub enum UnitKind {
    /// One unit is one track.
    Tracks {
        /// The geometry of the pack.
        geometry: CkdGeometry,
        /// The first track of the extent.
        first: TrackNo,
        /// The first cylinder of the extent.
        cylinder: Cylinder,
        /// How many tracks.
        count: u32,
    },
    /// One unit is [`GROUP_BLOCKS`] blocks; the last may be shorter.
    Groups {
        /// The first block of the extent.
        first: BlockNo,
        /// How many blocks.
        blocks: BlockCount,
    },
}

/// Why an extent cannot be cut.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum ExtentError {
    #[error("volume {volser} ends at {kind} {last}, the extent reaches to {kind} {wanted}")]
    BeyondTheEnd {
        volser: Volser,
        kind: &'static str,
        last: u64,
        wanted: u64,
    },
    #[error("the extent counts {asked}, but volume {volser} is a {is} volume")]
    OtherKind {
        volser: Volser,
        asked: &'static str,
        is: &'static str,
    },
}

/// A stretch of neighbouring units of a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// The first unit, counted from the begin of the domain.
    pub(crate) first: u32,
    /// How many.
    pub(crate) count: u32,
}

impl UnitKind {
    /// Cuts `run` of a volume with this geometry, or all of the volume.
    pub(crate) fn of(volser: Volser, geometry: &Geometry, run: Option<Run>) -> Result<Self, ExtentError> {
        match (geometry, run) {
            (Geometry::Ckd(ckd), None) => Self::tracks(volser, ckd, Cylinder::new(0), ckd.cylinders),
            (Geometry::Ckd(ckd), Some(Run::Cylinders { first, count })) => {
                Self::tracks(volser, ckd, first, count)
            }
            (Geometry::Fba(fba), None) => Ok(Self::Groups {
                first: BlockNo::new(0),
                blocks: fba.blocks,
            }),
            (Geometry::Fba(fba), Some(Run::Blocks { first, count })) => {
                let wanted = u64::from(first.get()) + u64::from(count.get());
                let last = u64::from(fba.blocks.get());
                if wanted > last {
                    return Err(ExtentError::BeyondTheEnd {
                        volser,
                        kind: "block",
                        last,
                        wanted,
                    });
                }
                Ok(Self::Groups { first, blocks: count })
            }
            (Geometry::Ckd(_), Some(Run::Blocks { .. })) => Err(ExtentError::OtherKind {
                volser,
                asked: "blocks",
                is: "CKD",
            }),
            (Geometry::Fba(_), Some(Run::Cylinders { .. })) => Err(ExtentError::OtherKind {
                volser,
                asked: "cylinders",
                is: "FBA",
            }),
        }
    }

    fn tracks(
        volser: Volser,
        geometry: &CkdGeometry,
        first: Cylinder,
        cylinders: CylinderCount,
    ) -> Result<Self, ExtentError> {
        let wanted = u64::from(first.get()) + u64::from(cylinders.get());
        let last = u64::from(geometry.cylinders.get());
        if wanted > last {
            return Err(ExtentError::BeyondTheEnd {
                volser,
                kind: "cylinder",
                last,
                wanted,
            });
        }
        let heads = u32::from(geometry.heads);
        Ok(Self::Tracks {
            geometry: geometry.clone(),
            first: TrackNo::new(first.get() * heads),
            cylinder: first,
            count: cylinders.get() * heads,
        })
    }

    /// How many units there are.
    pub fn count(&self) -> u32 {
        match self {
            Self::Tracks { count, .. } => *count,
            Self::Groups { blocks, .. } => blocks.get().div_ceil(BLOCKS_PER_GROUP),
        }
    }

    /// The run of cylinders or blocks that the units make up.
    pub fn run(&self) -> Run {
        match self {
            Self::Tracks {
                geometry,
                cylinder,
                count,
                ..
            } => Run::cylinders(cylinder.get(), count / u32::from(geometry.heads)),
            Self::Groups { first, blocks } => Run::Blocks {
                first: *first,
                count: *blocks,
            },
        }
    }

    /// Bytes of one unit in memory.
    pub fn unit_bytes(&self) -> usize {
        match self {
            Self::Tracks { geometry, .. } => geometry.slot_len(),
            Self::Groups { .. } => GROUP_BYTES,
        }
    }

    /// Bytes of the whole extent.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Tracks { .. } => u64::from(self.count()) * self.unit_bytes() as u64,
            Self::Groups { blocks, .. } => u64::from(blocks.get()) * BLOCK_BYTES as u64,
        }
    }

    /// Bytes that the last unit lacks; only the last group of an FBA extent may be short.
    pub(crate) fn short_by(&self) -> usize {
        match self {
            Self::Tracks { .. } => 0,
            Self::Groups { blocks, .. } => {
                (self.count() as usize * GROUP_BLOCKS - blocks.get() as usize) * BLOCK_BYTES
            }
        }
    }

    /// Bytes of one stretch.
    pub(crate) fn stretch_bytes(&self, stretch: Stretch) -> usize {
        let full = stretch.count as usize * self.unit_bytes();
        if stretch.first + stretch.count == self.count() {
            full - self.short_by()
        } else {
            full
        }
    }

    /// Where a plain image of the whole volume, in one file, has the begin of a stretch.
    pub(crate) fn plain_offset(&self, stretch: Stretch) -> u64 {
        let unit = u64::from(stretch.first);
        match self {
            Self::Tracks { first, .. } => {
                PLAIN_HEADER_BYTES + (u64::from(first.get()) + unit) * self.unit_bytes() as u64
            }
            Self::Groups { first, .. } => {
                u64::from(first.get()) * BLOCK_BYTES as u64 + unit * GROUP_BYTES as u64
            }
        }
    }

    /// The stretches in which the extent is worked through, in order.
    pub(crate) fn stretches(&self) -> impl Iterator<Item = Stretch> + use<> {
        let step = u32::try_from((BATCH_BYTES / self.unit_bytes()).max(1)).unwrap_or(u32::MAX);
        let count = self.count();
        (0..count).step_by(step as usize).map(move |first| Stretch {
            first,
            count: step.min(count - first),
        })
    }
}

/// How many blocks lie before the group of that number.
pub(crate) fn blocks_before(group: u32) -> BlockCount {
    BlockCount::new(group * BLOCKS_PER_GROUP)
}

/// The two lowest bits of an origin's own tag say which count fields follow it.
const FLAG_BITS: u32 = 2;

/// True for the number of an origin at the very begin of the extent. At the front of a volume such addresses are
/// the real ones.
pub(crate) fn is_at_begin(tag: u32) -> bool {
    tag.checked_sub(1).is_some_and(|coded| coded >> FLAG_BITS == 0)
}

/// The number that stands for the origin of a track in a manifest: 0 for real addresses, otherwise the place of
/// the origin relative to the begin of the extent, so that a minidisk gives the same manifest wherever it lies.
pub(crate) fn tag_of(origin: Origin, extent: Cylinder) -> u32 {
    if origin == Origin::REAL {
        return 0;
    }
    let flags = origin.tag() & ((1 << FLAG_BITS) - 1);
    let distance = i64::from(origin.cylinders()) - i64::from(extent.get());
    let zigzag = u32::try_from((distance << 1) ^ (distance >> 63)).expect("cylinder numbers have 16 bits");
    ((zigzag << FLAG_BITS) | flags) + 1
}

/// The origin that `tag` stands for in an extent that begins at `extent`.
pub(crate) fn origin_of(tag: u32, extent: Cylinder) -> Origin {
    let Some(coded) = tag.checked_sub(1) else {
        return Origin::REAL;
    };
    let zigzag = i64::from(coded >> FLAG_BITS);
    let distance = (zigzag >> 1) ^ -(zigzag & 1);
    let cylinder = distance + i64::from(extent.get());
    // Beyond 28 bits no writer would have gone; whatever comes out is refused when the track is put together.
    let folded = u32::try_from((cylinder << 1) ^ (cylinder >> 63)).unwrap_or(u32::MAX >> FLAG_BITS);
    Origin::from_tag((folded << FLAG_BITS) | (coded & ((1 << FLAG_BITS) - 1)))
}

/// The geometry of an image that holds just the extent of `record`; none when the record names a device that this
/// program does not know.
pub fn extent_geometry(record: &DomainRecord) -> Option<Geometry> {
    match (&record.geometry, record.run) {
        (
            GeometryRecord::Ckd {
                device, heads, slot, ..
            },
            Run::Cylinders { count, .. },
        ) => {
            let device = CkdDevice::by_name(device)?;
            Some(Geometry::Ckd(CkdGeometry {
                device,
                cylinders: count,
                heads: *heads,
                slot: *slot,
            }))
        }
        (GeometryRecord::Fba { .. }, Run::Blocks { count, .. }) => {
            Some(Geometry::Fba(FbaGeometry { blocks: count }))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_is_cut_without_gap_or_overlap() {
        let units = UnitKind::Groups {
            first: BlockNo::new(7),
            blocks: BlockCount::new(BLOCKS_PER_GROUP * 400 + 5),
        };
        let stretches: Vec<_> = units.stretches().collect();
        assert!(stretches.len() > 1);
        let mut next = 0;
        for stretch in &stretches {
            assert_eq!(stretch.first, next);
            next += stretch.count;
        }
        assert_eq!(next, units.count());
        let bytes: usize = stretches
            .iter()
            .map(|stretch| units.stretch_bytes(*stretch))
            .sum();
        assert_eq!(bytes as u64, units.bytes());
    }

    #[test]
    fn origins_survive_their_tag() {
        for extent in [0, 1, 500, 65_519].map(Cylinder::new) {
            for cylinders in [0, 1, 499, 500, 501, 65_519] {
                let origin = Origin::relative_to(cylinders);
                assert_eq!(
                    origin_of(tag_of(origin, extent), extent),
                    origin,
                    "extent at {extent}"
                );
            }
        }
    }

    #[test]
    fn the_same_minidisk_has_the_same_tags_wherever_it_lies() {
        let here = tag_of(Origin::relative_to(100), Cylinder::new(100));
        assert_eq!(here, tag_of(Origin::relative_to(2000), Cylinder::new(2000)));
        assert_ne!(here, tag_of(Origin::REAL, Cylinder::new(100)));
        assert_eq!(origin_of(here, Cylinder::new(0)), Origin::REAL);
    }

    #[test]
    fn no_tag_panics() {
        for tag in (0..40).chain((0..32).map(|bit| u32::MAX >> bit)) {
            origin_of(tag, Cylinder::new(65_535));
        }
    }
}
