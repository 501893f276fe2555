//! Chunks of a domain on their way from the claim to the packer. Claims are handed in while the ones before them are
//! still being decided, and answered in the same order, so that packs do not depend on who was fast.

use std::collections::{BTreeMap, VecDeque};

use catalog::{Claim, ClaimAnswer};
use store::{ChunkId, Entry};

use super::BackupError;
use super::base::Base;
use super::capture::Captured;
use super::ledger::Source;
use super::reading::{ChunkList, FullPage, ListChunk, Origin, Reading, Taken};
use super::worker::Worker;

/// Claims under way at the same time. Each holds the buffer of its stretch.
const CLAIMS_MAX: usize = 2;

/// Pages that are claimed and stored together, those of witnesses included: about as many as fill a frame, so that
/// whoever reads a chunk list expands few frames.
const PAGES_TOGETHER: usize = 40;

/// What reading a domain gave so far.
#[derive(Default)]
pub(super) struct Copied {
    pub(super) bytes: u64,
    pub(super) new_chunks: u64,
    pub(super) new_bytes: u64,
    /// Chunks that other workers promised to store.
    pub(super) awaited: BTreeMap<ChunkId, Source>,
}

/// The claims of one domain that are under way, and what came of those before them.
#[derive(Default)]
pub(super) struct Intake {
    under_way: VecDeque<Asked>,
    /// Pages that were not claimed yet.
    pages: Vec<ListChunk>,
    list: ChunkList,
    pub(super) copied: Copied,
}

/// One claim, and what it is about.
struct Asked {
    answer: ClaimAnswer,
    of: Asking,
}

enum Asking {
    /// Units of a stretch.
    Units {
        captured: Captured,
        /// The number of its first unit in the domain.
        first: u32,
        /// Which of them were claimed, counted from that one.
        claimed: Vec<u32>,
    },
    /// Pages, or a manifest.
    Lists(Vec<ListChunk>),
}

impl Worker {
    /// Takes in a stretch that was read without a fault: its entries go on the list, and what the base does not have
    /// is claimed.
    pub(super) async fn take_in(
        &mut self,
        intake: &mut Intake,
        reading: &Reading,
        taken: Taken,
        mut base: Option<&mut Base>,
    ) -> Result<(), BackupError> {
        let (captured, first) = (taken.captured, taken.stretch.first);
        let units = captured.units.as_deref().unwrap_or_default();
        let mut entries = Vec::with_capacity(units.len());
        let mut claimed = Vec::new();
        let mut ids: Vec<ChunkId> = Vec::new();
        for (within, unit) in (0..).zip(units) {
            let entry = Entry {
                id: unit.id,
                tag: unit.tag,
            };
            let before = taken.base.get(within as usize).and_then(Option::as_ref);
            let same = base.as_mut().is_some_and(|base| base.has(before, &entry));
            // Neighbours are often equal: empty tracks above all. They are claimed once.
            if !same && ids.last() != Some(&entry.id) {
                ids.push(entry.id);
                claimed.push(within);
            }
            entries.push((entry, unit.witness));
        }
        if ids.is_empty() {
            self.buffers.give(captured.buffer);
        } else {
            let of = Asking::Units {
                captured,
                first,
                claimed,
            };
            self.claim(intake, ids, of).await?;
        }
        for (entry, witness) in entries {
            let full = intake.list.push(entry, witness);
            self.take_page(intake, full, base.as_deref()).await?;
        }
        while intake.under_way.len() > CLAIMS_MAX {
            self.take_answer(intake, reading).await?;
        }
        Ok(())
    }

    /// Takes in the end of the list. Returns the name of the manifest.
    pub(super) async fn take_in_list(
        &mut self,
        intake: &mut Intake,
        base: Option<&Base>,
        origin: Origin,
    ) -> Result<ChunkId, BackupError> {
        let last = intake.list.last();
        self.take_page(intake, last, base).await?;
        let manifest = std::mem::take(&mut intake.list).manifest(origin);
        let id = manifest.id;
        let mut lists = std::mem::take(&mut intake.pages);
        if !base.is_some_and(|base| base.has_manifest(id)) {
            lists.push(manifest);
        }
        self.claim_lists(intake, lists).await?;
        Ok(id)
    }

    /// Waits for all claims under way. What was claimed is stored even when the domain failed meanwhile: others may
    /// count on it.
    pub(super) async fn take_answers(
        &mut self,
        intake: &mut Intake,
        reading: &Reading,
    ) -> Result<(), BackupError> {
        while !intake.under_way.is_empty() {
            self.take_answer(intake, reading).await?;
        }
        Ok(())
    }

    async fn take_page(
        &mut self,
        intake: &mut Intake,
        full: Option<FullPage>,
        base: Option<&Base>,
    ) -> Result<(), BackupError> {
        let Some(full) = full else { return Ok(()) };
        if !base.is_some_and(|base| base.has_page(full.number, full.page.id)) {
            intake.pages.push(full.page);
        }
        let known = |page: &ListChunk| base.is_some_and(|base| base.has_witnesses(full.number, page.id));
        intake.pages.extend(full.witnesses.filter(|page| !known(page)));
        if intake.pages.len() >= PAGES_TOGETHER {
            let pages = std::mem::take(&mut intake.pages);
            self.claim_lists(intake, pages).await?;
        }
        Ok(())
    }

    async fn claim_lists(&mut self, intake: &mut Intake, lists: Vec<ListChunk>) -> Result<(), BackupError> {
        if lists.is_empty() {
            return Ok(());
        }
        let ids = lists.iter().map(|list| list.id).collect();
        self.claim(intake, ids, Asking::Lists(lists)).await
    }

    async fn claim(&mut self, intake: &mut Intake, ids: Vec<ChunkId>, of: Asking) -> Result<(), BackupError> {
        let answer = self.env.catalog.hand_in_claim(self.id, ids).await?;
        intake.under_way.push_back(Asked { answer, of });
        Ok(())
    }

    /// Waits for the first of the claims under way and stores what fell to us.
    async fn take_answer(&mut self, intake: &mut Intake, reading: &Reading) -> Result<(), BackupError> {
        let Some(Asked { answer, of }) = intake.under_way.pop_front() else {
            return Ok(());
        };
        let claims = answer.get().await?;
        let copied = &mut intake.copied;
        match of {
            Asking::Units {
                captured,
                first,
                claimed,
            } => {
                let units = captured.units.as_deref().unwrap_or_default();
                for (within, claim) in claimed.into_iter().zip(claims) {
                    let unit = &units[within as usize];
                    match claim {
                        Claim::Known | Claim::Mine => {}
                        Claim::Yours => {
                            let bytes = &captured.buffer[unit.at.clone()];
                            self.packer.push(unit.id, bytes).await?;
                            copied.new_chunks += 1;
                            copied.new_bytes += bytes.len() as u64;
                        }
                        Claim::Awaited => {
                            copied.awaited.insert(unit.id, reading.source(first + within));
                        }
                    }
                }
                self.buffers.give(captured.buffer);
            }
            Asking::Lists(lists) => {
                for (ListChunk { id, bytes }, claim) in lists.into_iter().zip(claims) {
                    match claim {
                        Claim::Known | Claim::Mine => {}
                        Claim::Yours => self.packer.push(id, &bytes).await?,
                        Claim::Awaited => drop(copied.awaited.insert(id, Source::Bytes(bytes.into()))),
                    }
                }
            }
        }
        Ok(())
    }
}
