//! Restoring a domain onto a device, bit for bit. Three stages run side by side: [`windows`] fetches and expands,
//! [`assemble`] proves and puts together, [`writing`] writes.

mod assemble;
mod windows;
mod writing;

use std::sync::Arc;

use catalog::{DomainName, DomainRecord};
use dasd::canonical::CanonicalFault;
use dasd::{BlockNo, Cylinder, Geometry, Run};
use thiserror::Error;

pub(crate) use self::assemble::{aligned, put_together};
use self::windows::Windows;
use self::writing::Writing;
use crate::backup::word;
use crate::domain::UnitKind;
use crate::env::{Device, Env};
use crate::progress::{Event, Progress};
use crate::reader::ChunkReadError;

/// Where a domain is restored to.
#[derive(Clone)]
pub struct Target {
    /// The device.
    pub device: Arc<dyn Device>,
    /// The cylinder, or on an FBA device the block, at which the extent begins.
    pub first: u32,
}

/// What was restored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct RestoreSummary {
    /// Tracks, or groups of blocks.
    pub units: u64,
    /// Bytes written to the device.
    pub bytes: u64,
}

/// Why a domain could not be restored. What was written by then stays on the target.
#[derive(Debug, Error)]
pub enum RestoreError {
    /// The instance has no copy of it.
    #[error("{domain} has no copy in this instance: it was {status}")]
    NoCopy {
        /// The domain.
        domain: DomainName,
        /// What became of it.
        status: String,
    },
    /// The target is of another kind or too small.
    #[error("{domain} does not fit on the target: {reason}")]
    WrongTarget {
        /// The domain.
        domain: DomainName,
        /// Why not.
        reason: String,
    },
    /// The chunk list does not match what the catalog says of the domain.
    #[error("the manifest of {domain} lists {listed} units, the catalog says {expected}")]
    OtherLength {
        /// The domain.
        domain: DomainName,
        /// What the manifest lists.
        listed: u64,
        /// What the catalog says.
        expected: u64,
    },
    /// A chunk is missing or damaged.
    #[error("{domain}: {place} cannot be restored")]
    Chunk {
        /// The domain.
        domain: DomainName,
        /// Which part of it.
        place: String,
        /// What is wrong.
        source: ChunkReadError,
    },
    /// A chunk is no track of this device.
    #[error("{domain}: {place} does not fit the device")]
    Unit {
        /// The domain.
        domain: DomainName,
        /// Which part of it.
        place: String,
        /// What is wrong.
        source: CanonicalFault,
    },
    /// The target did not take it.
    #[error("{domain} cannot be written: {reason}")]
    Write {
        /// The domain.
        domain: DomainName,
        /// What the target said.
        reason: String,
    },
}

/// Restores the domain that `record` describes onto `target`. Every chunk is checked before it is used. The
/// addresses on the tracks are those of the target; everything else is what was backed up.
///
/// # Errors
/// When anything is missing, damaged, or does not fit.
pub async fn restore(
    env: &Env,
    record: &DomainRecord,
    target: &Target,
    progress: &dyn Progress,
) -> Result<RestoreSummary, RestoreError> {
    let domain = record.name;
    let Some(manifest) = record.manifest.filter(|_| record.status.is_restorable()) else {
        return Err(RestoreError::NoCopy {
            domain,
            status: word(&record.status).to_owned(),
        });
    };
    let units = Arc::new(place_on(record, target)?);
    progress.event(Event::Total { bytes: units.bytes() });
    let mut windows = Windows::open(env, domain, manifest, Arc::clone(&units));
    let mut writing = Writing::new(env, domain, target, Arc::clone(&units), progress);
    while let Some(window) = windows.next().await? {
        writing.take_in(&window).await?;
    }
    writing.finish().await?;
    target.device.sync().map_err(|error| RestoreError::Write {
        domain,
        reason: error.to_string(),
    })?;
    Ok(RestoreSummary {
        units: u64::from(units.count()),
        bytes: units.bytes(),
    })
}

/// The extent on the target, if it is of the right kind and large enough.
fn place_on(record: &DomainRecord, target: &Target) -> Result<UnitKind, RestoreError> {
    let domain = record.name;
    let wrong = |reason: String| RestoreError::WrongTarget { domain, reason };
    let run = match record.run {
        Run::Cylinders { count, .. } => Run::Cylinders {
            first: Cylinder::new(target.first),
            count,
        },
        Run::Blocks { count, .. } => Run::Blocks {
            first: BlockNo::new(target.first),
            count,
        },
    };
    if let (
        catalog::GeometryRecord::Ckd {
            device, heads, slot, ..
        },
        Geometry::Ckd(ckd),
    ) = (&record.geometry, target.device.geometry())
        && (*heads, *slot) != (ckd.heads, ckd.slot)
    {
        return Err(wrong(format!(
            "it comes from a {device}, the target is a {}",
            target.device.geometry()
        )));
    }
    UnitKind::of(record.volser, target.device.geometry(), Some(run)).map_err(|error| wrong(error.to_string()))
}
