//! The first stage of a restore: the chunk list is read page by page, and the frames that the next stretches need
//! are fetched and expanded while those before them are still being written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use catalog::DomainName;
use store::{ChunkId, ChunkPlace, Entry};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::RestoreError;
use super::assemble::place_of;
use crate::domain::UnitKind;
use crate::env::Env;
use crate::reader::{ChunkReadError, ChunkReader, FrameKey, Plain};

/// Frames that are fetched at once: enough that the pool never waits for a read.
const WINDOW_FRAMES_MAX: usize = 8;

/// Stretches whose frames are fetched at once: a disk of zeros has few frames and must still be reported on.
const WINDOW_STRETCHES_MAX: usize = 4;

/// Expanded frames that are kept for later windows. New tracks lie in frames in the order in which they were read, so
/// a window needs the last frame of the one before it, a frame for each incremental since, and that of the empty
/// track.
const FRAMES_KEPT: usize = 8;

/// A unit's place in the chunk list, and where its chunk lies.
pub(super) type Piece = (Entry, ChunkPlace);

/// Some neighbouring stretches with everything that it takes to put them together.
pub(super) struct Window {
    /// The first unit, counted from the begin of the domain.
    pub(super) first: u32,
    /// The units.
    pub(super) pieces: Vec<Piece>,
    /// The frames that their chunks lie in.
    pub(super) frames: Arc<BTreeMap<FrameKey, Plain>>,
}

/// The windows of a domain, in order.
pub(super) struct Windows {
    windows: mpsc::Receiver<Result<Window, RestoreError>>,
    /// One task; dropping it ends the fetching.
    _fetching: JoinSet<()>,
}

impl Windows {
    /// Begins to fetch the domain whose chunk list is `manifest`.
    pub(super) fn open(env: &Env, domain: DomainName, manifest: ChunkId, units: Arc<UnitKind>) -> Self {
        // One window is fetched, or waits, while one is written: more would only hold more memory.
        let (out, windows) = mpsc::channel(1);
        let mut fetch = Fetch {
            reader: ChunkReader::keeping(env, FRAMES_KEPT),
            domain,
            units,
            next: 0,
            out: out.clone(),
        };
        let mut fetching = JoinSet::new();
        fetching.spawn(async move {
            if let Err(Ended::Failed(error)) = fetch.run(manifest).await {
                // Nobody is harmed by an error that nobody waits for.
                drop(out.send(Err(error)).await);
            }
        });
        Self {
            windows,
            _fetching: fetching,
        }
    }

    /// The next window; none when all units were handed out.
    pub(super) async fn next(&mut self) -> Result<Option<Window>, RestoreError> {
        self.windows.recv().await.transpose()
    }
}

/// Why fetching ended before its time.
enum Ended {
    Failed(RestoreError),
    /// Nobody takes the windows any more.
    Unwanted,
}

impl From<RestoreError> for Ended {
    fn from(error: RestoreError) -> Self {
        Self::Failed(error)
    }
}

struct Fetch {
    reader: ChunkReader,
    domain: DomainName,
    units: Arc<UnitKind>,
    next: u32,
    out: mpsc::Sender<Result<Window, RestoreError>>,
}

impl Fetch {
    async fn run(&mut self, manifest: ChunkId) -> Result<(), Ended> {
        let manifest = self.reader.manifest(manifest).await;
        let manifest = manifest.map_err(|source| self.failed("the manifest".to_owned(), source))?;
        self.check_length(manifest.entries, u64::from(self.units.count()))?;
        for page in manifest.pages {
            let entries = self.reader.page(page).await;
            let entries =
                entries.map_err(|source| self.failed("a page of the chunk list".to_owned(), source))?;
            let listed = u64::from(self.next) + entries.len() as u64;
            self.check_length(
                listed.max(u64::from(self.units.count())),
                u64::from(self.units.count()),
            )?;
            self.page(&entries).await?;
        }
        self.check_length(u64::from(self.next), u64::from(self.units.count()))?;
        Ok(())
    }

    /// Hands out the windows of one page.
    async fn page(&mut self, entries: &[Entry]) -> Result<(), Ended> {
        let step = self
            .units
            .stretches()
            .next()
            .map_or(1, |stretch| stretch.count as usize);
        let ids: BTreeSet<ChunkId> = entries.iter().map(|entry| entry.id).collect();
        let ids: Vec<ChunkId> = ids.into_iter().collect();
        let places = self
            .reader
            .places(&ids)
            .await
            .map_err(|source| self.lost(source))?;
        let places: BTreeMap<ChunkId, ChunkPlace> = ids.into_iter().zip(places).collect();
        let pieces: Vec<Piece> = entries.iter().map(|entry| (*entry, places[&entry.id])).collect();
        let mut rest = &pieces[..];
        while !rest.is_empty() {
            // Nothing is fetched that nobody can take yet.
            let room = self.out.clone().reserve_owned().await;
            let room = room.map_err(|_| Ended::Unwanted)?;
            let (pieces, keys) = window_of(rest, step);
            rest = &rest[pieces.len()..];
            let frames = self
                .reader
                .frames(&keys)
                .await
                .map_err(|source| self.lost(source))?;
            let window = Window {
                first: self.next,
                pieces: pieces.to_vec(),
                frames: Arc::new(frames),
            };
            self.next += u32::try_from(pieces.len()).unwrap_or(u32::MAX);
            room.send(Ok(window));
        }
        Ok(())
    }

    fn check_length(&self, listed: u64, expected: u64) -> Result<(), RestoreError> {
        if listed == expected {
            return Ok(());
        }
        Err(RestoreError::OtherLength {
            domain: self.domain,
            listed,
            expected,
        })
    }

    fn lost(&self, source: ChunkReadError) -> RestoreError {
        self.failed(place_of(&self.units, self.next), source)
    }

    fn failed(&self, place: String, source: ChunkReadError) -> RestoreError {
        RestoreError::Chunk {
            domain: self.domain,
            place,
            source,
        }
    }
}

/// The first of `pieces` whose frames are fetched together, and those frames: whole stretches if they can be had.
/// Chunks that are stored once and used often lie anywhere, so it is the number of frames that is bounded.
fn window_of(pieces: &[Piece], step: usize) -> (&[Piece], BTreeSet<FrameKey>) {
    let most = &pieces[..pieces.len().min(step * WINDOW_STRETCHES_MAX)];
    let key = |(_, place): &Piece| (place.pack, place.frame);
    let mut keys = BTreeSet::new();
    let fits = most.iter().take_while(|piece| {
        keys.insert(key(piece));
        keys.len() <= WINDOW_FRAMES_MAX
    });
    let fits = fits.count();
    let taken = if fits < pieces.len() && fits >= step {
        fits - fits % step
    } else {
        fits
    };
    (&pieces[..taken], pieces[..taken].iter().map(key).collect())
}

#[cfg(test)]
mod tests {
    use store::PackName;

    use super::*;

    #[test]
    fn a_window_is_bounded_by_its_frames_and_never_empty() {
        let piece = |frame: u32| {
            let (id, pack) = (ChunkId::of(b""), PackName::from_bytes([0; 32]));
            let place = ChunkPlace {
                pack,
                frame,
                offset: 0,
                len: 0,
            };
            (Entry { id, tag: 0 }, place)
        };
        let lengths = |frames: &[u32], step: usize| {
            let pieces: Vec<Piece> = frames.iter().map(|frame| piece(*frame)).collect();
            let (window, keys) = window_of(&pieces, step);
            (window.len(), keys.len())
        };
        let apart: Vec<u32> = (0..40).collect();
        assert_eq!(
            lengths(&apart, 2),
            (8, 8),
            "four stretches, a fifth has too many frames"
        );
        assert_eq!(lengths(&apart, 5), (5, 5), "a second stretch has too many frames");
        assert_eq!(lengths(&apart, 20), (8, 8), "not even one stretch");
        assert_eq!(lengths(&[5; 40], 3), (3 * WINDOW_STRETCHES_MAX, 1));
        assert_eq!(lengths(&[5; 2], 3), (2, 1));
    }
}
