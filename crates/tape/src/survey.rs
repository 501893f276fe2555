//! What is on a tape, file by file, for listings.

use crate::bytes::TapeBytes;
use crate::cms;
use crate::drive::{Drive, Item};
use crate::error::ReadError;
use crate::labelled::label_text;

/// How many labels of a file are listed; a file of labels has at most 8 of a kind.
const LABELS_MAX: usize = 64;

/// What a file holds, as its first block tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// No block at all.
    Empty,
    /// Standard labels, and nothing else.
    Labels,
    /// CMS files as VMFPLC2 wrote them.
    Vmfplc2,
    /// CMS files as TAPE DUMP wrote them.
    TapeDump,
    /// Anything else.
    Data,
}

/// One file of a tape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSummary {
    /// Its number, from 1.
    pub file: u32,
    /// What it holds.
    pub content: Content,
    /// Its blocks.
    pub blocks: u64,
    /// Length of the shortest block; 0 when there is none.
    pub shortest: usize,
    /// Length of the longest block.
    pub longest: usize,
    /// Bytes of all blocks.
    pub bytes: u64,
    /// Bytes of the image that the file takes, headers and tapemark included.
    pub image_bytes: u64,
    /// The labels in it, each 80 characters; at most 64.
    pub labels: Vec<String>,
    /// Whether a tapemark ends it; without one it ends where the tape does.
    pub marked: bool,
}

/// Reads the file at the drive's position to its end. None at the end of what is recorded.
///
/// # Errors
/// As [`Drive::read`]; the drive stands before the damage.
pub fn next_file<B: TapeBytes>(drive: &mut Drive<B>) -> Result<Option<FileSummary>, ReadError> {
    let start = drive.position().place();
    let mut summary = FileSummary {
        file: start.file,
        content: Content::Empty,
        blocks: 0,
        shortest: 0,
        longest: 0,
        bytes: 0,
        image_bytes: 0,
        labels: Vec::new(),
        marked: false,
    };
    loop {
        match drive.read()? {
            Item::Block(block) => summary.add(block),
            Item::Mark => summary.marked = true,
            Item::End if summary.blocks == 0 => return Ok(None),
            Item::End => {}
        }
        let here = drive.position().place();
        if summary.marked || here.offset == drive.length() {
            summary.image_bytes = here.offset - start.offset;
            return Ok(Some(summary));
        }
    }
}

impl FileSummary {
    fn add(&mut self, block: &[u8]) {
        let label = label_text(block);
        let content = match &label {
            Some(_) => Content::Labels,
            None => match cms::dialect(block) {
                Some(cms::Dialect::Vmfplc2) => Content::Vmfplc2,
                Some(cms::Dialect::TapeDump) => Content::TapeDump,
                None => Content::Data,
            },
        };
        if self.blocks == 0 {
            self.content = content;
            self.shortest = block.len();
        } else if self.content != content {
            self.content = Content::Data;
        }
        if let Some(label) = label.filter(|_| self.labels.len() < LABELS_MAX) {
            self.labels.push(label);
        }
        self.blocks += 1;
        self.shortest = self.shortest.min(block.len());
        self.longest = self.longest.max(block.len());
        self.bytes += u64::try_from(block.len()).unwrap_or(u64::MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemoryTape;
    use crate::labelled::{LabelledWriter, VolumeLabel};

    fn blank() -> Drive<MemoryTape> {
        Drive::load("t", MemoryTape::default()).unwrap()
    }

    #[test]
    fn every_file_is_summed_up() {
        let mut drive = blank();
        drive.write_block(&[1; 10]).unwrap();
        drive.write_block(&[1; 300]).unwrap();
        drive.write_mark().unwrap();
        drive.write_mark().unwrap();
        drive.write_block(&[0x02, 0xD7, 0xD3, 0xC3, 0xC8]).unwrap();
        drive.rewind();
        let first = next_file(&mut drive).unwrap().unwrap();
        assert_eq!(
            (first.file, first.content, first.blocks, first.marked),
            (1, Content::Data, 2, true)
        );
        assert_eq!(
            (first.shortest, first.longest, first.bytes, first.image_bytes),
            (10, 300, 310, 328)
        );
        let second = next_file(&mut drive).unwrap().unwrap();
        assert_eq!(
            (second.file, second.content, second.blocks, second.image_bytes),
            (2, Content::Empty, 0, 6)
        );
        let third = next_file(&mut drive).unwrap().unwrap();
        assert_eq!(
            (third.file, third.content, third.marked),
            (3, Content::Vmfplc2, false)
        );
        assert_eq!(next_file(&mut drive).unwrap(), None);
    }

    #[test]
    fn labels_are_listed() {
        let writer = LabelledWriter::create(blank(), VolumeLabel::new("VOL001", "ME"), None).unwrap();
        let mut drive = writer.finish().unwrap();
        drive.rewind();
        let file = next_file(&mut drive).unwrap().unwrap();
        assert_eq!(file.content, Content::Labels);
        assert!(file.labels[0].starts_with("VOL1VOL001") && file.labels[1].starts_with("HDR1000"));
    }
}
