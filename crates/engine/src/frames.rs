//! Frames on their way from a pack to plain bytes: neighbours are read at once, checked and expanded on the compute
//! pool, into memory that is used again.

use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use store::{Effort, Footer, FrameCodec, FrameEntry, FrameFault, PackName, ReadError, Repository};

use crate::env::{Env, compute};
use crate::reader::{ChunkReadError, FrameKey, Plain};

/// Frames are read together up to this many stored bytes: from here on a read costs by its bytes, not by its call, and a
/// folder reads it into memory that it uses again.
const READ_MAX: u64 = 2 << 20;

/// Larger buffers are given back to the system: the frame of a huge manifest must not cost its memory ever after.
const IDLE_CAPACITY_MAX: usize = 2 << 20;

/// No more idle buffers are kept than frames are at hand at the same time in a restore.
const IDLE_MAX: usize = 8;

/// Neighbouring frames of one pack, to be read at once.
#[derive(Clone, Debug)]
pub(crate) struct FrameRun {
    /// The pack.
    pub(crate) pack: PackName,
    /// The number of the first frame.
    pub(crate) first: u32,
    /// The frames.
    pub(crate) entries: Vec<FrameEntry>,
}

impl FrameRun {
    /// Takes frame `number` in, if it is the next one and the read does not get too long.
    fn takes(&mut self, pack: PackName, number: u32, entry: &FrameEntry) -> bool {
        let Some(first) = self.entries.first() else {
            return false;
        };
        let next = usize::try_from(number.wrapping_sub(self.first)).ok() == Some(self.entries.len());
        let bytes = (entry.offset + u64::from(entry.stored_len)).saturating_sub(first.offset);
        let takes = pack == self.pack && next && bytes <= READ_MAX;
        if takes {
            self.entries.push(entry.clone());
        }
        takes
    }

    /// The frames, each with its key and its part of `stored`, the bytes of them all.
    pub(crate) fn cut(&self, stored: &Bytes) -> Vec<(FrameKey, FrameEntry, Bytes)> {
        let mut rest = stored.clone();
        (self.first..)
            .zip(&self.entries)
            .map(|(number, entry)| {
                let len = usize::try_from(entry.stored_len).unwrap_or(usize::MAX);
                let own = rest.split_to(len.min(rest.len()));
                ((self.pack, number), entry.clone(), own)
            })
            .collect()
    }

    /// Its frames one by one.
    pub(crate) fn singles(&self) -> impl Iterator<Item = FrameRun> {
        (self.first..).zip(&self.entries).map(|(first, entry)| FrameRun {
            pack: self.pack,
            first,
            entries: vec![entry.clone()],
        })
    }
}

/// All frames of a pack, in the reads that fetch them.
pub(crate) fn runs_of_pack(pack: PackName, footer: &Footer) -> Vec<FrameRun> {
    let mut runs = Vec::new();
    for (number, entry) in (0_u32..).zip(footer.frames()) {
        add(&mut runs, pack, number, entry);
    }
    runs
}

/// The reads that fetch `wanted`, which is sorted.
pub(crate) fn runs_of(wanted: Vec<(FrameKey, Arc<Footer>)>) -> Result<Vec<FrameRun>, ChunkReadError> {
    let mut runs = Vec::new();
    for ((pack, frame), footer) in wanted {
        let entry = usize::try_from(frame)
            .ok()
            .and_then(|frame| footer.frames().get(frame));
        let entry = entry.ok_or(ChunkReadError::NoSuchFrame {
            pack,
            frame,
            frames: footer.frames().len(),
        })?;
        add(&mut runs, pack, frame, entry);
    }
    Ok(runs)
}

fn add(runs: &mut Vec<FrameRun>, pack: PackName, number: u32, entry: &FrameEntry) {
    let taken = runs
        .last_mut()
        .is_some_and(|run: &mut FrameRun| run.takes(pack, number, entry));
    if !taken {
        runs.push(FrameRun {
            pack,
            first: number,
            entries: vec![entry.clone()],
        });
    }
}

/// Fetches a run and expands its frames, all at the same time.
pub(crate) async fn fetch(
    env: &Env,
    expanding: &Expanding,
    run: &FrameRun,
) -> Result<Vec<(FrameKey, Plain)>, ChunkReadError> {
    let stored = env.repository.fetch_frames(&run.pack, &run.entries).await?;
    let mut under_way = Vec::with_capacity(run.entries.len());
    for (key, entry, stored) in run.cut(&stored) {
        let (repository, expanding) = (env.repository.clone(), expanding.clone());
        let work = move || expanding.expand(&repository, key, &entry, &stored);
        under_way.push((key, compute(&*env.compute, work)));
    }
    let mut frames = Vec::with_capacity(under_way.len());
    for (key, work) in under_way {
        frames.push((key, Arc::new(work.await.map_err(|fault| fault.at(key))?)));
    }
    Ok(frames)
}

/// Why stored bytes did not become a frame.
#[derive(Debug)]
pub(crate) enum ExpandFault {
    /// They are not what was stored.
    Stored(ReadError),
    /// They are, and do not expand.
    Frame(FrameFault),
}

impl ExpandFault {
    fn at(self, (pack, frame): FrameKey) -> ChunkReadError {
        match self {
            Self::Stored(source) => source.into(),
            Self::Frame(source) => ChunkReadError::Frame { pack, frame, source },
        }
    }
}

/// What expanding needs, kept from frame to frame. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Expanding {
    codecs: Arc<Mutex<Vec<FrameCodec>>>,
    idle: Idle,
}

type Idle = Arc<Mutex<Vec<Vec<u8>>>>;

impl Expanding {
    /// Checks and expands the stored bytes of one frame.
    pub(crate) fn expand(
        &self,
        repository: &Repository,
        (pack, _): FrameKey,
        entry: &FrameEntry,
        stored: &[u8],
    ) -> Result<Expanded, ExpandFault> {
        repository
            .check_frame(&pack, entry, stored)
            .map_err(ExpandFault::Stored)?;
        let codec = pop(&self.codecs);
        let mut codec = codec.unwrap_or_else(|| FrameCodec::new(Effort::DEFAULT));
        let mut plain = Expanded {
            bytes: pop(&self.idle).unwrap_or_default(),
            home: Arc::clone(&self.idle),
        };
        let expanded = codec.decompress(stored, entry.codec, entry.plain_len, &mut plain.bytes);
        locked(&self.codecs).push(codec);
        expanded.map(|()| plain).map_err(ExpandFault::Frame)
    }
}

/// Taken in a statement of its own, so that the lock is not held while its thing is used.
fn pop<T>(things: &Mutex<Vec<T>>) -> Option<T> {
    locked(things).pop()
}

/// A poisoned lock guards nothing but spare codecs and memory.
fn locked<T>(things: &Mutex<Vec<T>>) -> std::sync::MutexGuard<'_, Vec<T>> {
    things.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The plain bytes of a frame. Their memory is used again when nobody needs them any more.
pub(crate) struct Expanded {
    bytes: Vec<u8>,
    home: Idle,
}

impl Deref for Expanded {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Expanded {
    fn drop(&mut self) {
        let mut idle = locked(&self.home);
        if self.bytes.capacity() <= IDLE_CAPACITY_MAX && idle.len() < IDLE_MAX {
            idle.push(std::mem::take(&mut self.bytes));
        }
    }
}

#[cfg(test)]
mod tests {
    use store::Codec;

    use super::*;

    fn entry(offset: u64, stored_len: u32) -> FrameEntry {
        FrameEntry {
            offset,
            stored_len,
            plain_len: stored_len,
            crc: 0,
            codec: Codec::Raw,
            chunks: 0..0,
        }
    }

    fn firsts(frames: &[(PackName, u32, FrameEntry)]) -> Vec<(u32, usize)> {
        let mut runs = Vec::new();
        for (pack, number, entry) in frames {
            add(&mut runs, *pack, *number, entry);
        }
        runs.iter().map(|run| (run.first, run.entries.len())).collect()
    }

    #[test]
    fn neighbours_are_read_at_once_up_to_a_limit() {
        let (one, other) = (PackName::from_bytes([1; 32]), PackName::from_bytes([2; 32]));
        let mega = 1 << 20;
        let row: Vec<_> = (0_u32..6)
            .map(|number| (one, number, entry(u64::from(number * mega), mega)))
            .collect();
        assert_eq!(firsts(&row), [(0, 2), (2, 2), (4, 2)]);
        let gap = [row[0].clone(), row[2].clone(), row[3].clone()];
        assert_eq!(firsts(&gap), [(0, 1), (2, 2)]);
        let packs = [row[0].clone(), (other, 1, entry(u64::from(mega), mega))];
        assert_eq!(firsts(&packs), [(0, 1), (1, 1)]);
    }

    #[test]
    fn a_run_is_cut_where_its_frames_meet() {
        let mut runs = Vec::new();
        let pack = PackName::from_bytes([1; 32]);
        add(&mut runs, pack, 7, &entry(100, 3));
        add(&mut runs, pack, 8, &entry(103, 2));
        let parts: Vec<_> = runs[0]
            .cut(&Bytes::from_static(b"abcde"))
            .into_iter()
            .map(|((_, number), _, bytes)| (number, bytes))
            .collect();
        assert_eq!(
            parts,
            [(7, Bytes::from_static(b"abc")), (8, Bytes::from_static(b"de"))]
        );
        assert_eq!(runs[0].singles().map(|run| run.first).collect::<Vec<_>>(), [7, 8]);
    }

    #[test]
    fn the_memory_of_a_frame_is_used_again() {
        let expanding = Expanding::default();
        let bytes = vec![7; 1000];
        let address = bytes.as_ptr();
        drop(Expanded {
            bytes,
            home: Arc::clone(&expanding.idle),
        });
        assert_eq!(pop(&expanding.idle).map(|bytes| bytes.as_ptr()), Some(address));
        drop(Expanded {
            bytes: Vec::with_capacity(IDLE_CAPACITY_MAX + 1),
            home: Arc::clone(&expanding.idle),
        });
        assert!(pop(&expanding.idle).is_none());
    }
}
