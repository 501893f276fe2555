//! A repository: packs and records as immutable objects in an object store.

mod error;
mod footers;
mod names;
mod read;
mod write;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutPayload};
use zerocopy::little_endian::{U16, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::frame::FrameCodec;
use footers::FooterCache;

pub use error::{CreateError, Damage, ListError, OpenError, PutError, ReadError};
pub use names::RecordKind;
pub use write::Stored;

/// The version of the repository format as a whole. Packs, pages and records carry versions of their own.
pub const FORMAT_VERSION: u16 = 1;

const MAGIC: [u8; 8] = *b"SSIBREPO";

#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct RepositoryObject {
    magic: [u8; 8],
    version: U16,
    zero: [u8; 6],
    id: [u8; 16],
    crc: U32,
}

const _: () = assert!(size_of::<RepositoryObject>() == 36);

/// What tells one repository from another: 16 bytes drawn at random when it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RepositoryId(pub [u8; 16]);

impl fmt::Display for RepositoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// An open repository. Clones share everything; reads and writes may run at once.
#[derive(Clone, Debug)]
pub struct Repository {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    store: Arc<dyn ObjectStore>,
    id: RepositoryId,
    footers: FooterCache,
    codecs: Mutex<Vec<FrameCodec>>,
}

impl Repository {
    /// Makes a repository in an empty place. The caller draws the id: chance has an owner.
    pub async fn create(store: Arc<dyn ObjectStore>, id: RepositoryId) -> Result<Repository, CreateError> {
        let mut object = RepositoryObject {
            magic: MAGIC,
            version: FORMAT_VERSION.into(),
            zero: [0; 6],
            id: id.0,
            crc: 0.into(),
        };
        object.crc = checksum(&object).into();
        let payload = PutPayload::from(object.as_bytes().to_vec());
        let path = Path::from(names::REPOSITORY_OBJECT);
        match store.put_opts(&path, payload, PutMode::Create.into()).await {
            Ok(_) => Ok(Repository::over(store, id)),
            Err(object_store::Error::AlreadyExists { .. }) => Err(CreateError::Exists {
                place: store.to_string(),
            }),
            Err(source) => Err(CreateError::Unwritable {
                place: store.to_string(),
                source: error::trouble(source),
            }),
        }
    }

    /// Opens the repository that is there.
    pub async fn open(store: Arc<dyn ObjectStore>) -> Result<Repository, OpenError> {
        let place = store.to_string();
        let got = store.get(&Path::from(names::REPOSITORY_OBJECT)).await;
        let bytes = match got {
            Ok(found) if found.meta.size > size_of::<RepositoryObject>() as u64 => {
                return Err(OpenError::Damaged {
                    place,
                    what: "it is too long",
                });
            }
            Ok(found) => found.bytes().await,
            Err(source) => Err(source),
        };
        match bytes {
            Ok(bytes) => read_object(&bytes, place).map(|id| Repository::over(store, id)),
            Err(object_store::Error::NotFound { .. }) => Err(OpenError::NoRepository { place }),
            Err(source) => Err(OpenError::Unreadable {
                place,
                source: error::trouble(source),
            }),
        }
    }

    fn over(store: Arc<dyn ObjectStore>, id: RepositoryId) -> Repository {
        let (footers, codecs) = (FooterCache::default(), Mutex::default());
        Repository {
            shared: Arc::new(Shared {
                store,
                id,
                footers,
                codecs,
            }),
        }
    }

    /// What tells this repository from any other.
    pub fn id(&self) -> RepositoryId {
        self.shared.id
    }

    /// Where it lies, for messages.
    pub fn place(&self) -> String {
        self.shared.store.to_string()
    }

    fn store(&self) -> &dyn ObjectStore {
        &*self.shared.store
    }

    /// Runs `work` with a codec that others use later.
    fn with_codec<T>(&self, work: impl FnOnce(&mut FrameCodec) -> T) -> T {
        let codecs = || self.shared.codecs.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = codecs().pop();
        let mut codec = idle.unwrap_or_else(|| FrameCodec::new(crate::Effort::DEFAULT));
        let done = work(&mut codec);
        codecs().push(codec);
        done
    }
}

fn checksum(object: &RepositoryObject) -> u32 {
    let bytes = object.as_bytes();
    crc32fast::hash(&bytes[..bytes.len() - size_of::<U32>()])
}

/// The version is looked at before the rest: what a later format puts behind it is not ours to judge.
fn read_object(bytes: &[u8], place: String) -> Result<RepositoryId, OpenError> {
    let damaged = |place, what| Err(OpenError::Damaged { place, what });
    let Ok(object) = RepositoryObject::read_from_bytes(bytes) else {
        return damaged(place, "it is cut off");
    };
    match object.version.get() {
        _ if object.magic != MAGIC => damaged(place, "it does not begin like one"),
        _ if checksum(&object) != object.crc.get() => damaged(place, "its checksum differs"),
        FORMAT_VERSION if object.zero == [0; 6] => Ok(RepositoryId(object.id)),
        FORMAT_VERSION => damaged(place, "its reserved bytes are not zero"),
        found => Err(OpenError::Version {
            place,
            found,
            known: FORMAT_VERSION,
        }),
    }
}
