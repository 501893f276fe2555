//! How long each stage of the copy path takes on this machine: the same code as in a backup, one stage after the other
//! on one thread, so that the times can be added up.

mod stages;
mod storing;
mod timed;

use std::collections::BTreeSet;
use std::sync::Arc;

use catalog::WorkerId;
use dasd::TrackNo;
use store::{
    ChunkId, Effort, Entry, FrameBuilder, FrameCodec, PackWriter, SlabPool, WitnessKey, WitnessScratch,
    hash_many,
};
use thiserror::Error;
use zvm::MemberName;

use crate::backup::{BaseEntry, Captured, Past, Unit, capture, error_chain};
use crate::domain::{Stretch, UnitKind, blocks_before};
use crate::env::{Device, Env};
use crate::restore::{aligned, put_together};
pub use stages::{Stage, StageTimes};
use timed::{Timed, Watch};

/// What one pass over a volume gave.
#[derive(Default)]
pub struct Pass {
    /// The times.
    pub times: StageTimes,
    /// The base of the next pass.
    pub units: PassUnits,
    /// Bytes of the packs that it added.
    pub stored: u64,
}

/// What a pass found, unit by unit. The default is nothing at all, as before a full backup.
#[derive(Default)]
pub struct PassUnits(Vec<Option<BaseEntry>>);

/// Why the stages could not be measured.
#[derive(Debug, Error)]
pub enum MeasureError {
    /// The volume cannot be read, or the copy of it not be written.
    #[error("{0}")]
    Volume(String),
    /// The catalog failed.
    #[error(transparent)]
    Catalog(#[from] catalog::CatalogError),
    /// The repository did not take a pack.
    #[error(transparent)]
    Repository(#[from] store::PutError),
    /// What was just written cannot be read.
    #[error(transparent)]
    Read(#[from] store::ReadError),
    /// A pack does not read back.
    #[error(transparent)]
    Seal(#[from] store::SealError),
    /// A unit is longer than any chunk may be.
    #[error(transparent)]
    Chunk(#[from] store::ChunkTooLong),
    /// What was compressed does not expand.
    #[error(transparent)]
    Frame(#[from] store::FrameFault),
}

/// Takes a volume through all stages, and writes it to `copy` if one is given. `base` is what an earlier pass read: what
/// stands at the same place in it is not asked for, as in an incremental backup.
///
/// # Errors
/// The volume, the copy, the catalog or the repository fails.
pub async fn measure(
    env: &Env,
    device: Arc<dyn Device>,
    base: &PassUnits,
    copy: Option<&dyn Device>,
) -> Result<Pass, MeasureError> {
    let volser = device.key().volser;
    let units = UnitKind::of(volser, device.geometry(), None);
    let units = units.map_err(|error| MeasureError::Volume(error.to_string()))?;
    let device = Timed::new(device, Arc::clone(&env.clock));
    let mut measuring = Measuring::start(env, &units, &base.0, copy).await?;
    let key = WitnessKey::of(env.repository.id());
    let (mut buffer, mut scratch) = (Vec::new(), WitnessScratch::default());
    for stretch in units.stretches() {
        let base = measuring.base_of(stretch);
        let past = Some(Past {
            key: key.as_ref(),
            base,
            unread: None,
        });
        let watch = Watch::start(&*env.clock);
        let captured = capture(&device, &units, stretch, std::mem::take(&mut buffer), past);
        let all = watch.micros();
        let watch = Watch::start(&*env.clock);
        // Once more, for the time: what the bytes are now makes no difference to it.
        let raw = captured.buffer.chunks(units.unit_bytes());
        if let Some(key) = &key {
            key.witness_many(raw.take(stretch.count as usize), &mut scratch);
        }
        let witnessing = watch.micros();
        measuring
            .take(stretch, &captured, all, (device.reading(), witnessing))
            .await?;
        buffer = captured.buffer;
    }
    measuring.finish().await
}

/// A pass on its way.
struct Measuring<'a> {
    env: &'a Env,
    units: &'a UnitKind,
    base: &'a [Option<BaseEntry>],
    copy: Option<&'a dyn Device>,
    worker: WorkerId,
    pass: Pass,
    frame: FrameBuilder,
    codec: FrameCodec,
    slabs: SlabPool,
    pack: PackWriter,
    plain: Vec<u8>,
    image: Vec<u8>,
}

impl<'a> Measuring<'a> {
    async fn start(
        env: &'a Env,
        units: &'a UnitKind,
        base: &'a [Option<BaseEntry>],
        copy: Option<&'a dyn Device>,
    ) -> Result<Self, MeasureError> {
        let member = MemberName::new("BENCH").expect("a name of five letters");
        let slabs = SlabPool::new();
        Ok(Self {
            env,
            units,
            base,
            copy,
            worker: env.catalog.register(&member).await?,
            pass: Pass::default(),
            frame: FrameBuilder::new(),
            codec: FrameCodec::new(Effort::DEFAULT),
            pack: PackWriter::with_pool(&slabs),
            slabs,
            plain: Vec::new(),
            image: Vec::new(),
        })
    }

    /// What the base has in the places of a stretch.
    fn base_of(&self, stretch: Stretch) -> &'a [Option<BaseEntry>] {
        let from = self.base.len().min(stretch.first as usize);
        let to = self.base.len().min((stretch.first + stretch.count) as usize);
        &self.base[from..to]
    }

    /// Takes one stretch that took `all` microseconds to read, witness, canonicalise and hash, so many of them to read
    /// and to witness.
    async fn take(
        &mut self,
        stretch: Stretch,
        captured: &Captured,
        all: u64,
        (reading, witnessing): (u64, u64),
    ) -> Result<(), MeasureError> {
        let units = captured
            .units
            .as_deref()
            .map_err(|reason| MeasureError::Volume(reason.clone()))?;
        let read = self.units.stretch_bytes(stretch);
        let changed: Vec<&Unit> = units.iter().filter(|unit| !unit.at.is_empty()).collect();
        let slices: Vec<&[u8]> = changed
            .iter()
            .map(|unit| &captured.buffer[unit.at.clone()])
            .collect();
        let watch = Watch::start(&*self.env.clock);
        hash_many(&slices, &mut Vec::with_capacity(slices.len()));
        let hashing = watch.micros();
        let times = &mut self.pass.times;
        let canonical = changed.len() * self.units.unit_bytes();
        times.read.add(read, reading);
        times.witness.add(read, witnessing);
        times
            .canonicalise
            .add(canonical, all.saturating_sub(reading + witnessing + hashing));
        times
            .hash
            .add(slices.iter().map(|slice| slice.len()).sum(), hashing);
        if changed.len() == units.len() {
            self.copy_out(stretch, units, &slices)?;
        }
        let base = self.base_of(stretch);
        self.look_base_up(base).await?;
        let asked: Vec<(ChunkId, &[u8])> = units
            .iter()
            .enumerate()
            .filter(|(number, unit)| {
                let before = base.get(*number).and_then(Option::as_ref);
                before.is_none_or(|before| before.entry.id != unit.id)
            })
            .map(|(_, unit)| (unit.id, &captured.buffer[unit.at.clone()]))
            .collect();
        let known = |unit: &Unit| BaseEntry {
            entry: Entry {
                id: unit.id,
                tag: unit.tag,
            },
            named: true,
            witness: unit.witness,
        };
        self.pass.units.0.extend(units.iter().map(known).map(Some));
        self.store(&asked).await
    }

    /// What an incremental backup does beside the copying: it asks whether the catalog still names what the base has.
    async fn look_base_up(&mut self, base: &[Option<BaseEntry>]) -> Result<(), MeasureError> {
        let ids: BTreeSet<ChunkId> = base.iter().flatten().map(|before| before.entry.id).collect();
        if !ids.is_empty() {
            let names = ids.len() * size_of::<ChunkId>();
            let watch = Watch::start(&*self.env.clock);
            self.env.catalog.places(ids.into_iter().collect()).await?;
            let micros = watch.micros();
            self.pass.times.look_up.add(names, micros);
        }
        Ok(())
    }

    /// Puts a stretch together again and writes it, if there is a copy to write to.
    fn copy_out(&mut self, stretch: Stretch, units: &[Unit], chunks: &[&[u8]]) -> Result<(), MeasureError> {
        let Some(copy) = self.copy else { return Ok(()) };
        let failed = |error: &dyn std::error::Error| MeasureError::Volume(error_chain(error));
        let clock = Arc::clone(&self.env.clock);
        let watch = Watch::start(&*clock);
        let bytes = self.units.stretch_bytes(stretch);
        let at = aligned(&mut self.image, bytes, self.units.plain_offset(stretch));
        let image = &mut self.image[at];
        let slots = image.chunks_mut(self.units.unit_bytes());
        for (((number, unit), chunk), slot) in (stretch.first..).zip(units).zip(chunks).zip(slots) {
            put_together(chunk, self.units, number, unit.tag, slot).map_err(|error| failed(&error))?;
        }
        self.pass.times.put_together.add(bytes, watch.micros());
        let watch = Watch::start(&*clock);
        match self.units {
            UnitKind::Tracks { first, .. } => copy
                .write_tracks(TrackNo::new(first.get() + stretch.first), image)
                .map_err(|error| failed(&error))?,
            UnitKind::Groups { first, .. } => copy
                .write_blocks(*first + blocks_before(stretch.first), image)
                .map_err(|error| failed(&error))?,
        }
        self.pass.times.restore.add(bytes, watch.micros());
        Ok(())
    }

    async fn finish(mut self) -> Result<Pass, MeasureError> {
        if !self.frame.is_empty() {
            self.close_frame().await?;
        }
        if !self.pack.is_empty() {
            self.close_pack().await?;
        }
        self.env.catalog.gone(self.worker).await?;
        Ok(self.pass)
    }
}
