//! Comparing two extents track by track, as their users see them: everything but the addresses that follow from
//! where an extent lies.

use std::sync::Arc;

use dasd::Run;
use thiserror::Error;

use crate::backup::{Buffers, capture};
use crate::domain::{Stretch, UnitKind, is_at_begin};
use crate::env::{Device, Env, compute};

/// An extent of a device; all of it when `run` is none.
#[derive(Clone)]
pub struct Side {
    /// The device.
    pub device: Arc<dyn Device>,
    /// The extent.
    pub run: Option<Run>,
}

/// What a comparison found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Tracks or groups of blocks that were compared.
    pub units: u64,
    /// How many differ.
    pub different: u64,
    /// The first that differs, counted from the begin of the extent.
    pub first: Option<u32>,
}

/// Why two extents could not be compared.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{reason}")]
pub struct CompareError {
    reason: String,
}

/// Compares two extents of the same size. Equal means: home address, record 0, count fields, keys and data are the
/// same, apart from addresses that differ just as the places of the extents do.
///
/// # Errors
/// When the sizes differ, or a track of either cannot be read.
pub async fn compare(env: &Env, one: &Side, other: &Side) -> Result<Comparison, CompareError> {
    let failed = |reason: String| CompareError { reason };
    let units = |side: &Side| {
        let units = UnitKind::of(side.device.key().volser, side.device.geometry(), side.run);
        units.map(Arc::new).map_err(|error| failed(error.to_string()))
    };
    let (left, right) = (units(one)?, units(other)?);
    if (left.count(), left.unit_bytes()) != (right.count(), right.unit_bytes()) {
        return Err(failed(format!(
            "the extents differ in size: {} and {}",
            left.run(),
            right.run()
        )));
    }
    let buffers = Buffers::default();
    let read = |side: &Side, units: &Arc<UnitKind>, stretch: Stretch| {
        let (device, units, buffer) = (Arc::clone(&side.device), Arc::clone(units), buffers.take());
        compute(&*env.compute, move || {
            capture(&*device, &units, stretch, buffer, None)
        })
    };
    let mut comparison = Comparison {
        units: u64::from(left.count()),
        different: 0,
        first: None,
    };
    for stretch in left.stretches() {
        let (a, b) = (read(one, &left, stretch), read(other, &right, stretch));
        let (a, b) = (a.await, b.await);
        let (seen, wanted) = (a.units.map_err(failed)?, b.units.map_err(failed)?);
        for (unit, (seen, wanted)) in (stretch.first..).zip(seen.iter().zip(&wanted)) {
            if (seen.id, seen.tag) != (wanted.id, wanted.tag) && !same_at_front(&left, &right, seen, wanted) {
                comparison.different += 1;
                comparison.first = comparison.first.or(Some(unit));
            }
        }
        buffers.give(a.buffer);
        buffers.give(b.buffer);
    }
    Ok(comparison)
}

/// At the front of a volume real and relative addresses are the same, so a relative track looks real there.
fn same_at_front(
    left: &UnitKind,
    right: &UnitKind,
    seen: &crate::backup::Unit,
    wanted: &crate::backup::Unit,
) -> bool {
    let at_front =
        |units: &UnitKind| matches!(units, UnitKind::Tracks { cylinder, .. } if cylinder.get() == 0);
    let fits = |front: u32, inner: u32| front == 0 && is_at_begin(inner);
    seen.id == wanted.id
        && ((at_front(left) && fits(seen.tag, wanted.tag)) || (at_front(right) && fits(wanted.tag, seen.tag)))
}
