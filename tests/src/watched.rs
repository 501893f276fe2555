//! A store in memory that remembers the order of its changes and can refuse one of them.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

/// The store.
#[derive(Default)]
pub struct Watched {
    inner: InMemory,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    put: Vec<String>,
    tried: usize,
    /// The number of the put that fails, from 1, and whether every one after it fails as well.
    refused: Option<(usize, bool)>,
}

impl Watched {
    /// A store whose `number`th put, counted from now, fails; with `for_good` all that follow fail too.
    pub fn refuse(&self, number: usize, for_good: bool) {
        let mut state = self.state();
        state.refused = Some((state.tried + number, for_good));
    }

    /// Refuses nothing any more.
    pub fn mend(&self) {
        self.state().refused = None;
    }

    /// The names of the objects in the order in which they became durable.
    pub fn order(&self) -> Vec<String> {
        self.state().put.clone()
    }

    /// How many puts were tried.
    pub fn tried(&self) -> usize {
        self.state().tried
    }

    /// Every object with its bytes, sorted by name.
    pub async fn objects(&self) -> Vec<(String, Vec<u8>)> {
        let listed: Vec<ObjectMeta> = self.inner.list(None).try_collect().await.unwrap();
        let mut objects = Vec::new();
        for meta in listed {
            let bytes = self
                .inner
                .get(&meta.location)
                .await
                .unwrap()
                .bytes()
                .await
                .unwrap();
            objects.push((meta.location.to_string(), bytes.to_vec()));
        }
        objects.sort();
        objects
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the watched store")
    }
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[async_trait::async_trait]
impl ObjectStore for Watched {
    async fn put_opts(&self, at: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let refused = {
            let mut state = self.state();
            state.tried += 1;
            let tried = state.tried;
            state
                .refused
                .is_some_and(|(number, for_good)| tried == number || (for_good && tried > number))
        };
        if refused {
            return Err(Error::Generic {
                store: "watched",
                source: "no space is left (the test says so)".into(),
            });
        }
        // Others get their turn while this one is under way, as with any real store.
        tokio::task::yield_now().await;
        let result = self.inner.put_opts(at, payload, options).await?;
        self.state().put.push(at.to_string());
        Ok(result)
    }

    async fn put_multipart_opts(
        &self,
        at: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(at, options).await
    }

    async fn get_opts(&self, at: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(at, options).await
    }

    fn delete_stream(&self, places: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(places)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}
