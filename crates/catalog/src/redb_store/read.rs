//! Questions, each answered from one snapshot.

use std::collections::BTreeMap;

use redb::{ReadTransaction, ReadableTable, ReadableTableMetadata};
use store::wire;
use store::{ChunkId, ChunkPlace, PackName};
use zvm::JobName;

use super::fault::Fault;
use super::tables::{
    CHUNKS, DOMAIN_ROW, DOMAINS, INSTANCE_ROW, INSTANCES, META, META_CHUNK_BYTES, PACKS, VERSIONS,
};
use crate::domain::{DomainName, DomainRecord};
use crate::ids::InstanceId;
use crate::instance::InstanceRecord;
use crate::query::{CatalogTotals, DomainVersion, InstanceFilter, VersionFilter};

pub(super) struct Reader(ReadTransaction);

impl Reader {
    pub(super) fn new(transaction: ReadTransaction) -> Reader {
        Reader(transaction)
    }

    pub(super) fn places(&self, ids: &[ChunkId]) -> Result<Vec<Option<ChunkPlace>>, Fault> {
        let chunks = self.0.open_table(CHUNKS)?;
        let packs = self.0.open_table(PACKS)?;
        let mut names = BTreeMap::<u32, PackName>::new();
        let mut places = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(row) = chunks.get(id.as_bytes())?.map(|row| row.value()) else {
                places.push(None);
                continue;
            };
            let (number, frame, offset, len) = row;
            let pack = match names.get(&number) {
                Some(name) => *name,
                None => {
                    let name = packs.get(number)?.map(|name| PackName::from_bytes(*name.value()));
                    let name = name.ok_or_else(|| Fault::Damaged(format!("chunk {id} lies in no pack")))?;
                    names.insert(number, name);
                    name
                }
            };
            places.push(Some(ChunkPlace {
                pack,
                frame,
                offset,
                len,
            }));
        }
        Ok(places)
    }

    pub(super) fn instance(&self, id: &InstanceId) -> Result<Option<InstanceRecord>, Fault> {
        let instances = self.0.open_table(INSTANCES)?;
        let row = instances.get((id.job.as_str(), id.number))?;
        row.map(|row| instance_of(row.value())).transpose()
    }

    pub(super) fn instances(&self, filter: &InstanceFilter) -> Result<Vec<InstanceRecord>, Fault> {
        let instances = self.0.open_table(INSTANCES)?;
        let rows = match &filter.job {
            Some(job) => instances.range((job.as_str(), 0)..=(job.as_str(), u32::MAX))?,
            None => instances.iter()?,
        };
        let mut wanted = Vec::new();
        for row in rows {
            let record = instance_of(row?.1.value())?;
            if filter.admits(&record) {
                wanted.push(record);
            }
        }
        Ok(wanted)
    }

    pub(super) fn last_numbers(&self) -> Result<Vec<(JobName, u32)>, Fault> {
        let mut last = BTreeMap::new();
        for row in self.0.open_table(INSTANCES)?.iter()? {
            let key = row?.0;
            let (job, number) = key.value();
            // Sorted by number within the job, so the last one stays.
            last.insert(job_of(job)?, number);
        }
        Ok(last.into_iter().collect())
    }

    pub(super) fn domain(&self, id: &InstanceId, name: &DomainName) -> Result<Option<DomainRecord>, Fault> {
        let domains = self.0.open_table(DOMAINS)?;
        let row = domains.get((id.job.as_str(), id.number, name.key().as_str()))?;
        row.map(|row| domain_of(row.value())).transpose()
    }

    pub(super) fn domains(&self, id: &InstanceId) -> Result<Vec<DomainRecord>, Fault> {
        let domains = self.0.open_table(DOMAINS)?;
        let job = id.job.as_str();
        let mut records = Vec::new();
        for row in domains.range((job, id.number, "")..)? {
            let (key, row) = row?;
            let (of, number, _) = key.value();
            if (of, number) != (job, id.number) {
                break;
            }
            records.push(domain_of(row.value())?);
        }
        records.sort_by_key(|record| record.name);
        Ok(records)
    }

    pub(super) fn versions(&self, filter: &VersionFilter) -> Result<Vec<DomainVersion>, Fault> {
        let domains = self.0.open_table(DOMAINS)?;
        let prefix = filter.key_prefix();
        let mut versions = Vec::new();
        for row in self.0.open_table(VERSIONS)?.range((prefix.as_str(), "", 0)..)? {
            let key = row?.0;
            let (name, job, number) = key.value();
            if !name.starts_with(&prefix) {
                break;
            }
            let instance = InstanceId {
                job: job_of(job)?,
                number,
            };
            if filter.job.is_some_and(|wanted| wanted != instance.job) {
                continue;
            }
            let row = domains.get((job, number, name))?;
            let row =
                row.ok_or_else(|| Fault::Damaged(format!("{instance} lacks a domain that it lists")))?;
            let record = domain_of(row.value())?;
            if filter.admits(&instance, &record) {
                versions.push(DomainVersion { instance, record });
            }
        }
        versions.sort_by_key(|version| (version.age(), version.record.name));
        Ok(versions)
    }

    pub(super) fn totals(&self) -> Result<CatalogTotals, Fault> {
        let chunk_bytes = self
            .0
            .open_table(META)?
            .get(META_CHUNK_BYTES)?
            .map_or(0, |bytes| bytes.value());
        Ok(CatalogTotals {
            instances: self.0.open_table(INSTANCES)?.len()?,
            domains: self.0.open_table(DOMAINS)?.len()?,
            packs: self.0.open_table(PACKS)?.len()?,
            chunks: self.0.open_table(CHUNKS)?.len()?,
            chunk_bytes,
        })
    }
}

fn instance_of(row: &[u8]) -> Result<InstanceRecord, Fault> {
    Ok(wire::decode(row, INSTANCE_ROW.0, INSTANCE_ROW.1)?)
}

fn domain_of(row: &[u8]) -> Result<DomainRecord, Fault> {
    Ok(wire::decode(row, DOMAIN_ROW.0, DOMAIN_ROW.1)?)
}

fn job_of(name: &str) -> Result<JobName, Fault> {
    JobName::new(name).map_err(|error| Fault::Damaged(error.to_string()))
}
