//! Aligned, recycled memory that a pack is assembled in and written from.
//!
//! Direct I/O takes only memory whose address, length and file offset are multiples of the device's block. A slab is an
//! over-allocated vector with an aligned window, so no `unsafe` is needed; it is filled once and then shared as [`Bytes`],
//! and its memory returns to the pool when the last clone is dropped.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

/// Direct I/O works with multiples of this on every device in common use (512 or 4096 bytes).
pub(crate) const ALIGNMENT: usize = 4096;

/// One write call: from this size on the device is the limit. Four of them make a pack.
pub(crate) const SLAB_LEN: usize = 2 << 20;

/// The slabs of one pack in the making and two on their way to the disk.
const IDLE_MAX: usize = 12;

/// Where slabs come from and return to. Clones share the memory; give one pool to all pack writers of a process.
#[derive(Debug, Clone, Default)]
pub struct SlabPool {
    idle: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl SlabPool {
    /// A pool without any memory yet.
    pub fn new() -> SlabPool {
        SlabPool::default()
    }

    pub(crate) fn take(&self) -> Slab {
        let recycled = self.lock().pop();
        let mut storage = recycled.unwrap_or_else(|| Vec::with_capacity(SLAB_LEN + ALIGNMENT));
        storage.clear();
        let start = storage.as_ptr().align_offset(ALIGNMENT);
        storage.resize(start, 0);
        Slab {
            storage,
            start,
            home: self.clone(),
        }
    }

    /// A poisoned lock guards nothing but spare memory.
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Vec<u8>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Up to [`SLAB_LEN`] bytes that begin at an aligned address.
#[derive(Debug)]
pub(crate) struct Slab {
    /// Never grows beyond the capacity it was made with, so the window stays where it is.
    storage: Vec<u8>,
    start: usize,
    home: SlabPool,
}

impl Slab {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.storage[self.start..]
    }

    /// Fills the slab with the next `len` bytes of `from`, or with what is left of it. At most [`SLAB_LEN`] are taken.
    pub(crate) fn read(&mut self, from: impl Read, len: usize) -> io::Result<()> {
        self.clear();
        // `read_to_end` writes into memory that was not cleared before, and never beyond the limit.
        let limit = len.min(SLAB_LEN) as u64;
        from.take(limit).read_to_end(&mut self.storage).map(drop)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.storage.len() == self.start
    }

    pub(crate) fn is_full(&self) -> bool {
        self.bytes().len() == SLAB_LEN
    }

    /// Copies as much of `from` as there is room for and returns the rest.
    pub(crate) fn fill<'a>(&mut self, from: &'a [u8]) -> &'a [u8] {
        let room = SLAB_LEN - self.bytes().len();
        let (now, later) = from.split_at(room.min(from.len()));
        self.storage.extend_from_slice(now);
        later
    }

    /// Forgets the content and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.storage.truncate(self.start);
    }

    /// Shares the content; the memory returns to the pool with the last clone.
    pub(crate) fn into_bytes(self) -> Bytes {
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for Slab {
    fn as_ref(&self) -> &[u8] {
        self.bytes()
    }
}

impl Drop for Slab {
    fn drop(&mut self) {
        let mut idle = self.home.lock();
        if idle.len() < IDLE_MAX {
            idle.push(std::mem::take(&mut self.storage));
        }
    }
}

/// Bytes laid behind each other in as many slabs as they need.
#[derive(Debug)]
pub(crate) struct SlabWriter {
    pool: SlabPool,
    full: Vec<Bytes>,
    current: Slab,
    len: u64,
}

impl SlabWriter {
    pub(crate) fn new(pool: SlabPool) -> SlabWriter {
        let current = pool.take();
        SlabWriter {
            pool,
            full: Vec::new(),
            current,
            len: 0,
        }
    }

    /// Bytes written so far.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn write(&mut self, mut from: &[u8]) {
        self.len += from.len() as u64;
        while !from.is_empty() {
            if self.current.is_full() {
                let next = self.pool.take();
                self.full
                    .push(std::mem::replace(&mut self.current, next).into_bytes());
            }
            from = self.current.fill(from);
        }
    }

    pub(crate) fn finish(mut self) -> Vec<Bytes> {
        if !self.current.is_empty() {
            self.full.push(self.current.into_bytes());
        }
        self.full
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slabs_are_aligned_full_and_recycled() {
        let pool = SlabPool::new();
        let mut writer = SlabWriter::new(pool.clone());
        let data: Vec<u8> = (0..SLAB_LEN * 2 + 100)
            .map(|n| u8::try_from(n % 251).unwrap())
            .collect();
        for piece in data.chunks(1_000_003) {
            writer.write(piece);
        }
        assert_eq!(writer.len(), data.len() as u64);
        let slabs = writer.finish();
        assert_eq!(slabs.concat(), data);
        assert_eq!(
            slabs.iter().map(Bytes::len).collect::<Vec<_>>(),
            [SLAB_LEN, SLAB_LEN, 100]
        );
        assert!(
            slabs
                .iter()
                .all(|slab| slab.as_ptr().align_offset(ALIGNMENT) == 0)
        );
        drop(slabs);
        assert_eq!(pool.lock().len(), 3);
    }
}
