//! The third stage of a restore: stretches go through the compute pool and on to the device, in order.

use std::collections::VecDeque;
use std::sync::Arc;

use catalog::DomainName;
use dasd::TrackNo;

use super::assemble::{Assembled, assemble};
use super::windows::{Piece, Window};
use super::{RestoreError, Target};
use crate::backup::{Buffers, error_chain};
use crate::domain::{Stretch, UnitKind, blocks_before};
use crate::env::{Computed, Device, Env, compute};
use crate::progress::{Event, Progress};

/// Writes under way at the same time. A second one keeps the disk busy while the first is answered.
const WRITES_MAX: usize = 2;

/// Stretches on their way to the target.
pub(super) struct Writing<'a> {
    env: &'a Env,
    domain: DomainName,
    units: Arc<UnitKind>,
    target: &'a Target,
    progress: &'a dyn Progress,
    buffers: Buffers,
    assembling: VecDeque<Computed<Result<Assembled, RestoreError>>>,
    writes: VecDeque<Computed<Result<Assembled, String>>>,
}

impl<'a> Writing<'a> {
    pub(super) fn new(
        env: &'a Env,
        domain: DomainName,
        target: &'a Target,
        units: Arc<UnitKind>,
        progress: &'a dyn Progress,
    ) -> Self {
        Self {
            env,
            domain,
            units,
            target,
            progress,
            buffers: Buffers::default(),
            assembling: VecDeque::new(),
            writes: VecDeque::new(),
        }
    }

    /// Hands the stretches of a window to the pool, and writes those that are ready.
    pub(super) async fn take_in(&mut self, window: &Window) -> Result<(), RestoreError> {
        let step = self.units.stretches().next();
        let step = step.map_or(1, |stretch| stretch.count);
        let mut first = window.first;
        for pieces in window.pieces.chunks(step as usize) {
            let count = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
            self.hand_in(Stretch { first, count }, pieces, window);
            first += count;
            while self.assembling.len() > self.env.compute.width() {
                self.write().await?;
            }
        }
        Ok(())
    }

    /// Waits until everything is written.
    pub(super) async fn finish(mut self) -> Result<(), RestoreError> {
        while !self.assembling.is_empty() {
            self.write().await?;
        }
        while !self.writes.is_empty() {
            self.written().await?;
        }
        Ok(())
    }

    fn hand_in(&mut self, stretch: Stretch, pieces: &[Piece], window: &Window) {
        let (domain, units, buffer) = (self.domain, Arc::clone(&self.units), self.buffers.take());
        let (pieces, frames) = (pieces.to_vec(), Arc::clone(&window.frames));
        let work = move || assemble(domain, &units, stretch, &pieces, &frames, buffer);
        self.assembling.push_back(compute(&*self.env.compute, work));
    }

    /// Hands the next stretch to the device.
    async fn write(&mut self) -> Result<(), RestoreError> {
        let Some(work) = self.assembling.pop_front() else {
            return Ok(());
        };
        let assembled = work.await?;
        while self.writes.len() >= WRITES_MAX {
            self.written().await?;
        }
        let (device, units) = (Arc::clone(&self.target.device), Arc::clone(&self.units));
        let work = move || put(&*device, &units, &assembled).map(|()| assembled);
        self.writes.push_back(compute(&*self.env.writers, work));
        Ok(())
    }

    async fn written(&mut self) -> Result<(), RestoreError> {
        let Some(write) = self.writes.pop_front() else {
            return Ok(());
        };
        let domain = self.domain;
        let assembled = write
            .await
            .map_err(|reason| RestoreError::Write { domain, reason })?;
        let bytes = assembled.at.len() as u64;
        self.buffers.give(assembled.buffer);
        self.target.device.pace(bytes).await;
        self.progress.event(Event::Done { bytes });
        Ok(())
    }
}

fn put(device: &dyn Device, units: &UnitKind, assembled: &Assembled) -> Result<(), String> {
    let (first, image) = (assembled.stretch.first, &assembled.buffer[assembled.at.clone()]);
    match units {
        UnitKind::Tracks { first: begin, .. } => device
            .write_tracks(TrackNo::new(begin.get() + first), image)
            .map_err(|error| error_chain(&error)),
        UnitKind::Groups { first: begin, .. } => device
            .write_blocks(*begin + blocks_before(first), image)
            .map_err(|error| error_chain(&error)),
    }
}
