//! An object store in memory that writes every change into the trace.

use std::fmt;
use std::sync::Arc;

use ::store::ChunkId;
use bytes::Bytes;
use engine::Clock;
use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, ObjectStoreExt,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

use super::trace::Trace;

/// The store of a world.
pub(super) struct TracedStore {
    inner: InMemory,
    trace: Arc<Trace>,
    clock: Arc<dyn Clock>,
}

impl TracedStore {
    pub(super) fn new(trace: Arc<Trace>, clock: Arc<dyn Clock>) -> Self {
        Self {
            inner: InMemory::new(),
            trace,
            clock,
        }
    }

    /// Every object with the hash of its bytes, sorted by name.
    pub(super) async fn objects(&self) -> Vec<(String, ChunkId)> {
        let listed: Vec<ObjectMeta> = self
            .inner
            .list(None)
            .try_collect()
            .await
            .expect("memory can be listed");
        let mut objects = Vec::with_capacity(listed.len());
        for meta in listed {
            let got = self
                .inner
                .get(&meta.location)
                .await
                .expect("what is listed in memory is there");
            let bytes: Bytes = got.bytes().await.expect("memory can be read");
            objects.push((meta.location.to_string(), ChunkId::of(&bytes)));
        }
        objects.sort();
        objects
    }
}

impl fmt::Display for TracedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the repository of the simulated world")
    }
}

impl fmt::Debug for TracedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[async_trait::async_trait]
impl ObjectStore for TracedStore {
    async fn put_opts(&self, at: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        self.trace.line(
            &*self.clock,
            &format!("put {at}, {} bytes", payload.content_length()),
        );
        self.inner.put_opts(at, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        at: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.trace.line(&*self.clock, &format!("put {at} in parts"));
        self.inner.put_multipart_opts(at, options).await
    }

    async fn get_opts(&self, at: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(at, options).await
    }

    fn delete_stream(&self, places: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.trace.line(&*self.clock, "delete objects");
        self.inner.delete_stream(places)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.trace.line(&*self.clock, &format!("copy {from} to {to}"));
        self.inner.copy_opts(from, to, options).await
    }
}
