//! The copy that an incremental job compares a domain with.

use std::collections::BTreeSet;

use catalog::{BackupKind, DomainName, DomainVersion, GeometryRecord, VersionFilter};
use dasd::Run;
use dasd::device::Generation;
use store::{ChunkId, Entry, Manifest, PAGE_ENTRIES, Witness};
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
    /// The same for its pages of witnesses.
    witnesses: Vec<Option<ChunkId>>,
    /// Their entries, page by page; a page that cannot be read has none.
    to_come: mpsc::Receiver<Vec<BaseEntry>>,
    page: Vec<BaseEntry>,
    /// Entries of `page` that were handed out, of [`PAGE_ENTRIES`].
    handed_out: usize,
    /// Whether its witnesses speak of the same tracks: of the same extent of a pack of the same geometry.
    same_place: bool,
    /// The generation of the volume that it was copied from, as the map of its changes counted.
    generation: Option<Generation>,
    /// What the files of its image looked like, if that was noted.
    stamp: Option<u64>,
    /// One task; dropping it ends the reading.
    _reading: JoinSet<()>,
}

/// An entry of the base.
#[derive(Clone, Copy)]
pub(crate) struct BaseEntry {
    pub(crate) entry: Entry,
    /// Whether the catalog names its chunk.
    pub(crate) named: bool,
    /// The witness of the unit when it was copied.
    pub(crate) witness: Option<Witness>,
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
        let manifest = manifest.unwrap_or_default();
        let pages = names_known(env, &manifest.pages).await?;
        let witnesses = names_known(env, &manifest.witnesses).await?;
        let (generation, stamp) = (manifest.generation, manifest.stamp);
        let (ahead, to_come) = mpsc::channel(PAGES_AHEAD);
        let mut reading = JoinSet::new();
        reading.spawn(read_ahead(env.clone(), reader, manifest, ahead));
        Ok(Some(Self {
            version,
            changed: 0,
            manifest: readable,
            pages,
            witnesses,
            to_come,
            page: Vec::new(),
            handed_out: PAGE_ENTRIES,
            same_place: false,
            generation: generation.map(|(epoch, number)| Generation { epoch, number }),
            stamp,
            _reading: reading,
        }))
    }

    /// Says where the domain lies now. Only if that is where the base was copied from do witnesses mean anything.
    pub(super) fn lies_at(&mut self, geometry: &GeometryRecord, run: Run) {
        let record = &self.version.record;
        self.same_place = record.geometry == *geometry && record.run == run;
    }

    /// Whether it was copied from files that looked like this.
    pub(super) fn is_of(&self, stamp: Option<u64>) -> bool {
        self.same_place && stamp.is_some() && self.stamp == stamp
    }

    /// The generation of the volume that it was copied from, if it was this volume.
    pub(super) fn generation(&self) -> Option<Generation> {
        self.generation.filter(|_| self.same_place)
    }

    /// What it has in the next `count` places.
    pub(super) async fn entries(&mut self, count: u32) -> Vec<Option<BaseEntry>> {
        let mut entries = Vec::with_capacity(count as usize);
        for _ in 0..count {
            if self.handed_out == PAGE_ENTRIES {
                self.page = self.to_come.recv().await.unwrap_or_default();
                self.handed_out = 0;
            }
            let witnessed = |entry: &BaseEntry| BaseEntry {
                witness: entry.witness.filter(|_| self.same_place),
                ..*entry
            };
            entries.push(self.page.get(self.handed_out).map(witnessed));
            self.handed_out += 1;
        }
        entries
    }

    /// Compares an entry with what the base has in its place, and tells whether it need not be claimed.
    pub(super) fn has(&mut self, before: Option<&BaseEntry>, entry: &Entry) -> bool {
        let equal = before.filter(|before| before.entry == *entry);
        self.changed += u64::from(equal.is_none());
        equal.is_some_and(|before| before.named)
    }

    /// Whether the base's page of that number has this name, and the catalog knows it.
    pub(super) fn has_page(&self, number: usize, page: ChunkId) -> bool {
        self.pages.get(number) == Some(&Some(page))
    }

    /// The same for its page of witnesses.
    pub(super) fn has_witnesses(&self, number: usize, page: ChunkId) -> bool {
        self.witnesses.get(number) == Some(&Some(page))
    }

    /// Whether this is the name of its manifest, which could be read.
    pub(super) fn has_manifest(&self, manifest: ChunkId) -> bool {
        self.manifest == Some(manifest)
    }
}

/// The names that the catalog knows; none in place of the others.
async fn names_known(env: &Env, names: &[ChunkId]) -> Result<Vec<Option<ChunkId>>, BackupError> {
    let places = env.catalog.places(names.to_vec()).await?;
    let known = names.iter().zip(places);
    Ok(known.map(|(name, place)| place.map(|_| *name)).collect())
}

async fn read_ahead(
    env: Env,
    mut reader: ChunkReader,
    manifest: Manifest,
    ahead: mpsc::Sender<Vec<BaseEntry>>,
) {
    for (number, page) in manifest.pages.into_iter().enumerate() {
        let entries = reader.page(page).await.unwrap_or_default();
        let witnesses = match manifest.witnesses.get(number) {
            Some(page) => reader.witnesses(*page).await.unwrap_or_default(),
            None => Vec::new(),
        };
        let mut entries = looked_up(&env, entries).await;
        for (entry, witness) in entries.iter_mut().zip(witnesses) {
            entry.witness = Some(witness);
        }
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
        witness: None,
    };
    entries.into_iter().map(named).collect()
}
