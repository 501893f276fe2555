//! The copy that an incremental job compares a domain with.

use std::collections::BTreeSet;

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
/// What stands at the same place in the base need not be claimed, if the catalog still names it. That the base is a
/// finished copy is not enough: after the loss of a pack a rebuilt catalog keeps every copy whose manifest it has, and a
/// chunk that was lost must be stored again. So its chunks are looked up page by page, beside the copying.
pub(super) struct Base {
    /// The copy.
    pub(super) version: DomainVersion,
    /// Units that differ so far.
    pub(super) changed: u64,
    /// Its manifest, if it could be read.
    manifest: Option<ChunkId>,
    /// The names of its pages; none for a page that the catalog does not know any more.
    pages: Vec<Option<ChunkId>>,
    /// Their entries, page by page; a page that cannot be read has none.
    to_come: mpsc::Receiver<Vec<BaseEntry>>,
    page: Vec<BaseEntry>,
    /// Entries of `page` that were compared, of [`PAGE_ENTRIES`].
    compared: usize,
    /// One task; dropping it ends the reading.
    _reading: JoinSet<()>,
}

/// An entry of the base.
struct BaseEntry {
    entry: Entry,
    /// Whether the catalog names its chunk.
    named: bool,
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
        let Some(name) = version.record.manifest else {
            return Ok(None);
        };
        let manifest = reader.manifest(name).await.ok();
        // A base that cannot be read any more does not stop a new copy: everything then counts as changed.
        let readable = manifest.is_some().then_some(name);
        let pages = manifest.map(|manifest| manifest.pages).unwrap_or_default();
        let places = env.catalog.places(pages.clone()).await?;
        let named = pages.iter().zip(places);
        let named = named.map(|(page, place)| place.map(|_| *page)).collect();
        let (ahead, to_come) = mpsc::channel(PAGES_AHEAD);
        let mut reading = JoinSet::new();
        reading.spawn(read_ahead(env.clone(), reader, pages, ahead));
        Ok(Some(Self {
            version,
            changed: 0,
            manifest: readable,
            pages: named,
            to_come,
            page: Vec::new(),
            compared: PAGE_ENTRIES,
            _reading: reading,
        }))
    }

    /// Which of the next entries are the same in the base and need not be claimed.
    pub(super) async fn same(&mut self, entries: &[Entry]) -> Vec<bool> {
        let mut same = Vec::with_capacity(entries.len());
        for entry in entries {
            if self.compared == PAGE_ENTRIES {
                self.page = self.to_come.recv().await.unwrap_or_default();
                self.compared = 0;
            }
            let before = self.page.get(self.compared);
            let equal = before.filter(|before| before.entry == *entry);
            self.compared += 1;
            self.changed += u64::from(equal.is_none());
            same.push(equal.is_some_and(|before| before.named));
        }
        same
    }

    /// Whether the base's page of that number has this name, and the catalog knows it.
    pub(super) fn has_page(&self, number: usize, page: ChunkId) -> bool {
        self.pages.get(number) == Some(&Some(page))
    }

    /// Whether this is the name of its manifest, which could be read.
    pub(super) fn has_manifest(&self, manifest: ChunkId) -> bool {
        self.manifest == Some(manifest)
    }
}

async fn read_ahead(
    env: Env,
    mut reader: ChunkReader,
    pages: Vec<ChunkId>,
    ahead: mpsc::Sender<Vec<BaseEntry>>,
) {
    for page in pages {
        let entries = reader.page(page).await.unwrap_or_default();
        let entries = looked_up(&env, entries).await;
        if ahead.send(entries).await.is_err() {
            return;
        }
    }
}

/// Asks the catalog which chunks it names. When it does not answer none counts as named; whoever claims them is told.
async fn looked_up(env: &Env, entries: Vec<Entry>) -> Vec<BaseEntry> {
    let mut ids: Vec<ChunkId> = entries.iter().map(|entry| entry.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let places = env.catalog.places(ids.clone()).await.unwrap_or_default();
    let known: BTreeSet<ChunkId> = ids
        .into_iter()
        .zip(places)
        .filter_map(|(id, place)| place.map(|_| id))
        .collect();
    let named = |entry: Entry| BaseEntry {
        entry,
        named: known.contains(&entry.id),
    };
    entries.into_iter().map(named).collect()
}
