//! The copy that an incremental job compares a domain with.

use catalog::{BackupKind, DomainName, DomainVersion, VersionFilter};
use store::{ChunkId, Entry};

use super::BackupError;
use crate::env::Env;
use crate::plan::JobPlan;
use crate::reader::ChunkReader;

/// The base copy of one domain, and how far the comparison with it has come.
pub(super) struct Base {
    /// The copy.
    pub(super) version: DomainVersion,
    /// Units that differ so far.
    pub(super) changed: u64,
    reader: ChunkReader,
    pages: Vec<ChunkId>,
    next: usize,
}

impl Base {
    /// The latest copy of the domain that the job itself or its base made. Only an incremental job has one.
    pub(super) async fn find(
        env: &Env,
        job: &JobPlan,
        name: &DomainName,
    ) -> Result<Option<Self>, BackupError> {
        if job.kind != BackupKind::Incremental {
            return Ok(None);
        }
        let mut latest: Option<DomainVersion> = None;
        for of_job in [Some(job.job), job.base].into_iter().flatten() {
            let filter = VersionFilter {
                job: Some(of_job),
                ..VersionFilter::of(name)
            };
            let version = env.catalog.latest(filter).await?.pop();
            latest = latest
                .into_iter()
                .chain(version)
                .max_by_key(|version| (version.record.ended, version.instance));
        }
        let Some(version) = latest else { return Ok(None) };
        let mut reader = ChunkReader::new(env);
        let manifest = match version.record.manifest {
            Some(manifest) => reader.manifest(manifest).await,
            None => return Ok(None),
        };
        // A base that cannot be read any more does not stop a new copy: everything then counts as changed.
        let pages = manifest.map(|manifest| manifest.pages).unwrap_or_default();
        Ok(Some(Self {
            version,
            changed: 0,
            reader,
            pages,
            next: 0,
        }))
    }

    /// Counts what differs in the next page. Equal pages have equal names, so only changed ones are read.
    pub(super) async fn compare(&mut self, page: ChunkId, entries: &[Entry]) {
        let before = self.pages.get(self.next).copied();
        self.next += 1;
        if before == Some(page) {
            return;
        }
        let before = match before {
            Some(before) => self.reader.page(before).await.unwrap_or_default(),
            None => Vec::new(),
        };
        let same = entries
            .iter()
            .zip(&before)
            .filter(|(now, then)| now == then)
            .count();
        self.changed += (entries.len() - same) as u64;
    }
}
