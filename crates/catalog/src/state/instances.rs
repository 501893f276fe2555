//! Instances that run, and the rules of their beginning and end.

use std::collections::BTreeMap;

use store::ChunkId;
use zvm::JobName;

use crate::catalog_store::Change;
use crate::domain::{DomainName, DomainRecord};
use crate::error::Refusal;
use crate::ids::{InstanceId, Timestamp};
use crate::instance::{InstancePlan, InstanceRecord, InstanceState};
use crate::state::{Facts, State};

#[derive(Debug)]
struct Running {
    record: InstanceRecord,
    domains: BTreeMap<DomainName, DomainRecord>,
}

/// The running instances, at most one of each job, and the last number of every job.
#[derive(Debug, Default)]
pub(crate) struct Instances {
    running: BTreeMap<JobName, Running>,
    last_numbers: BTreeMap<JobName, u32>,
}

impl Instances {
    pub(crate) fn new(last_numbers: BTreeMap<JobName, u32>) -> Instances {
        Instances {
            running: BTreeMap::new(),
            last_numbers,
        }
    }

    /// Never gives out a number again that is in use up to `number`.
    pub(crate) fn count_past(&mut self, id: InstanceId) {
        let last = self.last_numbers.entry(id.job).or_default();
        *last = id.number.max(*last);
    }

    pub(crate) fn is_running(&self, id: &InstanceId) -> bool {
        self.running
            .get(&id.job)
            .is_some_and(|running| running.record.id == *id)
    }
}

impl State {
    /// Opens the next instance of a job.
    pub(crate) fn begin(
        &mut self,
        plan: &InstancePlan,
        started: Timestamp,
        facts: &mut Facts,
    ) -> Result<(InstanceId, Change), Refusal> {
        let job = plan.job;
        if let Some(Running { record, .. }) = self.instances.running.get(&job) {
            let (running, member, since) = (record.id, record.member, record.started);
            return Err(Refusal::AlreadyRunning {
                job,
                running,
                member,
                since,
            });
        }
        if let Some(base) = plan.base {
            check_base(job, base, facts)?;
        }
        let last = self.instances.last_numbers.get(&job).copied().unwrap_or(0);
        let number = last
            .checked_add(1)
            .ok_or(Refusal::NoNumberLeft { job, number: last })?;
        let id = InstanceId { job, number };
        let record = InstanceRecord::begun(id, plan, started);
        facts.instances.insert(id, record.clone());
        self.instances.last_numbers.insert(job, number);
        self.instances.running.insert(
            job,
            Running {
                record: record.clone(),
                domains: BTreeMap::new(),
            },
        );
        Ok((id, Change::Instance(record)))
    }

    /// Adds a domain to its running instance. `None` if the very same domain is closed already.
    pub(crate) fn close_domain(
        &mut self,
        instance: InstanceId,
        domain: DomainRecord,
        facts: &mut Facts,
    ) -> Result<Option<Change>, Refusal> {
        let name = domain.name;
        let closed = facts.domains.get(&(instance, name));
        match self
            .instances
            .running
            .get_mut(&instance.job)
            .filter(|running| running.record.id == instance)
        {
            None => is_repeated(instance, &domain, closed, facts).map(|()| None),
            Some(running) => {
                if let Some(known) = running.domains.get(&name) {
                    return same_domain(instance, known, &domain).map(|()| None);
                }
                check_manifest(instance, &domain, facts)?;
                let expected = running.record.expected_domains;
                if u32::try_from(running.domains.len()).is_ok_and(|closed| closed >= expected) {
                    return Err(Refusal::MoreThanPlanned {
                        instance,
                        expected,
                        domain: name,
                    });
                }
                running.domains.insert(name, domain.clone());
                facts.domains.insert((instance, name), domain.clone());
                Ok(Some(Change::Domain(instance, domain)))
            }
        }
    }

    /// Ends a running instance; what it is then follows from its closed domains. An instance that has ended is handed
    /// out as it ended, so that an answer which was lost can be asked for again.
    pub(crate) fn close_instance(
        &mut self,
        instance: InstanceId,
        ended: Timestamp,
        facts: &mut Facts,
    ) -> Result<(InstanceRecord, Option<Change>), Refusal> {
        if !self.instances.is_running(&instance) {
            let record = facts
                .instances
                .get(&instance)
                .ok_or(Refusal::NoSuchInstance { instance })?;
            return Ok((record.clone(), None));
        }
        let running = self
            .instances
            .running
            .remove(&instance.job)
            .expect("it was running a line above");
        let record = running.record.ended_with(running.domains.values(), Some(ended));
        facts.instances.insert(instance, record.clone());
        Ok((record.clone(), Some(Change::Instance(record))))
    }

    pub(super) fn count_past(&mut self, id: InstanceId) {
        self.instances.count_past(id);
    }

    pub(super) fn is_running(&self, id: &InstanceId) -> bool {
        self.instances.is_running(id)
    }
}

fn check_base(job: JobName, base: InstanceId, facts: &Facts) -> Result<(), Refusal> {
    let fault = match facts.instances.get(&base).map(|record| record.state) {
        None => "is not in the catalog",
        Some(InstanceState::Open) => "is still running",
        Some(_) => return Ok(()),
    };
    Err(Refusal::BadBase { job, base, fault })
}

/// A domain can be restored only through its manifest, so the manifest is stored before the domain is named.
fn check_manifest(instance: InstanceId, domain: &DomainRecord, facts: &Facts) -> Result<(), Refusal> {
    match missing_manifest(domain, facts) {
        None => Ok(()),
        Some(None) => Err(Refusal::NoManifest {
            instance,
            domain: domain.name,
        }),
        Some(Some(manifest)) => Err(Refusal::ManifestNotStored {
            instance,
            domain: domain.name,
            manifest,
        }),
    }
}

/// `Some(None)` if a manifest should be named and is not, `Some(Some(_))` if the named one is not stored.
pub(super) fn missing_manifest(domain: &DomainRecord, facts: &Facts) -> Option<Option<ChunkId>> {
    match domain.manifest {
        None => domain.status.is_restorable().then_some(None),
        Some(manifest) => (!facts.stored.contains_key(&manifest)).then_some(Some(manifest)),
    }
}

/// After the end of an instance a domain is taken only if it is closed already and the same: a message sent twice.
fn is_repeated(
    instance: InstanceId,
    domain: &DomainRecord,
    closed: Option<&DomainRecord>,
    facts: &Facts,
) -> Result<(), Refusal> {
    match (closed, facts.instances.get(&instance)) {
        (Some(known), _) => same_domain(instance, known, domain),
        (None, Some(record)) => Err(Refusal::InstanceEnded {
            instance,
            state: record.state,
            domain: domain.name,
        }),
        (None, None) => Err(Refusal::NoSuchInstance { instance }),
    }
}

fn same_domain(instance: InstanceId, known: &DomainRecord, domain: &DomainRecord) -> Result<(), Refusal> {
    if known == domain {
        Ok(())
    } else {
        Err(Refusal::DomainClosedOtherwise {
            instance,
            domain: domain.name,
        })
    }
}
