//! Which blocks of a disk hold what: files one after the other, holes where files were erased, a free tail.

use super::{paint, words::Words};
use crate::seed::{Chance, Seed};

/// Bytes of a block of the CMS file system, and of a page.
pub(crate) const BLOCK: usize = 4096;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Source text.
    Text,
    /// A load module.
    Module,
    /// Something compressed or encrypted.
    Noise,
}

/// Of a hundred blocks in use so many hold text, modules and noise: 30, 15 and 10 of a hundred blocks of a disk
/// that is a little more than half full.
const KINDS: [(Kind, u32); 3] = [(Kind::Text, 54), (Kind::Module, 28), (Kind::Noise, 18)];

impl Kind {
    /// What a file or a change holds, each kind as often as on real disks.
    pub(crate) fn any(chance: &mut Chance) -> Kind {
        KINDS[chance.weighted(&KINDS.map(|(_, weight)| weight))].0
    }
}

/// Files that are on many disks of the cluster: so many, each of a length of its own.
const COMMON_FILES: u64 = 40;

/// So many of a hundred files are common ones. Most duplicates of a site are its system disks and clones.
const COMMON_PERCENT: u32 = 6;

/// Longest file, in blocks.
const FILE_MAX: u32 = 96;

/// The blocks of one disk, from the first to the last.
#[derive(Debug)]
pub(crate) struct Blocks {
    chance: Chance,
    seed: Seed,
    common: Seed,
    /// Blocks up to the free tail.
    used: u64,
    files: u64,
    current: Piece,
}

/// A file or a hole, as far as it is not yet laid down.
#[derive(Debug)]
struct Piece {
    content: Option<(Kind, Seed)>,
    /// Position in the file, in blocks.
    next: u64,
    left: u32,
}

impl Blocks {
    /// The blocks of a disk of this many blocks. `site` is the seed of the whole site, from which common files come.
    pub(crate) fn new(site: Seed, disk: Seed, blocks: u64) -> Blocks {
        let mut chance = disk.split("files").chance();
        let fill = u64::from(chance.range(30, 86));
        Blocks {
            chance,
            seed: disk,
            common: site.split("common files"),
            used: blocks * fill / 100,
            files: 0,
            current: Piece {
                content: None,
                next: 0,
                left: 0,
            },
        }
    }

    /// Makes the next block. False means that it is empty; `into` is then left as it was.
    pub(crate) fn next(&mut self, words: &Words, into: &mut [u8; BLOCK]) -> bool {
        if self.used == 0 {
            return false;
        }
        self.used -= 1;
        if self.current.left == 0 {
            self.current = self.begin_piece();
        }
        let piece = &mut self.current;
        piece.left -= 1;
        let Some((kind, file)) = piece.content else {
            return false;
        };
        let offset = piece.next * 4096;
        piece.next += 1;
        paint(kind, file, offset, words, into);
        true
    }

    fn begin_piece(&mut self) -> Piece {
        let chance = &mut self.chance;
        if chance.percent(11) {
            return Piece {
                content: None,
                next: 0,
                left: chance.range(1, FILE_MAX / 2),
            };
        }
        self.files += 1;
        let file = match chance.percent(COMMON_PERCENT) {
            true => self.common.number(chance.bits() % COMMON_FILES),
            false => self.seed.number(self.files),
        };
        // Kind and length belong to the file, so that a common file is the same wherever it lies.
        let mut own = file.split("file").chance();
        let kind = Kind::any(&mut own);
        Piece {
            content: Some((kind, file)),
            next: 0,
            left: own.range(1, FILE_MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Script;

    #[test]
    fn disks_are_mixed_as_real_ones_are() {
        let words = Words::new(Script::Ebcdic);
        let (mut empty, mut all) = (0_u32, 0_u32);
        let mut seen = std::collections::BTreeMap::new();
        for disk in 0..24 {
            let mut blocks = Blocks::new(Seed(1), Seed(1).split("disk").number(disk), 1_800);
            for _ in 0..1_800 {
                let mut block = [0; BLOCK];
                all += 1;
                match blocks.next(&words, &mut block) {
                    false => empty += 1,
                    true => *seen.entry(block.to_vec()).or_insert(0_u32) += 1,
                }
            }
        }
        let duplicates: u32 = seen.values().map(|count| count - 1).sum();
        assert!(
            (38..52).contains(&(empty * 100 / all)),
            "{empty} of {all} blocks are empty"
        );
        assert!(
            (5..140).contains(&(duplicates * 1000 / all)),
            "{duplicates} of {all} blocks are duplicates"
        );
    }

    #[test]
    fn equal_seeds_give_equal_disks() {
        let words = Words::new(Script::Ebcdic);
        let disk = |seed| {
            let mut blocks = Blocks::new(Seed(1), seed, 64);
            let mut bytes = vec![0; 64 * BLOCK];
            for block in bytes.chunks_exact_mut(BLOCK) {
                blocks.next(&words, block.try_into().unwrap());
            }
            bytes
        };
        assert_eq!(disk(Seed(5)), disk(Seed(5)));
        assert_ne!(disk(Seed(5)), disk(Seed(6)));
    }
}
