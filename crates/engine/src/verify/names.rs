//! Following names: from instances to copies to chunk lists to places.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{DomainRecord, InstanceFilter, InstanceState};
use store::{ChunkId, Footer};

use super::data::{Bad, note};
use super::{Affected, VerifyError, VerifyReport};
use crate::backup::error_chain;
use crate::env::Env;
use crate::reader::{ChunkReadError, ChunkReader};

/// Checks the chunk lists of all copies, and collects the copies that suffer from what is `bad`.
pub(super) async fn check(env: &Env, bad: &Bad, report: &mut VerifyReport) -> Result<(), VerifyError> {
    let mut names = Names {
        reader: ChunkReader::new(env),
        bad,
        lists: BTreeMap::new(),
    };
    let mut affected = BTreeSet::new();
    for instance in env.catalog.instances(InstanceFilter::default()).await? {
        report.instances += 1;
        if instance.state == InstanceState::Open {
            continue;
        }
        for record in env.catalog.domains(&instance.id).await? {
            if !record.status.is_restorable() {
                continue;
            }
            report.copies += 1;
            if let Err(problem) = names.follow(&record).await? {
                affected.insert(Affected {
                    instance: instance.id,
                    domain: record.name,
                });
                if let Some(problem) = problem {
                    note(report, format!("{} of {}", record.name, instance.id), problem);
                }
            }
        }
    }
    report.affected = affected.into_iter().collect();
    Ok(())
}

/// A copy is whole; or it is not, for a reason that may have been reported already.
type Whole = Result<(), Option<String>>;

struct Names<'a> {
    reader: ChunkReader,
    bad: &'a Bad,
    /// Manifests and pages that were followed, and whether they are whole: most copies share most of theirs.
    lists: BTreeMap<ChunkId, bool>,
}

impl Names<'_> {
    async fn follow(&mut self, record: &DomainRecord) -> Result<Whole, VerifyError> {
        let Some(manifest) = record.manifest else {
            return Ok(Err(Some("the catalog names no manifest".to_owned())));
        };
        if let Some(whole) = self.lists.get(&manifest) {
            return Ok(if *whole { Ok(()) } else { Err(None) });
        }
        let whole = match self.reader.manifest(manifest).await {
            Err(ChunkReadError::Catalog(error)) => return Err(error.into()),
            Err(error) => Err(Some(error_chain(&error))),
            Ok(list) if list.entries != record.totals.units => Err(Some(format!(
                "its manifest lists {} units, the catalog says {}",
                list.entries, record.totals.units
            ))),
            Ok(list) => self.follow_pages(list.pages).await?,
        };
        self.lists.insert(manifest, whole.is_ok());
        Ok(whole)
    }

    async fn follow_pages(&mut self, pages: Vec<ChunkId>) -> Result<Whole, VerifyError> {
        let mut whole = Ok(());
        for page in pages {
            let this = match self.lists.get(&page) {
                Some(true) => Ok(()),
                Some(false) => Err(None),
                None => {
                    let this = match self.follow_page(page).await {
                        Ok(()) => Ok(()),
                        Err(Broken::Known) => Err(None),
                        Err(Broken::Chunk(ChunkReadError::Catalog(error))) => return Err(error.into()),
                        Err(Broken::Chunk(error)) => Err(Some(error_chain(&error))),
                        Err(Broken::Misplaced(problem)) => Err(Some(problem)),
                    };
                    self.lists.insert(page, this.is_ok());
                    this
                }
            };
            // The first reason that is not yet reported says more than "broken".
            if whole.is_ok() || matches!((&whole, &this), (Err(None), Err(Some(_)))) {
                whole = this;
            }
        }
        Ok(whole)
    }

    async fn follow_page(&mut self, page: ChunkId) -> Result<(), Broken> {
        let ids: BTreeSet<ChunkId> = self
            .reader
            .page(page)
            .await?
            .iter()
            .map(|entry| entry.id)
            .collect();
        let ids: Vec<ChunkId> = ids.into_iter().collect();
        let places = self.reader.places(&ids).await?;
        for (id, place) in ids.into_iter().zip(places) {
            if self.bad.chunks.contains(&id) || self.bad.packs.contains(&place.pack) {
                return Err(Broken::Known);
            }
            let footer = self.reader.footer(place.pack).await?;
            if !is_there(&footer, &id, &place) {
                let (pack, frame) = (place.pack, place.frame);
                return Err(Broken::Misplaced(format!(
                    "the catalog places chunk {id} in pack {pack}, frame {frame}, where it is not; rebuild the catalog"
                )));
            }
        }
        Ok(())
    }
}

enum Broken {
    Known,
    Chunk(ChunkReadError),
    Misplaced(String),
}

impl From<ChunkReadError> for Broken {
    fn from(error: ChunkReadError) -> Self {
        Self::Chunk(error)
    }
}

fn is_there(footer: &Footer, id: &ChunkId, place: &store::ChunkPlace) -> bool {
    footer
        .chunks_of(place.frame)
        .iter()
        .any(|chunk| chunk.id == *id && chunk.place(place.pack) == *place)
}
