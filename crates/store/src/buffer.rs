//! Recycled byte buffers: a frame's bytes go back to where they came from when nobody needs them any more.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

/// A pool keeps no more idle buffers than this; of about 1 MiB each, one per stage of a worker is enough.
const IDLE_MAX: usize = 8;

/// Larger buffers are given back to the system: the one frame that had to hold the manifest of a huge volume must not
/// cost its memory ever after.
const IDLE_CAPACITY_MAX: usize = 2 << 20;

/// Hands out cleared `Vec<u8>`s and takes them back. Clones share the buffers.
#[derive(Debug, Clone, Default)]
pub(crate) struct BufferPool {
    idle: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl BufferPool {
    /// An empty buffer that can take `capacity` bytes without growing.
    pub(crate) fn take(&self, capacity: usize) -> Buffer {
        let mut bytes = self.lock().pop().unwrap_or_default();
        bytes.clear();
        bytes.reserve(capacity);
        Buffer {
            bytes,
            home: self.clone(),
        }
    }

    /// A poisoned lock guards nothing but spare buffers, which are cleared before use.
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Vec<u8>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A buffer on loan; dropping it returns its memory to the pool.
#[derive(Debug)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    home: BufferPool,
}

impl Deref for Buffer {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.bytes
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if self.bytes.capacity() > IDLE_CAPACITY_MAX {
            return;
        }
        let mut idle = self.home.lock();
        if idle.len() < IDLE_MAX {
            idle.push(std::mem::take(&mut self.bytes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_comes_back_empty() {
        let pool = BufferPool::default();
        let mut buffer = pool.take(100);
        buffer.extend_from_slice(&[7; 100]);
        let address = buffer.as_ptr();
        drop(buffer);
        let again = pool.take(50);
        assert_eq!(again.as_ptr(), address, "the buffer was not recycled");
        assert!(again.is_empty());
    }

    #[test]
    fn the_pool_is_bounded() {
        let pool = BufferPool::default();
        let many: Vec<_> = (0..IDLE_MAX * 3).map(|_| pool.take(1)).collect();
        drop(many);
        assert_eq!(pool.lock().len(), IDLE_MAX);
    }
    #[test]
    fn a_buffer_that_had_to_grow_far_is_not_kept() {
        let pool = BufferPool::default();
        drop(pool.take(IDLE_CAPACITY_MAX + 1));
        assert_eq!(pool.lock().len(), 0);
        drop(pool.take(IDLE_CAPACITY_MAX));
        assert_eq!(pool.lock().len(), 1);
    }
}
