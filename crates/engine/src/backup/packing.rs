//! From new chunks to durable packs: frames are filled in order, compressed on the compute pool, taken back in
//! order, and packed; one pack is on its way to the repository while the next one fills.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use catalog::WorkerId;
use store::{
    ChunkId, ChunkPlace, Effort, Fit, Frame, FrameBuilder, FrameCodec, PackName, PackWriter, PutError,
    SlabPool,
};
use tokio::task::JoinSet;
use zvm::MemberName;

use super::BackupError;
use crate::env::{Computed, Env, compute};
use crate::progress::{Event, Progress};

/// Packs on their way to the repository beside the one that fills. One hides the latency of the disk; more would
/// only hold more memory.
const UPLOADS_MAX: usize = 1;

/// Durable packs that the catalog is told of together. A commit rewrites most leaves of its tree, however few chunks it
/// brings, so each pack more costs less; what is not told yet is stored again after a crash.
const PACKS_TOLD_AT_ONCE: usize = 4;

/// Stores the chunks of one worker.
pub(super) struct Packer {
    env: Env,
    member: MemberName,
    worker: WorkerId,
    progress: Arc<dyn Progress>,
    codecs: Codecs,
    frame: FrameBuilder,
    compressing: VecDeque<Computed<Frame>>,
    slabs: SlabPool,
    pack: PackWriter,
    uploads: JoinSet<Result<Stored, PutError>>,
    untold: Untold,
    pushed: u64,
    durable: u64,
    stored_bytes: u64,
}

/// Durable packs that the catalog does not know yet.
#[derive(Default)]
struct Untold {
    places: Vec<(ChunkId, ChunkPlace)>,
    packs: usize,
}

/// A pack that became durable.
struct Stored {
    name: PackName,
    places: Vec<(ChunkId, ChunkPlace)>,
    bytes: u64,
}

impl Packer {
    pub(super) fn new(
        env: &Env,
        member: MemberName,
        worker: WorkerId,
        progress: Arc<dyn Progress>,
        effort: Effort,
    ) -> Self {
        let slabs = SlabPool::new();
        Self {
            env: env.clone(),
            member,
            worker,
            progress,
            codecs: Codecs {
                effort,
                idle: Arc::default(),
            },
            frame: FrameBuilder::new(),
            compressing: VecDeque::new(),
            pack: PackWriter::with_pool(&slabs),
            slabs,
            uploads: JoinSet::new(),
            untold: Untold::default(),
            pushed: 0,
            durable: 0,
            stored_bytes: 0,
        }
    }

    /// Takes a chunk that this worker has claimed.
    pub(super) async fn push(&mut self, id: ChunkId, chunk: &[u8]) -> Result<(), BackupError> {
        self.frame.push(id, chunk)?;
        self.pushed += 1;
        if self.frame.is_full() {
            self.close_frame();
            while self.compressing.len() > self.env.compute.width() {
                self.take_frame().await?;
            }
        }
        Ok(())
    }

    /// Makes everything durable that was pushed.
    pub(super) async fn flush(&mut self) -> Result<(), BackupError> {
        if !self.frame.is_empty() {
            self.close_frame();
        }
        while !self.compressing.is_empty() {
            self.take_frame().await?;
        }
        if !self.pack.is_empty() {
            self.close_pack().await?;
        }
        while !self.uploads.is_empty() {
            self.take_upload().await?;
        }
        self.tell().await
    }

    /// How many chunks were pushed so far.
    pub(super) fn pushed(&self) -> u64 {
        self.pushed
    }

    /// How many of them are durable and named by the catalog. They get there in the order of pushing.
    pub(super) fn durable(&self) -> u64 {
        self.durable
    }

    /// Bytes of all packs stored so far.
    pub(super) fn stored_bytes(&self) -> u64 {
        self.stored_bytes
    }

    fn close_frame(&mut self) {
        let plain = self.frame.take();
        let codecs = self.codecs.clone();
        self.compressing.push_back(compute(&*self.env.compute, move || {
            let mut codec = codecs.take();
            let frame = codec.compress(plain);
            codecs.give(codec);
            frame
        }));
    }

    async fn take_frame(&mut self) -> Result<(), BackupError> {
        if let Some(frame) = self.compressing.pop_front()
            && self.pack.add(frame.await) == Fit::Full
        {
            self.close_pack().await?;
        }
        Ok(())
    }

    async fn close_pack(&mut self) -> Result<(), BackupError> {
        let sealed = std::mem::replace(&mut self.pack, PackWriter::with_pool(&self.slabs)).finish()?;
        while self.uploads.len() >= UPLOADS_MAX {
            self.take_upload().await?;
        }
        let repository = self.env.repository.clone();
        self.uploads.spawn(async move {
            repository.put_pack(&sealed).await?;
            Ok(Stored {
                name: sealed.name,
                bytes: sealed.len,
                places: sealed.places,
            })
        });
        Ok(())
    }

    async fn take_upload(&mut self) -> Result<(), BackupError> {
        let Some(finished) = self.uploads.join_next().await else {
            return Ok(());
        };
        let stored = finished.expect("an upload neither panics nor is aborted while its packer lives")?;
        self.stored_bytes += stored.bytes;
        let (member, pack, bytes) = (self.member, stored.name, stored.bytes);
        self.progress.event(Event::PackStored { member, pack, bytes });
        self.untold.places.extend(stored.places);
        self.untold.packs += 1;
        if self.untold.packs >= PACKS_TOLD_AT_ONCE {
            self.tell().await?;
        }
        Ok(())
    }

    /// Tells the catalog where the chunks of durable packs lie.
    async fn tell(&mut self) -> Result<(), BackupError> {
        let Untold { places, .. } = std::mem::take(&mut self.untold);
        if places.is_empty() {
            return Ok(());
        }
        let chunks = places.len() as u64;
        self.env.catalog.record_pack(self.worker, places).await?;
        self.durable += chunks;
        Ok(())
    }
}

/// Compression contexts that go round between the threads of the pool.
#[derive(Clone)]
struct Codecs {
    effort: Effort,
    idle: Arc<Mutex<Vec<FrameCodec>>>,
}

impl Codecs {
    fn take(&self) -> FrameCodec {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.unwrap_or_else(|| FrameCodec::new(self.effort))
    }

    fn give(&self, codec: FrameCodec) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(codec);
    }
}
