//! The worker of one member: it runs that member's jobs one after the other.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::{
    BackupKind, Claim, DomainRecord, InstanceFilter, InstanceId, InstanceRecord, InstanceState, WorkerId,
};
use store::ChunkId;
use zvm::MemberName;

use super::BackupError;
use super::base::Base;
use super::capture::{Buffers, Captured, error_chain};
use super::ledger::{Ledger, OpenDomain, Source};
use super::packing::Packer;
use super::reading::{ChunkList, FullPage, Reading};
use super::record;
use crate::domain::{Stretch, UnitKind};
use crate::env::Env;
use crate::plan::{JobPlan, PlannedDomain};
use crate::progress::{Event, Progress};

/// Chunks of other workers that one worker waits for before it stops reading and settles. At about 100 bytes each
/// this is under 2 MiB.
const AWAITED_MAX: usize = 16_384;

/// One member's worker.
pub(super) struct Worker {
    pub(super) env: Env,
    pub(super) member: MemberName,
    pub(super) id: WorkerId,
    pub(super) progress: Arc<dyn Progress>,
    pub(super) packer: Packer,
    pub(super) buffers: Buffers,
    pub(super) ledger: Ledger,
    /// The instance that runs, as it began.
    pub(super) running: Option<InstanceRecord>,
    /// The instance that ended.
    pub(super) ended: Option<InstanceRecord>,
    /// Its domains that the catalog has, in the order of their closing.
    pub(super) closed: Vec<DomainRecord>,
}

/// What reading a domain gave.
struct Copied {
    bytes: u64,
    new_chunks: u64,
    new_bytes: u64,
    manifest: ChunkId,
    awaited: BTreeMap<ChunkId, Source>,
}

/// Why a domain failed, or why the job cannot go on.
enum Trouble {
    Domain(String),
    Job(BackupError),
}

impl<E: Into<BackupError>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Job(error.into())
    }
}

impl Worker {
    /// Runs one job to its end.
    pub(super) async fn run(&mut self, job: &JobPlan) -> Result<(), BackupError> {
        let base = self.base(job).await?;
        // Without anything to compare with, an incremental backup is a full one.
        let kind = if base.is_some() {
            job.kind
        } else {
            BackupKind::Full
        };
        let begun = self.env.clock.now();
        let id = self
            .env
            .catalog
            .begin(record::plan_of(job, kind, base, begun), begun)
            .await?;
        let instance = self
            .env
            .catalog
            .instance(&id)
            .await?
            .ok_or(BackupError::Forgotten { instance: id })?;
        self.running = Some(instance.clone());
        record::put_begin(&self.env, &instance).await?;
        self.announce(job, id);
        for domain in &job.domains {
            self.copy(job, id, domain).await?;
            self.close_ready(id).await?;
            if self.ledger.awaited_count() > AWAITED_MAX {
                self.settle().await?;
            }
        }
        self.settle().await?;
        self.close_ready(id).await?;
        self.end().await?;
        Ok(())
    }

    /// Ends the running instance with the domains that were closed so far. The catalog calls it incomplete when
    /// some are missing.
    pub(super) async fn end(&mut self) -> Result<Option<InstanceRecord>, BackupError> {
        let Some(begun) = self.running.take() else {
            return Ok(self.ended.clone());
        };
        let ended = self.env.clock.now();
        record::put_end(&self.env, &begun, &self.closed, ended).await?;
        let closed = self.env.catalog.close_instance(&begun.id, ended).await?;
        let (member, state) = (self.member, closed.state);
        self.progress.event(Event::JobEnded {
            member,
            instance: closed.id,
            state,
        });
        self.ended = Some(closed);
        Ok(self.ended.clone())
    }

    /// The latest instance of the job that an incremental one builds on.
    async fn base(&self, job: &JobPlan) -> Result<Option<InstanceId>, BackupError> {
        if job.kind == BackupKind::Full {
            return Ok(None);
        }
        let filter = InstanceFilter {
            job: Some(job.base.unwrap_or(job.job)),
            ..InstanceFilter::default()
        };
        let instances = self.env.catalog.instances(filter).await?;
        let usable = |state| matches!(state, InstanceState::Complete | InstanceState::CompleteWithErrors);
        Ok(instances
            .into_iter()
            .filter(|instance| usable(instance.state))
            .map(|instance| instance.id)
            .max())
    }

    fn announce(&self, job: &JobPlan, instance: InstanceId) {
        let event = Event::JobBegan {
            member: self.member,
            instance,
            domains: job.domains.len() as u64,
            bytes: job.domains.iter().filter_map(|domain| domain.bytes).sum(),
        };
        self.progress.event(event);
    }

    /// Copies one domain and notes it in the ledger, or closes it as failed.
    async fn copy(
        &mut self,
        job: &JobPlan,
        instance: InstanceId,
        domain: &PlannedDomain,
    ) -> Result<(), BackupError> {
        let mut entry = record::blank(self.member, domain, self.env.clock.now());
        let mut base = Base::find(&self.env, job, &domain.name).await?;
        match self.read(domain, base.as_mut(), &mut entry).await {
            Ok(copied) => {
                entry.totals.bytes_read = copied.bytes;
                entry.totals.new_chunks = copied.new_chunks;
                entry.totals.new_bytes = copied.new_bytes;
                entry.manifest = Some(copied.manifest);
                record::compare_with_base(&mut entry, base.as_ref());
                let mark = self.packer.pushed();
                self.ledger.add(OpenDomain {
                    record: entry,
                    mark,
                    awaited: copied.awaited,
                });
                Ok(())
            }
            Err(Trouble::Domain(reason)) => {
                tracing::warn!(member = %self.member, domain = %entry.name, reason, "domain failed");
                record::fail(&mut entry, &reason);
                self.close(instance, entry).await
            }
            Err(Trouble::Job(error)) => Err(error),
        }
    }

    async fn read(
        &mut self,
        domain: &PlannedDomain,
        mut base: Option<&mut Base>,
        entry: &mut DomainRecord,
    ) -> Result<Copied, Trouble> {
        let device = match self.env.disks.attach(&self.member, &domain.volser).await {
            Ok(device) => device,
            Err(error) => return Err(Trouble::Domain(error_chain(&error))),
        };
        if device.key().member != domain.volume_member {
            return Err(Trouble::Domain(format!(
                "the pack that member {} sees as {} is not the planned one",
                self.member, domain.volser
            )));
        }
        let units = UnitKind::of(domain.volser, device.geometry(), domain.run)
            .map_err(|error| Trouble::Domain(error_chain(&error)))?;
        record::describe(entry, device.geometry(), &units);
        let mut reading = Reading::new(device, Arc::new(units));
        let mut list = ChunkList::default();
        let mut copied = Copied {
            bytes: 0,
            new_chunks: 0,
            new_bytes: 0,
            manifest: ChunkId::of(&[]),
            awaited: BTreeMap::new(),
        };
        while let Some((stretch, captured)) = reading.next(&self.env, &self.buffers).await {
            let taken = self
                .take(
                    &reading,
                    stretch,
                    &captured,
                    &mut list,
                    base.as_deref_mut(),
                    &mut copied,
                )
                .await;
            self.buffers.give(captured.buffer);
            taken?;
            copied.bytes += captured.bytes;
            self.progress.event(Event::Read {
                member: self.member,
                bytes: captured.bytes,
            });
        }
        if let Some(page) = list.last() {
            self.take_page(page, &mut list, base, &mut copied).await?;
        }
        copied.manifest = self.take_bytes(list.manifest().encode(), &mut copied).await?;
        Ok(copied)
    }

    /// Claims the chunks of one stretch, stores what is new, and writes the chunk list on.
    async fn take(
        &mut self,
        reading: &Reading,
        stretch: Stretch,
        captured: &Captured,
        list: &mut ChunkList,
        mut base: Option<&mut Base>,
        copied: &mut Copied,
    ) -> Result<(), Trouble> {
        let units = captured
            .units
            .as_ref()
            .map_err(|reason| Trouble::Domain(reason.clone()))?;
        // Neighbours are often equal: empty tracks above all. They are claimed once.
        let mut ids: Vec<ChunkId> = units.iter().map(|unit| unit.id).collect();
        ids.dedup();
        let claims = self.env.catalog.claim(self.id, ids).await?;
        let mut claims = claims.into_iter();
        let mut last = None;
        for (number, unit) in (stretch.first..).zip(units) {
            if last != Some(unit.id) {
                last = Some(unit.id);
                match claims.next().expect("the catalog answers every claim") {
                    Claim::Known | Claim::Mine => {}
                    Claim::Yours => {
                        let bytes = &captured.buffer[unit.at.clone()];
                        self.packer.push(unit.id, bytes).await?;
                        copied.new_chunks += 1;
                        copied.new_bytes += bytes.len() as u64;
                    }
                    Claim::Awaited => {
                        copied.awaited.insert(unit.id, reading.source(number));
                    }
                }
            }
            if let Some(page) = list.push(unit.id, unit.tag) {
                self.take_page(page, list, base.as_deref_mut(), copied).await?;
            }
        }
        Ok(())
    }

    async fn take_page(
        &mut self,
        page: FullPage,
        list: &mut ChunkList,
        base: Option<&mut Base>,
        copied: &mut Copied,
    ) -> Result<(), BackupError> {
        let id = self.take_bytes(page.bytes, copied).await?;
        list.stored(id);
        if let Some(base) = base {
            base.compare(id, &page.entries).await;
        }
        Ok(())
    }

    /// Stores a page or a manifest, unless it is known.
    async fn take_bytes(&mut self, bytes: Vec<u8>, copied: &mut Copied) -> Result<ChunkId, BackupError> {
        let id = ChunkId::of(&bytes);
        match self.env.catalog.claim(self.id, vec![id]).await?.first() {
            Some(Claim::Yours) => self.packer.push(id, &bytes).await?,
            Some(Claim::Awaited) => {
                copied.awaited.insert(id, Source::Bytes(bytes.into()));
            }
            Some(Claim::Known | Claim::Mine) | None => {}
        }
        Ok(id)
    }

    async fn close_ready(&mut self, instance: InstanceId) -> Result<(), BackupError> {
        for record in self.ledger.take_ready(self.packer.durable()) {
            self.close(instance, record).await?;
        }
        Ok(())
    }

    async fn close(&mut self, instance: InstanceId, mut record: DomainRecord) -> Result<(), BackupError> {
        record.ended = self.env.clock.now();
        self.env.catalog.close_domain(&instance, record.clone()).await?;
        let (member, domain, status) = (self.member, record.name, record::word(&record.status));
        self.progress.event(Event::DomainClosed {
            member,
            domain,
            status,
        });
        self.closed.push(record);
        Ok(())
    }
}
