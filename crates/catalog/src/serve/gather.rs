//! Everything that a batch needs to know from the store, asked for at once.

use std::collections::BTreeSet;

use store::ChunkId;

use crate::catalog_store::CatalogStore;
use crate::domain::DomainName;
use crate::error::StoreError;
use crate::ids::InstanceId;
use crate::request::Request;
use crate::state::{Facts, State};

#[derive(Default)]
struct Wanted {
    chunks: Vec<ChunkId>,
    instances: BTreeSet<InstanceId>,
    domains: BTreeSet<(InstanceId, DomainName)>,
}

pub(super) fn facts(store: &dyn CatalogStore, state: &State, batch: &[Request]) -> Result<Facts, StoreError> {
    let mut wanted = Wanted::default();
    batch.iter().for_each(|request| wanted.note(request));
    // What somebody owes is stored nowhere yet; half of all questions are about such chunks.
    wanted.chunks.retain(|id| !state.is_claimed(id));
    wanted.chunks.sort_unstable();
    wanted.chunks.dedup();
    let mut facts = Facts::default();
    if !wanted.chunks.is_empty() {
        let places = store.places(&wanted.chunks)?;
        let known = wanted.chunks.iter().zip(places);
        facts.stored = known.filter_map(|(id, place)| Some((*id, place?))).collect();
    }
    for id in wanted.instances {
        if let Some(record) = store.instance(&id)? {
            facts.instances.insert(id, record);
        }
    }
    for (instance, name) in wanted.domains {
        if let Some(record) = store.domain(&instance, &name)? {
            facts.domains.insert((instance, name), record);
        }
    }
    Ok(facts)
}

impl Wanted {
    fn note(&mut self, request: &Request) {
        match request {
            Request::Claim { ids, .. } | Request::Settle { ids, .. } => self.chunks.extend(ids),
            Request::RecordPack { places, .. } => self.chunks.extend(places.iter().map(|(id, _)| *id)),
            Request::CloseDomain { instance, domain, .. } => {
                self.instances.insert(*instance);
                self.domains.insert((*instance, domain.name));
                self.chunks.extend(domain.manifest);
            }
            Request::CloseInstance { instance, .. } => drop(self.instances.insert(*instance)),
            Request::Begin { plan, .. } => self.instances.extend(plan.base),
            Request::RebuildBegun { begun, .. } => drop(self.instances.insert(begun.id)),
            Request::RebuildEnded { end, .. } => {
                let instance = end.instance.id;
                self.instances.insert(instance);
                self.domains
                    .extend(end.domains.iter().map(|domain| (instance, domain.name)));
                self.chunks
                    .extend(end.domains.iter().filter_map(|domain| domain.manifest));
            }
            Request::Register { .. } | Request::Abandon { .. } | Request::Gone { .. } | Request::Read(_) => {}
        }
    }
}
