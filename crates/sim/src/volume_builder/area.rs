//! The block stream of an area: a clone's image first, where it has one, then content of its own.

use super::placement::Area;
use crate::{
    content::{BLOCK, Blocks, Words},
    seed::Seed,
};

/// Of five parts of a cloned disk, two are still as the image was.
const CLONED_PARTS: u64 = 2;
const PARTS: u64 = 5;

/// The blocks of an area, from the first to the last.
#[derive(Debug)]
pub(super) struct AreaBlocks {
    cloned: Option<(Blocks, u64)>,
    own: Blocks,
    block: Box<[u8; BLOCK]>,
}

/// What an empty block holds.
const EMPTY: [u8; BLOCK] = [0; BLOCK];

impl AreaBlocks {
    /// `count` is the number of 4096-byte blocks of the area.
    pub(super) fn new(site: Seed, area: &Area, count: u64) -> AreaBlocks {
        let cloned = area.base.as_ref().map(|base| {
            let part = count * CLONED_PARTS / PARTS;
            (Blocks::new(site, site.split(base), part), part)
        });
        let rest = count - cloned.as_ref().map_or(0, |(_, part)| *part);
        AreaBlocks {
            cloned,
            own: Blocks::new(site, site.split(&area.content), rest),
            block: Box::new(EMPTY),
        }
    }

    /// The next block; zeros when it is empty.
    pub(super) fn next(&mut self, words: &Words) -> &[u8; BLOCK] {
        let blocks = match &mut self.cloned {
            Some((blocks, left)) if *left > 0 => {
                *left -= 1;
                blocks
            }
            _ => &mut self.own,
        };
        if blocks.next(words, &mut self.block) {
            &self.block
        } else {
            &EMPTY
        }
    }
}
