//! A local folder as an object store whose `put` is durable and all or nothing.
//!
//! `put` writes under a temporary name in the same folder, past the page cache where the file system allows it, flushes
//! the data, renames, and flushes the folder. Whoever sees an object sees all of it, and after `Ok` a power failure does
//! not take it away. Everything else is `object_store`'s own local file system.
//!
//! A crash leaves at most a file with a temporary name: listings pass over it, [`Folder::sweep`] removes it.

mod direct;
mod publish;
mod read;
mod sweep;

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMode,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions,
};

use crate::slab::SlabPool;

/// Why a folder cannot hold a repository.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the folder {path}: it must exist and be accessible")]
pub struct FolderError {
    path: String,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// A local folder. Clones share its buffers.
#[derive(Debug, Clone)]
pub struct Folder {
    inner: LocalFileSystem,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    root: PathBuf,
    slabs: SlabPool,
    /// Folders whose own names are known to be on disk.
    durable: Mutex<BTreeSet<PathBuf>>,
}

impl Folder {
    /// The folder at `path`, which exists.
    pub fn open(path: &std::path::Path) -> Result<Folder, FolderError> {
        let refused = |source| FolderError {
            path: path.display().to_string(),
            source,
        };
        let root = std::fs::canonicalize(path).map_err(|source| refused(source.into()))?;
        if !root.is_dir() {
            return Err(refused(io::Error::from(io::ErrorKind::NotADirectory).into()));
        }
        let inner = LocalFileSystem::new_with_prefix(&root).map_err(|source| refused(source.into()))?;
        let durable = Mutex::new(BTreeSet::from([root.clone()]));
        let shared = Shared {
            root,
            slabs: SlabPool::new(),
            durable,
        };
        Ok(Folder {
            inner: inner.with_fsync(true),
            shared: Arc::new(shared),
        })
    }

    /// The folder at `path`, made with all folders above it if it is not there.
    pub fn create(path: &std::path::Path) -> Result<Folder, FolderError> {
        let refused = |source: io::Error| FolderError {
            path: path.display().to_string(),
            source: source.into(),
        };
        let absolute = std::path::absolute(path).map_err(refused)?;
        publish::make_folders(&absolute).map_err(refused)?;
        Folder::open(path)
    }

    /// Removes what crashed writers left behind: temporary files of this program that were last written before `before`.
    /// Only the owner of the catalog does this, with a time before any living writer's lease began. Returns how many.
    pub fn sweep(&self, before: SystemTime) -> io::Result<usize> {
        sweep::sweep(&self.shared.root, before)
    }
}

impl Shared {
    fn put(
        &self,
        target: PathBuf,
        payload: PutPayload,
        create_only: bool,
    ) -> object_store::Result<PutResult> {
        let written = self
            .make_durable(target.parent().unwrap_or(&self.root))
            .and_then(|()| publish::put(&target, payload.as_ref(), create_only, &self.slabs));
        match written {
            Ok(()) => Ok(PutResult {
                e_tag: None,
                version: None,
                extensions: Default::default(),
            }),
            Err(source) if create_only && source.kind() == io::ErrorKind::AlreadyExists => {
                Err(object_store::Error::AlreadyExists {
                    path: target.display().to_string(),
                    source: source.into(),
                })
            }
            Err(source) => {
                let source = WriteError {
                    path: target.display().to_string(),
                    source,
                };
                Err(object_store::Error::Generic {
                    store: "folder",
                    source: Box::new(source),
                })
            }
        }
    }

    /// Makes a folder below the root, and flushes every name on the way to it once per run: a folder that is there may
    /// have been made by another process a moment ago.
    fn make_durable(&self, folder: &std::path::Path) -> io::Result<()> {
        let known = || self.durable.lock().unwrap_or_else(PoisonError::into_inner);
        if known().contains(folder) {
            return Ok(());
        }
        if let Some(parent) = folder.parent().filter(|_| folder != self.root) {
            self.make_durable(parent)?;
            publish::make_folder(folder)?;
            publish::sync_folder(parent)?;
        }
        known().insert(folder.to_path_buf());
        Ok(())
    }
}

#[derive(Debug, thiserror::Error)]
#[error("cannot write {path}")]
struct WriteError {
    path: String,
    source: io::Error,
}

impl fmt::Display for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "folder {}", self.shared.root.display())
    }
}

/// File work does not belong on a thread that runs tasks. The simulator never comes here: it keeps objects in memory.
#[allow(
    clippy::disallowed_methods,
    reason = "only production uses folders; the simulator has the in-memory store"
)]
async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> object_store::Result<T> + Send + 'static,
) -> object_store::Result<T> {
    if tokio::runtime::Handle::try_current().is_err() {
        return work();
    }
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(source) => Err(object_store::Error::JoinError { source }),
    }
}

// The signatures are those that `async_trait` gives the trait; the macro itself is not needed to write them.
impl ObjectStore for Folder {
    fn put_opts<'a, 'b, 'c>(
        &'a self,
        location: &'b Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> BoxFuture<'c, object_store::Result<PutResult>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        Box::pin(async move {
            let create_only = match opts.mode {
                PutMode::Create => true,
                PutMode::Overwrite => false,
                PutMode::Update(_) => {
                    return Err(object_store::Error::NotImplemented {
                        operation: "put with an expected version".into(),
                        implementer: self.to_string(),
                    });
                }
            };
            let target = self.inner.path_to_filesystem(location)?;
            let shared = self.shared.clone();
            off_the_runtime(move || shared.put(target, payload, create_only)).await
        })
    }

    fn put_multipart_opts<'a, 'b, 'c>(
        &'a self,
        location: &'b Path,
        opts: PutMultipartOptions,
    ) -> BoxFuture<'c, object_store::Result<Box<dyn MultipartUpload>>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        self.inner.put_multipart_opts(location, opts)
    }

    fn get_opts<'a, 'b, 'c>(
        &'a self,
        location: &'b Path,
        options: GetOptions,
    ) -> BoxFuture<'c, object_store::Result<GetResult>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        self.inner.get_opts(location, options)
    }

    fn get_ranges<'a, 'b, 'd, 'c>(
        &'a self,
        location: &'b Path,
        ranges: &'d [Range<u64>],
    ) -> BoxFuture<'c, object_store::Result<Vec<Bytes>>>
    where
        'a: 'c,
        'b: 'c,
        'd: 'c,
        Self: 'c,
    {
        Box::pin(async move {
            if !ranges.iter().all(read::fits) {
                return self.inner.get_ranges(location, ranges).await;
            }
            let path = self.inner.path_to_filesystem(location)?;
            let (location, ranges, shared) = (location.clone(), ranges.to_vec(), self.shared.clone());
            off_the_runtime(move || read::ranges(&path, &location, &ranges, &shared.slabs)).await
        })
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, object_store::Result<Path>>,
    ) -> BoxStream<'static, object_store::Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    fn list_with_delimiter<'a, 'b, 'c>(
        &'a self,
        prefix: Option<&'b Path>,
    ) -> BoxFuture<'c, object_store::Result<ListResult>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        self.inner.list_with_delimiter(prefix)
    }

    fn copy_opts<'a, 'b, 'd, 'c>(
        &'a self,
        from: &'b Path,
        to: &'d Path,
        options: CopyOptions,
    ) -> BoxFuture<'c, object_store::Result<()>>
    where
        'a: 'c,
        'b: 'c,
        'd: 'c,
        Self: 'c,
    {
        self.inner.copy_opts(from, to, options)
    }

    fn rename_opts<'a, 'b, 'd, 'c>(
        &'a self,
        from: &'b Path,
        to: &'d Path,
        options: RenameOptions,
    ) -> BoxFuture<'c, object_store::Result<()>>
    where
        'a: 'c,
        'b: 'c,
        'd: 'c,
        Self: 'c,
    {
        self.inner.rename_opts(from, to, options)
    }
}
