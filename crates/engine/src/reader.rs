//! Reading chunks back: footers and frames are fetched once and kept for a while, and nothing is handed out whose
//! hash is not its name.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use catalog::CatalogError;
use futures_util::future::try_join_all;
use store::{
    ChunkFault, ChunkId, ChunkPlace, Entry, Footer, FrameFault, Manifest, PackName, Page, ReadError, Witness,
    WitnessFault, WitnessPage, chunk_in, manifest::ManifestFault,
};
use thiserror::Error;

use crate::env::Env;
use crate::frames::{Expanded, Expanding, fetch, runs_of};

/// Expanded frames that are kept: at a little over 1 MiB each, under 20 MiB.
const FRAMES_KEPT: usize = 16;

/// A frame of a pack.
pub(crate) type FrameKey = (PackName, u32);

/// An expanded frame, shared by whoever still needs it.
pub(crate) type Plain = Arc<Expanded>;

/// Why a chunk cannot be had.
#[derive(Debug, Error)]
pub enum ChunkReadError {
    /// Nobody knows where it lies.
    #[error("chunk {id} is in no pack that the catalog knows")]
    Lost {
        /// The chunk.
        id: ChunkId,
    },
    /// Its pack cannot be read.
    #[error(transparent)]
    Pack(#[from] ReadError),
    /// Its pack has no such frame.
    #[error("pack {pack} has {frames} frames, the catalog speaks of frame {frame}; rebuild the catalog")]
    NoSuchFrame {
        /// The pack.
        pack: PackName,
        /// The frame that was asked for.
        frame: u32,
        /// The frames there are.
        frames: usize,
    },
    /// Its frame does not expand.
    #[error("pack {pack}, frame {frame}")]
    Frame {
        /// The pack.
        pack: PackName,
        /// The frame.
        frame: u32,
        /// What is wrong.
        source: FrameFault,
    },
    /// Something else lies in its place.
    #[error("pack {}, frame {}", place.pack, place.frame)]
    Chunk {
        /// Where it should be.
        place: ChunkPlace,
        /// What is wrong.
        source: ChunkFault,
    },
    /// It is not the page or manifest it should be.
    #[error("chunk {id} is not a chunk list")]
    List {
        /// The chunk.
        id: ChunkId,
        /// What is wrong.
        source: ManifestFault,
    },
    /// It is not the page of witnesses it should be.
    #[error("chunk {id}")]
    Witnesses {
        /// The chunk.
        id: ChunkId,
        /// What is wrong.
        source: WitnessFault,
    },
    /// The catalog did not answer.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

/// Reads chunks of one repository.
pub(crate) struct ChunkReader {
    env: Env,
    expanding: Expanding,
    frames: Kept<FrameKey, Plain>,
}

impl ChunkReader {
    pub(crate) fn new(env: &Env) -> Self {
        Self::keeping(env, FRAMES_KEPT)
    }

    /// A reader that keeps so many expanded frames.
    pub(crate) fn keeping(env: &Env, frames: usize) -> Self {
        Self {
            env: env.clone(),
            expanding: Expanding::default(),
            frames: Kept::new(frames),
        }
    }

    /// Where each of `ids` lies.
    pub(crate) async fn places(&self, ids: &[ChunkId]) -> Result<Vec<ChunkPlace>, ChunkReadError> {
        let places = self.env.catalog.places(ids.to_vec()).await?;
        ids.iter()
            .zip(places)
            .map(|(id, place)| place.ok_or(ChunkReadError::Lost { id: *id }))
            .collect()
    }

    /// The footer of a pack.
    pub(crate) async fn footer(&self, pack: PackName) -> Result<Arc<Footer>, ChunkReadError> {
        Ok(self.env.repository.footer(&pack).await?)
    }

    /// The named frames, expanded. Those that are not at hand are fetched and expanded at the same time.
    pub(crate) async fn frames(
        &mut self,
        keys: &BTreeSet<FrameKey>,
    ) -> Result<BTreeMap<FrameKey, Plain>, ChunkReadError> {
        let mut at_hand = BTreeMap::new();
        let mut missing = Vec::new();
        for key in keys {
            match self.frames.get(key) {
                Some(plain) => drop(at_hand.insert(*key, Arc::clone(plain))),
                None => missing.push((*key, self.footer(key.0).await?)),
            }
        }
        let (env, expanding) = (&self.env, &self.expanding);
        let runs = runs_of(missing)?;
        let fetched = try_join_all(runs.iter().map(|run| fetch(env, expanding, run))).await?;
        for (key, plain) in fetched.into_iter().flatten() {
            self.frames.keep(key, Arc::clone(&plain));
            at_hand.insert(key, plain);
        }
        Ok(at_hand)
    }

    /// One chunk, checked.
    pub(crate) async fn chunk(&mut self, id: ChunkId) -> Result<Vec<u8>, ChunkReadError> {
        let place = self.places(&[id]).await?[0];
        let key = (place.pack, place.frame);
        let frames = self.frames(&BTreeSet::from([key])).await?;
        let bytes = checked(&frames[&key], &place, &id)?;
        Ok(bytes.to_vec())
    }

    /// The manifest of that name.
    pub(crate) async fn manifest(&mut self, id: ChunkId) -> Result<Manifest, ChunkReadError> {
        let bytes = self.chunk(id).await?;
        Manifest::decode(&bytes).map_err(|source| ChunkReadError::List { id, source })
    }

    /// The entries of the page of that name.
    pub(crate) async fn page(&mut self, id: ChunkId) -> Result<Vec<Entry>, ChunkReadError> {
        let bytes = self.chunk(id).await?;
        Page::decode(&bytes).map_err(|source| ChunkReadError::List { id, source })
    }

    /// The witnesses in the page of that name.
    pub(crate) async fn witnesses(&mut self, id: ChunkId) -> Result<Vec<Witness>, ChunkReadError> {
        let bytes = self.chunk(id).await?;
        WitnessPage::decode(&bytes).map_err(|source| ChunkReadError::Witnesses { id, source })
    }
}

/// The chunk at `place` of its expanded frame, if it is the one.
fn checked<'a>(plain: &'a [u8], place: &ChunkPlace, id: &ChunkId) -> Result<&'a [u8], ChunkReadError> {
    chunk_in(plain, place.offset, place.len, id).map_err(|source| ChunkReadError::Chunk {
        place: *place,
        source,
    })
}

/// The things used last, up to a number of them.
struct Kept<K, V> {
    limit: usize,
    things: BTreeMap<K, V>,
    oldest_first: VecDeque<K>,
}

impl<K: Ord + Copy, V> Kept<K, V> {
    fn new(limit: usize) -> Self {
        Self {
            limit,
            things: BTreeMap::new(),
            oldest_first: VecDeque::new(),
        }
    }

    fn get(&mut self, key: &K) -> Option<&V> {
        let thing = self.things.get(key)?;
        if let Some(at) = self.oldest_first.iter().rposition(|kept| kept == key) {
            self.oldest_first.remove(at);
            self.oldest_first.push_back(*key);
        }
        Some(thing)
    }

    fn keep(&mut self, key: K, thing: V) {
        if self.things.insert(key, thing).is_none() {
            self.oldest_first.push_back(key);
        }
        while self.oldest_first.len() > self.limit {
            if let Some(oldest) = self.oldest_first.pop_front() {
                self.things.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_last_is_kept() {
        let mut kept = Kept::new(2);
        kept.keep(1, 'a');
        kept.keep(2, 'b');
        assert_eq!(kept.get(&1), Some(&'a'));
        kept.keep(3, 'c');
        let held: Vec<_> = [1, 2, 3]
            .into_iter()
            .filter(|key| kept.get(key).is_some())
            .collect();
        assert_eq!(held, [1, 3]);
    }
}
