//! Bars that follow work on a volume.

use dasd::{Geometry, Volume};
use engine::{Event, Progress};

use crate::progress::Bars;

/// Blocks that a compressed image holds together and a check counts as one.
const GROUP_BLOCKS: u64 = 120;

/// Moves the bars by the tracks or blocks that are done. The bars count bytes of a plain image.
pub(super) struct Meter<'a> {
    bars: &'a Bars,
    unit: u64,
    total: u64,
    done: u64,
}

impl<'a> Meter<'a> {
    /// For work that counts tracks or blocks.
    pub(super) fn new(bars: &'a Bars, geometry: &Geometry) -> Self {
        let unit = match geometry {
            Geometry::Ckd(ckd) => u64::from(ckd.slot),
            Geometry::Fba(_) => 512,
        };
        Self::counting(bars, geometry.size(), unit)
    }

    /// For a check, which counts tracks or groups of blocks. Without a volume that can be mounted there is no total,
    /// and no bar.
    pub(super) fn for_check(bars: &'a Bars, volume: Option<&Volume>) -> Self {
        let Some(geometry) = volume.map(Volume::geometry) else {
            return Self::counting(bars, 0, 0);
        };
        let unit = match geometry {
            Geometry::Ckd(ckd) => u64::from(ckd.slot),
            Geometry::Fba(_) => GROUP_BLOCKS * 512,
        };
        Self::counting(bars, geometry.size(), unit)
    }

    fn counting(bars: &'a Bars, total: u64, unit: u64) -> Self {
        if total != 0 {
            bars.event(Event::Total { bytes: total });
        }
        Self {
            bars,
            unit,
            total,
            done: 0,
        }
    }

    /// So many are done in all.
    pub(super) fn reached(&mut self, units: u64) {
        let done = units.saturating_mul(self.unit).min(self.total);
        let bytes = done.saturating_sub(self.done);
        self.done = self.done.max(done);
        self.bars.event(Event::Done { bytes });
    }
}
