//! What lies on the disks: source text, load modules, noise and empty blocks, in the proportions of real volumes.
//!
//! Content is a function of a seed and a position and of nothing else, so equal seeds give equal disks wherever
//! they lie, and a block can be made again without the ones in front of it.

mod files;
mod module;
mod text;
mod words;

pub(crate) use files::{BLOCK, Blocks, Kind};
pub(crate) use words::{Script, Words};

use crate::seed::Seed;

/// Fills `into` with the bytes that begin at `offset` of the file made from `seed`.
pub(crate) fn paint(kind: Kind, file: Seed, offset: u64, words: &Words, into: &mut [u8]) {
    match kind {
        Kind::Text => text::paint(file, offset, words, into),
        Kind::Module => module::paint(file, offset, words, into),
        Kind::Noise => file.number(offset).chance().fill(into),
    }
}
