//! The worker of one member: it runs that member's jobs one after the other.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::{
    BackupKind, DomainName, DomainRecord, InstanceFilter, InstanceId, InstanceRecord, InstanceState, WorkerId,
};
use dasd::device::Generation;
use store::{ChunkId, WitnessKey};
use zvm::{MemberName, Shortcuts, VolumeKey};

use super::BackupError;
use super::base::Base;
use super::buffers::Buffers;
use super::capture::error_chain;
use super::intake::{Copied, Intake};
use super::ledger::{Ledger, OpenDomain};
use super::packing::Packer;
use super::rate::Allowance;
use super::reading::{Origin, Reading};
use super::record;
use super::unread::Unread;
use crate::domain::UnitKind;
use crate::env::{Device, Env};
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
    /// None where reading has no limit.
    pub(super) allowance: Option<Allowance>,
    /// None where witnesses are not worth it.
    pub(super) witness_key: Option<Arc<WitnessKey>>,
    pub(super) ledger: Ledger,
    /// The instance that runs, as it began.
    pub(super) running: Option<InstanceRecord>,
    /// The generations that the running job has cut, of each pack with a map of changes.
    pub(super) cuts: BTreeMap<VolumeKey, Generation>,
    /// The instance that ended.
    pub(super) ended: Option<InstanceRecord>,
    /// Its domains that the catalog has, in the order of their closing.
    pub(super) closed: Vec<DomainRecord>,
    /// Domains whose map of changes was found to be wrong.
    pub(super) missed: Vec<DomainName>,
}

/// Why a domain failed, or why the job cannot go on.
enum Trouble {
    Domain(String),
    /// The map of changes missed this unit.
    Missed(u32),
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
        self.cuts.clear();
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
        let mut read = self.read(domain, base.as_mut(), &mut entry, job.shortcuts).await;
        if let Err(Trouble::Missed(unit)) = read {
            tracing::warn!(
                member = %self.member, domain = %entry.name,
                "the change map of volume {} missed a change of unit {unit}; the domain is read as a whole", domain.volser
            );
            self.missed.push(domain.name);
            base = Base::find(&self.env, job, &domain.name).await?;
            read = self
                .read(domain, base.as_mut(), &mut entry, Shortcuts::default())
                .await;
        }
        match read {
            Ok((copied, manifest)) => {
                entry.manifest = Some(manifest);
                entry.totals.bytes_read = copied.bytes;
                entry.totals.new_chunks = copied.new_chunks;
                entry.totals.new_bytes = copied.new_bytes;
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
            Err(Trouble::Missed(_)) => unreachable!("nothing is sampled when changes are ignored"),
            Err(Trouble::Job(error)) => Err(error),
        }
    }

    /// The generation of the pack that the running job copies. It is cut before the first of its domains is read, so that
    /// whatever changes from then on counts for the next run.
    fn generation(&mut self, device: &dyn Device) -> Option<Generation> {
        // A number that does not come again, whatever state the image and its map are put back to.
        let moment = u64::try_from(self.env.clock.now().as_micros()).unwrap_or_default();
        let mut map = device.changes()?.lock().ok()?;
        if let Some(cut) = self.cuts.get(device.key()) {
            return Some(*cut);
        }
        match map.cut_at(moment) {
            Ok(cut) => {
                self.cuts.insert(*device.key(), cut);
                Some(cut)
            }
            Err(error) => {
                tracing::warn!(
                    "the change map of volume {} cannot be kept: {error}",
                    device.key().volser
                );
                None
            }
        }
    }

    /// What the image files look like before they are read, if the job counts on it.
    fn stamp(&self, device: &dyn Device, shortcuts: Shortcuts) -> Option<u64> {
        let stamp = device.stamp().filter(|_| shortcuts.skip_unchanged)?;
        stamp.settled(self.env.clock.now().as_micros())
    }

    async fn read(
        &mut self,
        domain: &PlannedDomain,
        mut base: Option<&mut Base>,
        entry: &mut DomainRecord,
        shortcuts: Shortcuts,
    ) -> Result<(Copied, ChunkId), Trouble> {
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
        if let Some(base) = &mut base {
            base.lies_at(&entry.geometry, entry.run);
        }
        let origin = Origin {
            generation: self.generation(&*device),
            stamp: self.stamp(&*device, shortcuts),
        };
        let unread = if base.as_deref().is_some_and(|base| base.is_of(origin.stamp)) {
            Some(Unread::everything())
        } else {
            let since = base.as_deref().and_then(Base::generation);
            Unread::of(shortcuts.changes, &*device, &units, since, self.env.chance.draw())
        };
        let mut reading = Reading::new(device, Arc::new(units), self.witness_key.clone(), unread);
        let mut intake = Intake::default();
        let read = self
            .read_stretches(&mut reading, &mut intake, base.as_deref_mut())
            .await;
        let manifest = match read {
            Ok(()) => Some(self.take_in_list(&mut intake, base.as_deref(), origin).await?),
            Err(Trouble::Domain(_) | Trouble::Missed(_)) => None,
            Err(trouble) => return Err(trouble),
        };
        self.take_answers(&mut intake, &reading).await?;
        read.map(|()| (intake.copied, manifest.expect("what was read has a list")))
    }

    async fn read_stretches(
        &mut self,
        reading: &mut Reading,
        intake: &mut Intake,
        mut base: Option<&mut Base>,
    ) -> Result<(), Trouble> {
        while let Some(taken) = reading
            .next(
                &self.env,
                &self.buffers,
                self.allowance.as_mut(),
                base.as_deref_mut(),
            )
            .await
        {
            let bytes = taken.captured.bytes;
            let passed = reading.units.stretch_bytes(taken.stretch) as u64;
            if let Some(unit) = taken.captured.missed {
                self.buffers.give(taken.captured.buffer);
                return Err(Trouble::Missed(unit));
            }
            if let Err(reason) = taken.captured.units {
                self.buffers.give(taken.captured.buffer);
                return Err(Trouble::Domain(reason));
            }
            self.take_in(intake, reading, taken, base.as_deref_mut()).await?;
            intake.copied.bytes += bytes;
            let member = self.member;
            self.progress.event(Event::Read {
                member,
                bytes: passed,
            });
        }
        Ok(())
    }

    async fn close_ready(&mut self, instance: InstanceId) -> Result<(), BackupError> {
        for record in self.ledger.take_ready(self.packer.durable()) {
            self.close(instance, record).await?;
        }
        Ok(())
    }

    pub(super) async fn close(
        &mut self,
        instance: InstanceId,
        mut record: DomainRecord,
    ) -> Result<(), BackupError> {
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
