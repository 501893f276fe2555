//! Making a catalog anew from the repository, which says of itself everything that a catalog holds.

use catalog::{
    CatalogError, INSTANCE_BEGIN_KIND, INSTANCE_BEGIN_VERSION, INSTANCE_END_KIND, INSTANCE_END_VERSION,
    RebuildBatch, Rebuilt,
};
use serde::Serialize;
use store::{ListError, ReadError, RecordKind, wire};
use thiserror::Error;

use crate::backup::error_chain;
use crate::env::Env;
use crate::progress::{Event, Progress};

/// What a rebuild found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RebuildReport {
    /// Packs whose chunks the catalog knows now.
    pub packs: u64,
    /// Those chunks.
    pub chunks: u64,
    /// Instances.
    pub instances: u64,
    /// Their domains.
    pub domains: u64,
    /// What could not be read, or is named but nowhere: an object, and what is wrong with it.
    pub damage: Vec<(String, String)>,
}

/// Why a rebuild could not be carried through.
#[derive(Debug, Error)]
pub enum RebuildError {
    /// The new catalog did not take it.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The repository cannot be listed.
    #[error(transparent)]
    List(#[from] ListError),
}

/// Reads the footers of all packs and all instance records into the catalog of `env`, which should be empty. What
/// cannot be read is left out and reported.
///
/// # Errors
/// When the repository cannot be listed or the catalog cannot be written.
pub async fn rebuild(env: &Env, progress: &dyn Progress) -> Result<RebuildReport, RebuildError> {
    let mut damage = Vec::new();
    let mut rebuilt = Rebuilt::default();
    let packs = env.repository.packs().await?;
    progress.event(Event::Total {
        bytes: packs.len() as u64,
    });
    for pack in packs {
        match env.repository.read_footer(&pack).await {
            Ok(footer) => {
                let places = footer
                    .chunks()
                    .iter()
                    .map(|chunk| (chunk.id, chunk.place(pack)))
                    .collect();
                let batch = RebuildBatch {
                    packs: vec![(pack, places)],
                    ..RebuildBatch::default()
                };
                rebuilt.add(env.catalog.apply_rebuild(batch).await?);
            }
            Err(error) => damage.push((format!("pack {pack}"), error_chain(&error))),
        }
        progress.event(Event::Done { bytes: 1 });
    }
    let names = env.repository.list_records(RecordKind::Instances).await?;
    // The end of an instance says all that its begin does.
    let ended = |name: &str| names.binary_search(&name.replace(".begin", ".end")).is_ok();
    for name in names
        .iter()
        .filter(|name| !name.ends_with(".begin") || !ended(name))
    {
        match read_record(env, name).await {
            Ok(batch) => rebuilt.add(env.catalog.apply_rebuild(batch).await?),
            Err(problem) => damage.push((format!("record {name}"), problem)),
        }
    }
    for (instance, domain) in &rebuilt.lost {
        damage.push((
            format!("{domain} of {instance}"),
            "its chunk list is in no pack".to_owned(),
        ));
    }
    let Rebuilt {
        packs,
        chunks,
        instances,
        domains,
        ..
    } = rebuilt;
    Ok(RebuildReport {
        packs,
        chunks,
        instances,
        domains,
        damage,
    })
}

async fn read_record(env: &Env, name: &str) -> Result<RebuildBatch, String> {
    let read: Result<_, ReadError> = env.repository.get_record(RecordKind::Instances, name).await;
    let bytes = read.map_err(|error| error_chain(&error))?;
    let mut batch = RebuildBatch::default();
    if name.ends_with(".begin") {
        let begun = wire::decode(&bytes, INSTANCE_BEGIN_KIND, INSTANCE_BEGIN_VERSION);
        batch.begun.push(begun.map_err(|error| error_chain(&error))?);
    } else if name.ends_with(".end") {
        let ended = wire::decode(&bytes, INSTANCE_END_KIND, INSTANCE_END_VERSION);
        batch.ended.push(ended.map_err(|error| error_chain(&error))?);
    } else {
        return Err("it is neither the begin nor the end of an instance".to_owned());
    }
    Ok(batch)
}
