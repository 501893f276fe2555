//! From chunks to packs and back to plain bytes, each step timed.

use std::sync::Arc;

use catalog::Claim;
use store::{ChunkId, Fit, Frame, PackName, PackWriter, Wanted, chunks_in};

use super::timed::Watch;
use super::{MeasureError, Measuring};
use crate::frames::runs_of_pack;

impl Measuring<'_> {
    /// Asks for the chunks and stores those that are new.
    pub(super) async fn store(&mut self, asked: &[(ChunkId, &[u8])]) -> Result<(), MeasureError> {
        if asked.is_empty() {
            return Ok(());
        }
        let clock = Arc::clone(&self.env.clock);
        let watch = Watch::start(&*clock);
        let ids: Vec<ChunkId> = asked.iter().map(|(id, _)| *id).collect();
        let names = ids.len() * size_of::<ChunkId>();
        let claims = self.env.catalog.claim(self.worker, ids).await?;
        self.pass.times.look_up.add(names, watch.micros());
        for ((id, chunk), claim) in asked.iter().zip(claims) {
            if claim == Claim::Yours {
                let watch = Watch::start(&*clock);
                self.frame.push(*id, chunk)?;
                self.pass.times.gather.add(chunk.len(), watch.micros());
                if self.frame.is_full() {
                    self.close_frame().await?;
                }
            }
        }
        Ok(())
    }

    pub(super) async fn close_frame(&mut self) -> Result<(), MeasureError> {
        let plain = self.frame.take();
        let bytes = plain.bytes().len();
        let clock = Arc::clone(&self.env.clock);
        let watch = Watch::start(&*clock);
        let frame = self.codec.compress(plain);
        self.pass.times.compress.add(bytes, watch.micros());
        self.expand(&frame)?;
        if self.pack.add(frame) == Fit::Full {
            self.close_pack().await?;
        }
        Ok(())
    }

    /// What verification and restore do with a frame.
    fn expand(&mut self, frame: &Frame) -> Result<(), MeasureError> {
        let clock = Arc::clone(&self.env.clock);
        let watch = Watch::start(&*clock);
        self.codec
            .decompress(frame.stored(), frame.codec(), frame.plain_len(), &mut self.plain)?;
        self.pass.times.expand.add(self.plain.len(), watch.micros());
        let mut offset = 0;
        let wanted: Vec<Wanted<'_>> = frame
            .chunks()
            .iter()
            .map(|(id, len)| {
                let chunk = Wanted {
                    plain: &self.plain,
                    offset,
                    len: *len,
                    id: *id,
                };
                offset += len;
                chunk
            })
            .collect();
        let watch = Watch::start(&*clock);
        drop(chunks_in(&wanted));
        self.pass.times.prove.add(self.plain.len(), watch.micros());
        Ok(())
    }

    pub(super) async fn close_pack(&mut self) -> Result<(), MeasureError> {
        let clock = Arc::clone(&self.env.clock);
        let watch = Watch::start(&*clock);
        let sealed = std::mem::replace(&mut self.pack, PackWriter::with_pool(&self.slabs)).finish()?;
        self.env.repository.put_pack(&sealed).await?;
        self.env.catalog.record_pack(self.worker, sealed.places).await?;
        self.pass.stored += sealed.len;
        self.pass
            .times
            .write
            .add(usize::try_from(sealed.len).unwrap_or(usize::MAX), watch.micros());
        self.fetch(sealed.name).await
    }

    /// Reads a pack back as verification and restore do.
    async fn fetch(&mut self, pack: PackName) -> Result<(), MeasureError> {
        let repository = &self.env.repository;
        let footer = repository.footer(&pack).await?;
        for run in runs_of_pack(pack, &footer) {
            // Packs are written past the page cache. Whole runs are measured with their input in it, and so is this.
            drop(repository.fetch_frames(&run.pack, &run.entries).await?);
            let watch = Watch::start(&*self.env.clock);
            let stored = repository.fetch_frames(&run.pack, &run.entries).await?;
            self.pass.times.fetch.add(stored.len(), watch.micros());
        }
        Ok(())
    }
}
