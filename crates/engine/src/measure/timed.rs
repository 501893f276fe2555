//! Clocks for the stages.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dasd::{BlockError, BlockNo, Geometry, TrackError, TrackNo};
use futures_util::future::BoxFuture;
use zvm::VolumeKey;

use crate::env::{Clock, Device};

/// Measures from now on.
pub(super) struct Watch<'a> {
    clock: &'a dyn Clock,
    begun: i64,
}

impl<'a> Watch<'a> {
    pub(super) fn start(clock: &'a dyn Clock) -> Self {
        Self {
            clock,
            begun: clock.now().as_micros(),
        }
    }

    pub(super) fn micros(&self) -> u64 {
        u64::try_from(self.clock.now().as_micros() - self.begun).unwrap_or_default()
    }
}

/// A device that notes how long reading takes.
pub(super) struct Timed {
    inner: Arc<dyn Device>,
    clock: Arc<dyn Clock>,
    micros: AtomicU64,
}

impl Timed {
    pub(super) fn new(inner: Arc<dyn Device>, clock: Arc<dyn Clock>) -> Self {
        Self {
            inner,
            clock,
            micros: AtomicU64::new(0),
        }
    }

    /// Microseconds spent reading since the last question.
    pub(super) fn reading(&self) -> u64 {
        self.micros.swap(0, Ordering::Relaxed)
    }

    fn note(&self, watch: &Watch<'_>) {
        self.micros.fetch_add(watch.micros(), Ordering::Relaxed);
    }
}

impl Device for Timed {
    fn key(&self) -> &VolumeKey {
        self.inner.key()
    }
    fn geometry(&self) -> &Geometry {
        self.inner.geometry()
    }
    fn read_tracks(&self, first: TrackNo, slots: &mut [u8], faults: &mut Vec<TrackError>) {
        let watch = Watch::start(&*self.clock);
        self.inner.read_tracks(first, slots, faults);
        self.note(&watch);
    }
    fn read_blocks(&self, first: BlockNo, into: &mut [u8]) -> Result<(), BlockError> {
        let watch = Watch::start(&*self.clock);
        let read = self.inner.read_blocks(first, into);
        self.note(&watch);
        read
    }
    fn write_tracks(&self, first: TrackNo, slots: &[u8]) -> Result<(), TrackError> {
        self.inner.write_tracks(first, slots)
    }
    fn write_blocks(&self, first: BlockNo, from: &[u8]) -> Result<(), BlockError> {
        self.inner.write_blocks(first, from)
    }
    fn sync(&self) -> std::io::Result<()> {
        self.inner.sync()
    }
    fn pace(&self, bytes: u64) -> BoxFuture<'_, ()> {
        self.inner.pace(bytes)
    }
}
