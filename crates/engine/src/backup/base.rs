//! The copy that an incremental job compares a domain with.

use catalog::{BackupKind, DomainName, DomainVersion, VersionFilter};
use store::{ChunkId, Entry, PAGE_ENTRIES};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::BackupError;
use crate::env::Env;
use crate::plan::JobPlan;
use crate::reader::ChunkReader;

/// Expanded frames that the reading of the pages keeps. Pages are stored side by side, a frame full at a time.
const FRAMES_KEPT: usize = 2;

/// Pages that are read ahead of the comparison, at 34 KiB each.
const PAGES_AHEAD: usize = 4;

/// The base copy of one domain, and how far the comparison with it has come.
///
/// What stands at the same place in the base need not be claimed: the base is a finished copy, so all its chunks are
/// durable and named by the catalog, and they stay for as long as the catalog holds the base.
pub(super) struct Base {
    /// The copy.
    pub(super) version: DomainVersion,
    /// Units that differ so far.
    pub(super) changed: u64,
    /// The names of its pages.
    pages: Vec<ChunkId>,
    /// Their entries, page by page; a page that cannot be read has none.
    to_come: mpsc::Receiver<Vec<Entry>>,
    page: Vec<Entry>,
    /// Entries of `page` that were compared, of [`PAGE_ENTRIES`].
    compared: usize,
    /// One task; dropping it ends the reading.
    _reading: JoinSet<()>,
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
        let mut reader = ChunkReader::keeping(env, FRAMES_KEPT);
        let manifest = match version.record.manifest {
            Some(manifest) => reader.manifest(manifest).await,
            None => return Ok(None),
        };
        // A base that cannot be read any more does not stop a new copy: everything then counts as changed.
        let pages = manifest.map(|manifest| manifest.pages).unwrap_or_default();
        let (ahead, to_come) = mpsc::channel(PAGES_AHEAD);
        let mut reading = JoinSet::new();
        reading.spawn(read_ahead(reader, pages.clone(), ahead));
        Ok(Some(Self {
            version,
            changed: 0,
            pages,
            to_come,
            page: Vec::new(),
            compared: PAGE_ENTRIES,
            _reading: reading,
        }))
    }

    /// Which of the next entries are the same in the base.
    pub(super) async fn same(&mut self, entries: &[Entry]) -> Vec<bool> {
        let mut same = Vec::with_capacity(entries.len());
        for entry in entries {
            if self.compared == PAGE_ENTRIES {
                self.page = self.to_come.recv().await.unwrap_or_default();
                self.compared = 0;
            }
            let equal = self.page.get(self.compared) == Some(entry);
            self.compared += 1;
            self.changed += u64::from(!equal);
            same.push(equal);
        }
        same
    }

    /// Whether the base's page of that number has this name.
    pub(super) fn has_page(&self, number: usize, page: ChunkId) -> bool {
        self.pages.get(number) == Some(&page)
    }

    /// Whether this is the name of its manifest.
    pub(super) fn has_manifest(&self, manifest: ChunkId) -> bool {
        self.version.record.manifest == Some(manifest)
    }
}

async fn read_ahead(mut reader: ChunkReader, pages: Vec<ChunkId>, ahead: mpsc::Sender<Vec<Entry>>) {
    for page in pages {
        let entries = reader.page(page).await.unwrap_or_default();
        if ahead.send(entries).await.is_err() {
            return;
        }
    }
}
