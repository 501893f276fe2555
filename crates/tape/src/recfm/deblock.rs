//! Blocks taken apart into records.

use super::{Form, RecordFormat};

/// The longest record that is put together from spanned segments. LRECL=X has no limit of its own, and hostile
/// tapes would make use of that.
pub const RECORD_MAX: usize = 16 * 1024 * 1024;

/// A block that is not of its dataset's record format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadBlock {
    /// The block is no whole number of records.
    #[error("a block of {length} bytes is no whole number of records of {record} bytes")]
    NotWhole {
        /// Its length.
        length: usize,
        /// LRECL.
        record: u32,
    },
    /// The block descriptor word does not describe the block.
    #[error("the block descriptor says {says} bytes, the block has {length}")]
    Descriptor {
        /// What the descriptor says.
        says: u32,
        /// The block's length.
        length: usize,
    },
    /// A record descriptor word leads out of the block.
    #[error("the record descriptor at byte {at} of the block says {says} bytes, {left} are left")]
    Record {
        /// Offset in the block.
        at: usize,
        /// What the descriptor says.
        says: u16,
        /// What is left.
        left: usize,
    },
    /// Segments of spanned records do not follow each other.
    #[error("the record segment at byte {at} of the block does not continue what came before")]
    Segment {
        /// Offset in the block.
        at: usize,
    },
    /// A spanned record has no end.
    #[error("the dataset ends inside a spanned record")]
    Unfinished,
    /// A spanned record grows without end.
    #[error("a spanned record is longer than {limit} bytes, the most that is put together")]
    TooLong {
        /// [`RECORD_MAX`].
        limit: usize,
    },
}

/// Takes the blocks of a dataset apart. Spanned records live longer than a block, so it keeps what is open.
#[derive(Debug)]
pub struct Deblocker {
    format: RecordFormat,
    /// The segments so far of a spanned record.
    open: Option<Vec<u8>>,
}

impl Deblocker {
    /// For a dataset of this format. Fixed records of length 0 (label 2 is missing) are whole blocks.
    pub fn new(format: RecordFormat) -> Deblocker {
        Deblocker { format, open: None }
    }

    /// Calls `deliver` with every record that ends in this block.
    ///
    /// # Errors
    /// The block is not of the format; records before the wrong place were delivered.
    pub fn block(&mut self, block: &[u8], mut deliver: impl FnMut(&[u8])) -> Result<(), BadBlock> {
        match self.format.form {
            Form::Undefined => deliver(block),
            Form::Fixed => self.fixed(block, deliver)?,
            Form::Variable => self.variable(block, deliver)?,
        }
        Ok(())
    }

    /// Says that there are no more blocks.
    ///
    /// # Errors
    /// A spanned record has no end.
    pub fn finish(self) -> Result<(), BadBlock> {
        if self.open.is_some() {
            Err(BadBlock::Unfinished)
        } else {
            Ok(())
        }
    }

    fn fixed(&self, block: &[u8], mut deliver: impl FnMut(&[u8])) -> Result<(), BadBlock> {
        let record = self.format.record_length;
        let Some(length) = usize::try_from(record).ok().filter(|&length| length != 0) else {
            deliver(block);
            return Ok(());
        };
        let mut records = block.chunks_exact(length);
        if !records.remainder().is_empty() {
            return Err(BadBlock::NotWhole {
                length: block.len(),
                record,
            });
        }
        records.by_ref().for_each(deliver);
        Ok(())
    }

    fn variable(&mut self, block: &[u8], mut deliver: impl FnMut(&[u8])) -> Result<(), BadBlock> {
        let mut at = 4;
        let end = described_length(block)?;
        while at < end {
            let left = end - at;
            let word = block.get(at..at + 4).filter(|_| left >= 4);
            let Some(&[high, low, code, _]) = word else {
                return Err(BadBlock::Record { at, says: 0, left });
            };
            let says = u16::from(high) << 8 | u16::from(low);
            let length = usize::from(says);
            if length < 4 || length > left {
                return Err(BadBlock::Record { at, says, left });
            }
            let data = &block[at + 4..at + length];
            match (code & 3, self.open.take()) {
                (0, None) => deliver(data),
                (1, None) => self.open = Some(data.to_vec()),
                (2, Some(record)) => deliver(&joined(record, data)?),
                (3, Some(record)) => self.open = Some(joined(record, data)?),
                _ => return Err(BadBlock::Segment { at }),
            }
            at += length;
        }
        Ok(())
    }
}

fn joined(mut record: Vec<u8>, data: &[u8]) -> Result<Vec<u8>, BadBlock> {
    if record.len() + data.len() > RECORD_MAX {
        return Err(BadBlock::TooLong { limit: RECORD_MAX });
    }
    record.extend_from_slice(data);
    Ok(record)
}

/// The length that the block descriptor word says, which must be the block's. The first bit makes it a large
/// block, whose length has 31 bits instead of 15.
fn described_length(block: &[u8]) -> Result<usize, BadBlock> {
    let length = block.len();
    let Some(&[a, b, c, d]) = block.get(..4) else {
        return Err(BadBlock::Descriptor { says: 0, length });
    };
    let word = u32::from(a) << 24 | u32::from(b) << 16 | u32::from(c) << 8 | u32::from(d);
    let says = if word >> 31 == 1 {
        word & 0x7FFF_FFFF
    } else {
        word >> 16
    };
    match usize::try_from(says) {
        // Writers that pad short blocks leave bytes behind the records.
        Ok(described) if (4..=length).contains(&described) => Ok(described),
        _ => Err(BadBlock::Descriptor { says, length }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(format: RecordFormat, blocks: &[&[u8]]) -> Result<Vec<Vec<u8>>, BadBlock> {
        let mut deblocker = Deblocker::new(format);
        let mut records = Vec::new();
        for block in blocks {
            deblocker.block(block, |record| records.push(record.to_vec()))?;
        }
        deblocker.finish()?;
        Ok(records)
    }

    fn variable() -> RecordFormat {
        RecordFormat {
            spanned: true,
            ..RecordFormat::new(Form::Variable, true, 100, 50)
        }
    }

    #[test]
    fn fixed_blocks_are_cut_into_records() {
        let fixed = RecordFormat::new(Form::Fixed, true, 6, 2);
        assert_eq!(
            records(fixed, &[b"aabbcc", b"dd"]).unwrap(),
            [b"aa", b"bb", b"cc", b"dd"]
        );
        assert_eq!(
            records(fixed, &[b"aab"]),
            Err(BadBlock::NotWhole { length: 3, record: 2 })
        );
        assert_eq!(
            records(RecordFormat::new(Form::Undefined, false, 9, 0), &[b"abc"]).unwrap(),
            [b"abc"]
        );
    }

    #[test]
    fn variable_and_spanned_records_are_put_together() {
        let first = [0, 15, 0, 0, 0, 6, 0, 0, 7, 7, 0, 5, 1, 0, 1];
        let second = [0, 9, 0, 0, 0, 5, 3, 0, 2];
        let third = [0x80, 0, 0, 9, 0, 5, 2, 0, 3];
        assert_eq!(
            records(variable(), &[&first, &second, &third]).unwrap(),
            [vec![7, 7], vec![1, 2, 3]]
        );
        assert_eq!(records(variable(), &[&first]), Err(BadBlock::Unfinished));
        assert_eq!(records(variable(), &[&second]), Err(BadBlock::Segment { at: 4 }));
    }

    #[test]
    fn wrong_descriptors_are_named() {
        let record = |block: &[u8]| records(variable(), &[block]).unwrap_err();
        assert_eq!(record(&[0, 9, 0]), BadBlock::Descriptor { says: 0, length: 3 });
        assert_eq!(
            record(&[0, 9, 0, 0, 0, 5, 0, 0]),
            BadBlock::Descriptor { says: 9, length: 8 }
        );
        assert_eq!(
            record(&[0, 8, 0, 0, 0, 5, 0, 0]),
            BadBlock::Record {
                at: 4,
                says: 5,
                left: 4
            }
        );
        assert_eq!(
            record(&[0, 8, 0, 0, 0, 3, 0, 0]),
            BadBlock::Record {
                at: 4,
                says: 3,
                left: 4
            }
        );
        assert_eq!(
            record(&[0, 6, 0, 0, 0, 4]),
            BadBlock::Record {
                at: 4,
                says: 0,
                left: 2
            }
        );
    }
}
