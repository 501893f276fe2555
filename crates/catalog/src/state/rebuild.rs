//! Rows that come from the records of a repository instead of from a run.

use crate::catalog_store::Change;
use crate::domain::{DomainRecord, DomainStatus};
use crate::error::Refusal;
use crate::ids::InstanceId;
use crate::instance::{InstanceEnd, InstanceRecord, InstanceState};
use crate::state::instances::missing_manifest;
use crate::state::{Facts, State};

impl State {
    /// Takes in an instance of which the repository has only the beginning: nobody saw its end.
    pub(crate) fn rebuild_begun(
        &mut self,
        begun: InstanceRecord,
        facts: &mut Facts,
    ) -> Result<Option<Change>, Refusal> {
        self.count_past(begun.id);
        if self.is_running(&begun.id) || facts.instances.contains_key(&begun.id) {
            return Ok(None);
        }
        let record = State::abandoned(begun, &[]);
        facts.instances.insert(record.id, record.clone());
        Ok(Some(Change::Instance(record)))
    }

    /// Takes in an instance that ended, with its domains. A domain whose manifest is in no known pack is lost: it is
    /// kept as failed, which is what it has become, and named in the second part of the result.
    pub(crate) fn rebuild_ended(
        &mut self,
        end: InstanceEnd,
        facts: &mut Facts,
    ) -> Result<(Vec<Change>, Vec<DomainRecord>), Refusal> {
        let instance = end.instance.id;
        self.count_past(instance);
        if self.is_running(&instance) {
            return Err(Refusal::InstanceRecordedOtherwise { instance });
        }
        let (mut domains, mut lost) = (Vec::with_capacity(end.domains.len()), Vec::new());
        for domain in end.domains {
            match missing_manifest(&domain, facts) {
                None => domains.push(domain),
                Some(_) => {
                    domains.push(as_lost(domain.clone()));
                    lost.push(domain);
                }
            }
        }
        let record = if lost.is_empty() {
            end.instance
        } else {
            recounted(end.instance, &domains)
        };
        check_same(&record, facts)?;
        // All of them are looked at before any is taken in: a refusal changes nothing.
        let mut fresh = Vec::with_capacity(domains.len());
        for domain in domains {
            if is_fresh(instance, &domain, facts)? {
                fresh.push(domain);
            }
        }
        let mut changes = Vec::with_capacity(fresh.len() + 1);
        for domain in fresh {
            facts.domains.insert((instance, domain.name), domain.clone());
            changes.push(Change::Domain(instance, domain));
        }
        if facts.instances.get(&instance) != Some(&record) {
            facts.instances.insert(instance, record.clone());
            changes.push(Change::Instance(record));
        }
        Ok((changes, lost))
    }
}

/// An end replaces a mere beginning, and a better end replaces one that had lost domains; any other difference means
/// that two repositories are being mixed.
fn check_same(record: &InstanceRecord, facts: &Facts) -> Result<(), Refusal> {
    let Some(known) = facts.instances.get(&record.id) else {
        return Ok(());
    };
    let same_run =
        known.started == record.started && known.member == record.member && known.kind == record.kind;
    let same_end = known.ended.is_none() || known.ended == record.ended;
    if same_run && same_end {
        Ok(())
    } else {
        Err(Refusal::InstanceRecordedOtherwise { instance: record.id })
    }
}

/// Whether the domain is to be written: it is new, or was lost and is found.
fn is_fresh(instance: InstanceId, domain: &DomainRecord, facts: &Facts) -> Result<bool, Refusal> {
    match facts.domains.get(&(instance, domain.name)) {
        Some(known) if known == domain => Ok(false),
        Some(known) if known.status.is_restorable() => Err(Refusal::DomainClosedOtherwise {
            instance,
            domain: domain.name,
        }),
        _ => Ok(true),
    }
}

fn as_lost(mut domain: DomainRecord) -> DomainRecord {
    let reason = match domain.manifest.take() {
        Some(manifest) => format!("its manifest {manifest} is in no pack of the repository"),
        None => "its record names no manifest".to_owned(),
    };
    domain.status = DomainStatus::Failed(reason);
    domain
}

fn recounted(record: InstanceRecord, domains: &[DomainRecord]) -> InstanceRecord {
    let (ended, incomplete) = (record.ended, record.state == InstanceState::Incomplete);
    let mut record = record.ended_with(domains, ended);
    if incomplete {
        record.state = InstanceState::Incomplete;
    }
    record
}
