//! Chunks that another worker promised to store: waiting for them, or storing them after all.

use catalog::Settled;
use store::ChunkId;

use super::BackupError;
use super::capture::capture;
use super::ledger::Source;
use super::worker::Worker;
use crate::domain::Stretch;
use crate::env::compute;

impl Worker {
    /// Waits until nothing of this job depends on another worker any more. Everything of our own is made durable
    /// first: two workers that wait for one another would wait for ever.
    pub(super) async fn settle(&mut self) -> Result<(), BackupError> {
        loop {
            self.packer.flush().await?;
            let mut awaited = self.ledger.awaited();
            if awaited.is_empty() {
                return Ok(());
            }
            let ids: Vec<ChunkId> = awaited.keys().copied().collect();
            let answers = self.env.catalog.settle(self.id, ids.clone()).await?;
            for (id, answer) in ids.into_iter().zip(answers) {
                match answer {
                    Settled::Stored => self.ledger.settle(&id, None),
                    Settled::Yours => {
                        let source = awaited.remove(&id).expect("only awaited chunks were asked for");
                        self.store_again(id, source).await?;
                    }
                    // Answered only beside what is ours to store: that first, then we ask again.
                    Settled::Awaited => {}
                }
            }
        }
    }

    /// Stores a chunk whose first owner died.
    async fn store_again(&mut self, id: ChunkId, source: Source) -> Result<(), BackupError> {
        match source {
            Source::Bytes(bytes) => self.packer.push(id, &bytes).await?,
            Source::Unit { device, units, unit } => {
                let stretch = Stretch {
                    first: unit,
                    count: 1,
                };
                let buffer = self.buffers.take();
                let captured = compute(&*self.env.compute, move || {
                    capture(&*device, &units, stretch, buffer, None)
                })
                .await;
                let same = match &captured.units {
                    Ok(units) => units.first().filter(|unit| unit.id == id),
                    Err(_) => None,
                };
                let Some(unit) = same else {
                    // Whoever else waits for it is told when this worker's claims are given back.
                    return Err(BackupError::ChangedMeanwhile { id });
                };
                self.packer.push(id, &captured.buffer[unit.at.clone()]).await?;
                self.buffers.give(captured.buffer);
            }
        }
        self.ledger.settle(&id, Some(self.packer.pushed()));
        Ok(())
    }
}
