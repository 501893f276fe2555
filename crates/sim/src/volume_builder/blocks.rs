//! Fills an FBA volume, a megabyte at a time.

use dasd::{BLOCK_SIZE, BlockNo, Run, Volume};

use super::{FillError, Vocabularies, VolumeContent, area::AreaBlocks};
use crate::seed::Seed;

/// 512-byte blocks that are made and written together.
const BATCH: u32 = 2048;

/// 512-byte blocks of one block of a file system.
const PER_BLOCK: u32 = 8;

/// Writes all areas. What lies between them stays as the volume was created: zeros.
pub(super) fn fill(
    volume: &Volume,
    content: &VolumeContent,
    seed: Seed,
    words: &Vocabularies,
    written: &mut dyn FnMut(u64),
) -> Result<(), FillError> {
    let mut batch = Vec::new();
    for area in &content.areas {
        let Run::Blocks { first, count } = area.run else {
            continue;
        };
        let mut blocks = AreaBlocks::new(seed, area, u64::from(count.get().div_ceil(PER_BLOCK)));
        let (mut at, end) = (first.get(), first.get().saturating_add(count.get()));
        while at < end {
            let wanted = (end - at).min(BATCH);
            batch.clear();
            for _ in 0..wanted.div_ceil(PER_BLOCK) {
                batch.extend_from_slice(blocks.next(words.of(area.layout)));
            }
            // An area whose length is no multiple of a file system block ends within one.
            batch.truncate(usize::try_from(wanted).unwrap_or_default() * BLOCK_SIZE);
            volume.write_blocks(BlockNo::new(at), &batch)?;
            written(u64::try_from(batch.len()).unwrap_or(u64::MAX));
            at += wanted;
        }
    }
    Ok(())
}
