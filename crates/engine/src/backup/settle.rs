//! Chunks that another worker promised to store: waiting for them, or storing them after all.

use catalog::Settled;
use store::ChunkId;

use super::BackupError;
use super::capture::capture;
use super::ledger::Source;
use super::record;
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
                        let sources = awaited.remove(&id).expect("only awaited chunks were asked for");
                        if !self.store_from(id, sources).await? {
                            self.give_up(id).await?;
                        }
                    }
                    // Answered only beside what is ours to store: that first, then we ask again.
                    Settled::Awaited => {}
                }
            }
        }
    }

    /// Fails the domains that have a chunk which is not to be had any more; the others of the job go on.
    async fn give_up(&mut self, id: ChunkId) -> Result<(), BackupError> {
        // Whoever else waits for it may still have it.
        self.env.catalog.abandon(self.id, vec![id]).await?;
        let Some(instance) = self.running.as_ref().map(|running| running.id) else {
            return Ok(());
        };
        for mut record in self.ledger.take_waiting(&id) {
            let reason = format!(
                "chunk {id} changed or became unreadable while the member that was storing it died; run the job again"
            );
            tracing::warn!(member = %self.member, domain = %record.name, reason, "domain failed");
            record::fail(&mut record, &reason);
            self.close(instance, record).await?;
        }
        Ok(())
    }

    /// Stores a chunk from the first place that still has it. False if none has.
    async fn store_from(&mut self, id: ChunkId, sources: Vec<Source>) -> Result<bool, BackupError> {
        for source in sources {
            if self.store_again(id, source).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Stores a chunk whose first owner died. False if it is not there any more.
    async fn store_again(&mut self, id: ChunkId, source: Source) -> Result<bool, BackupError> {
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
                    self.buffers.give(captured.buffer);
                    return Ok(false);
                };
                self.packer.push(id, &captured.buffer[unit.at.clone()]).await?;
                self.buffers.give(captured.buffer);
            }
        }
        self.ledger.settle(&id, Some(self.packer.pushed()));
        Ok(true)
    }
}
