//! Storing packs and records: create-only, and the same bytes twice are fine.

use bytes::Bytes;
use futures_util::StreamExt;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutMode, PutPayload};

use super::error::trouble;
use super::{PutError, RecordKind, Repository, names};
use crate::pack::SealedPack;

/// What storing an object did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It is new.
    New,
    /// The same bytes were there already; nothing was written.
    Already,
}

impl Repository {
    /// Stores a pack; when this returns it would survive a crash, and only then may anything name its chunks.
    pub async fn put_pack(&self, pack: &SealedPack) -> Result<Stored, PutError> {
        self.put_object(names::pack(&pack.name), &pack.payload).await
    }

    /// Stores a record; when this returns it would survive a crash. A record is never rewritten: the same bytes again are
    /// a success, other bytes are refused.
    pub async fn put_record(
        &self,
        kind: RecordKind,
        name: &str,
        bytes: impl Into<Bytes>,
    ) -> Result<Stored, PutError> {
        let path = names::record(kind, name).ok_or_else(|| PutError::BadName {
            name: name.to_owned(),
        })?;
        self.put_object(path, &[bytes.into()]).await
    }

    async fn put_object(&self, path: Path, pieces: &[Bytes]) -> Result<Stored, PutError> {
        let payload: PutPayload = pieces.iter().cloned().collect();
        let failed = |source| PutError::Failed {
            place: self.place(),
            object: path.to_string(),
            source: trouble(source),
        };
        match self
            .store()
            .put_opts(&path, payload, PutMode::Create.into())
            .await
        {
            Ok(_) => Ok(Stored::New),
            Err(object_store::Error::AlreadyExists { .. }) => {
                match self.first_difference(&path, pieces).await.map_err(failed)? {
                    None => Ok(Stored::Already),
                    Some(offset) => Err(PutError::OtherBytes {
                        place: self.place(),
                        object: path.to_string(),
                        offset,
                    }),
                }
            }
            Err(source) => Err(failed(source)),
        }
    }

    /// Where the object that is there first differs from `pieces`.
    async fn first_difference(&self, path: &Path, pieces: &[Bytes]) -> object_store::Result<Option<u64>> {
        let mut wanted = pieces.iter().flat_map(|piece| piece.iter());
        let mut there = self.store().get(path).await?.into_stream();
        let mut offset = 0u64;
        while let Some(part) = there.next().await {
            for byte in part? {
                if wanted.next() != Some(&byte) {
                    return Ok(Some(offset));
                }
                offset += 1;
            }
        }
        Ok(wanted.next().map(|_| offset))
    }
}
