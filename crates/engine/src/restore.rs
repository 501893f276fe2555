//! Restoring a domain onto a device, bit for bit.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use catalog::{DomainName, DomainRecord};
use dasd::bytes::DIRECT_ALIGNMENT;
use dasd::canonical::{CanonicalFault, reconstruct, reconstruct_blocks};
use dasd::{BlockNo, Cylinder, Geometry, Run, TrackNo};
use store::{ChunkId, ChunkPlace, Entry};
use thiserror::Error;

use crate::backup::{Buffers, error_chain, word};
use crate::domain::{Stretch, UnitKind, blocks_before, origin_of};
use crate::env::{Computed, Device, Env, compute};
use crate::progress::{Event, Progress};
use crate::reader::{ChunkReadError, ChunkReader, FrameKey, Plain, checked};

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
    let mut reader = ChunkReader::new(env);
    let failed = |place: &str| {
        let place = place.to_owned();
        move |source| RestoreError::Chunk {
            domain,
            place,
            source,
        }
    };
    let manifest = reader.manifest(manifest).await.map_err(failed("the manifest"))?;
    let expected = u64::from(units.count());
    if manifest.entries != expected {
        return Err(RestoreError::OtherLength {
            domain,
            listed: manifest.entries,
            expected,
        });
    }
    let mut writing = Writing {
        env,
        domain,
        units: Arc::clone(&units),
        target,
        buffers: Buffers::default(),
        under_way: VecDeque::new(),
    };
    let mut next = 0_u32;
    for page in manifest.pages {
        let entries = reader
            .page(page)
            .await
            .map_err(failed("a page of the chunk list"))?;
        next = writing.write(&mut reader, next, &entries, progress).await?;
    }
    if next != units.count() {
        return Err(RestoreError::OtherLength {
            domain,
            listed: u64::from(next),
            expected,
        });
    }
    writing.finish(progress).await?;
    target.device.sync().map_err(|error| RestoreError::Write {
        domain,
        reason: error.to_string(),
    })?;
    Ok(RestoreSummary {
        units: expected,
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

/// Stretches on their way to the target.
struct Writing<'a> {
    env: &'a Env,
    domain: DomainName,
    units: Arc<UnitKind>,
    target: &'a Target,
    buffers: Buffers,
    under_way: VecDeque<Computed<Result<u64, RestoreError>>>,
}

impl Writing<'_> {
    /// Fetches what `entries` need and hands their stretches to the pool. Returns the unit after the last one.
    async fn write(
        &mut self,
        reader: &mut ChunkReader,
        first: u32,
        entries: &[Entry],
        progress: &dyn Progress,
    ) -> Result<u32, RestoreError> {
        let step = self
            .units
            .stretches()
            .next()
            .map_or(1, |stretch| stretch.count as usize);
        let (domain, units) = (self.domain, Arc::clone(&self.units));
        let lost = |source| RestoreError::Chunk {
            domain,
            place: place_of(&units, first),
            source,
        };
        let ids: BTreeSet<ChunkId> = entries.iter().map(|entry| entry.id).collect();
        let ids: Vec<ChunkId> = ids.into_iter().collect();
        let places = reader.places(&ids).await.map_err(lost)?;
        let places: BTreeMap<ChunkId, ChunkPlace> = ids.into_iter().zip(places).collect();
        let mut next = first;
        for entries in entries.chunks(step) {
            let pieces: Vec<(Entry, ChunkPlace)> =
                entries.iter().map(|entry| (*entry, places[&entry.id])).collect();
            let keys = pieces
                .iter()
                .map(|(_, place)| (place.pack, place.frame))
                .collect();
            let frames = reader.frames(&keys).await.map_err(lost)?;
            let count = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
            let left = self.units.count() - next.min(self.units.count());
            if count > left {
                let listed = u64::from(next) + u64::from(count);
                return Err(RestoreError::OtherLength {
                    domain,
                    listed,
                    expected: u64::from(self.units.count()),
                });
            }
            let stretch = Stretch { first: next, count };
            let (units, device, buffers) = (
                Arc::clone(&self.units),
                Arc::clone(&self.target.device),
                self.buffers.clone(),
            );
            let work = move || assemble(domain, &*device, &units, stretch, &pieces, &frames, &buffers);
            self.under_way.push_back(compute(&*self.env.compute, work));
            while self.under_way.len() > self.env.compute.width() {
                self.take(progress).await?;
            }
            next += count;
        }
        Ok(next)
    }

    async fn take(&mut self, progress: &dyn Progress) -> Result<(), RestoreError> {
        if let Some(work) = self.under_way.pop_front() {
            let bytes = work.await?;
            self.target.device.pace(bytes).await;
            progress.event(Event::Done { bytes });
        }
        Ok(())
    }

    async fn finish(mut self, progress: &dyn Progress) -> Result<(), RestoreError> {
        while !self.under_way.is_empty() {
            self.take(progress).await?;
        }
        Ok(())
    }
}

/// Puts the units of one stretch together and writes them.
fn assemble(
    domain: DomainName,
    device: &dyn Device,
    units: &UnitKind,
    stretch: Stretch,
    pieces: &[(Entry, ChunkPlace)],
    frames: &BTreeMap<FrameKey, Plain>,
    buffers: &Buffers,
) -> Result<u64, RestoreError> {
    let bytes = units.stretch_bytes(stretch);
    let mut buffer = buffers.take();
    let image = aligned(&mut buffer, bytes);
    let mut proven: Option<(ChunkId, &[u8])> = None;
    for ((unit, (entry, place)), slot) in (stretch.first..)
        .zip(pieces)
        .zip(image.chunks_mut(units.unit_bytes()))
    {
        let chunk = match proven {
            Some((id, chunk)) if id == entry.id => chunk,
            _ => checked(&frames[&(place.pack, place.frame)], place, &entry.id).map_err(|source| {
                RestoreError::Chunk {
                    domain,
                    place: place_of(units, unit),
                    source,
                }
            })?,
        };
        proven = Some((entry.id, chunk));
        let built = match units {
            UnitKind::Tracks {
                geometry,
                first,
                cylinder,
                ..
            } => {
                let at = geometry.address(TrackNo::new(first.get() + unit));
                reconstruct(chunk, at, origin_of(entry.tag, *cylinder), slot)
            }
            UnitKind::Groups { .. } => reconstruct_blocks(chunk, slot),
        };
        built.map_err(|source| RestoreError::Unit {
            domain,
            place: place_of(units, unit),
            source,
        })?;
    }
    let written = match units {
        UnitKind::Tracks { first, .. } => {
            let at = TrackNo::new(first.get() + stretch.first);
            device
                .write_tracks(at, image)
                .map_err(|error| error_chain(&error))
        }
        UnitKind::Groups { first, .. } => device
            .write_blocks(*first + blocks_before(stretch.first), image)
            .map_err(|error| error_chain(&error)),
    };
    written.map_err(|reason| RestoreError::Write { domain, reason })?;
    buffers.give(buffer);
    Ok(bytes as u64)
}

/// The first `bytes` bytes of `buffer` that lie where they can be written past the page cache. What they hold is
/// whatever was there before.
fn aligned(buffer: &mut Vec<u8>, bytes: usize) -> &mut [u8] {
    buffer.resize(bytes + DIRECT_ALIGNMENT, 0);
    let begin = buffer.as_ptr().align_offset(DIRECT_ALIGNMENT);
    &mut buffer[begin..begin + bytes]
}

/// A unit in an operator's words, counted from the begin of the domain.
fn place_of(units: &UnitKind, unit: u32) -> String {
    match units {
        UnitKind::Tracks { geometry, .. } => {
            let at = geometry.address(TrackNo::new(unit));
            format!("{at} of the extent")
        }
        UnitKind::Groups { .. } => format!("block {} of the extent", blocks_before(unit)),
    }
}
