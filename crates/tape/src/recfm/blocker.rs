//! Records put together into blocks.

use zerocopy::IntoBytes;
use zerocopy::big_endian::U16;

use super::{Form, RecordFormat};

/// A record that its format has no room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRecord {
    /// The record's length is not that of the format.
    #[error("a record of {length} bytes does not fit {format}; choose another record format")]
    Length {
        /// Its length.
        length: usize,
        /// The format.
        format: RecordFormat,
    },
    /// Spanned records are read, not written.
    #[error("spanned records cannot be written; choose VB")]
    Spanned,
}

/// Puts records together into blocks that are as full as the format allows.
#[derive(Debug)]
pub struct Blocker {
    format: RecordFormat,
    block: Vec<u8>,
}

impl Blocker {
    /// For a dataset of this format.
    ///
    /// # Errors
    /// The format is spanned.
    pub fn new(format: RecordFormat) -> Result<Blocker, BadRecord> {
        if format.form == Form::Variable && format.spanned {
            return Err(BadRecord::Spanned);
        }
        Ok(Blocker {
            format,
            block: Vec::new(),
        })
    }

    /// Adds a record. When it does not fit into the block so far, that block is handed out first.
    ///
    /// # Errors
    /// The record does not fit the format; the block so far stays.
    pub fn record(&mut self, record: &[u8]) -> Result<Option<Vec<u8>>, BadRecord> {
        let bad = BadRecord::Length {
            length: record.len(),
            format: self.format,
        };
        let longest = length(self.format.record_length);
        let block = match self.format.form {
            Form::Variable => length(self.format.block_length).min(VARIABLE_MAX),
            Form::Fixed | Form::Undefined => length(self.format.block_length),
        };
        let fits = match self.format.form {
            Form::Fixed => !record.is_empty() && record.len() == longest && record.len() <= block,
            Form::Variable => record.len() + 4 <= longest && record.len() + 8 <= block,
            Form::Undefined => !record.is_empty() && record.len() <= block,
        };
        if !fits {
            return Err(bad);
        }
        let need = record.len() + if self.format.form == Form::Variable { 4 } else { 0 };
        let full = !self.block.is_empty() && (!self.format.blocked || self.block.len() + need > block);
        let done = if full { self.take()? } else { None };
        if self.format.form == Form::Variable {
            if self.block.is_empty() {
                self.block.extend_from_slice(&[0; 4]);
            }
            let length = u16::try_from(need).map_err(|_| bad)?;
            self.block.extend_from_slice(U16::new(length).as_bytes());
            self.block.extend_from_slice(&[0, 0]);
        }
        self.block.extend_from_slice(record);
        Ok(done)
    }

    /// The last block, if there is one.
    ///
    /// # Errors
    /// The block is longer than a block descriptor can say.
    pub fn finish(mut self) -> Result<Option<Vec<u8>>, BadRecord> {
        self.take()
    }

    fn take(&mut self) -> Result<Option<Vec<u8>>, BadRecord> {
        let mut block = std::mem::take(&mut self.block);
        if block.is_empty() {
            return Ok(None);
        }
        if self.format.form == Form::Variable {
            let length = block.len();
            let says = u16::try_from(length).map_err(|_| BadRecord::Length {
                length,
                format: self.format,
            })?;
            block[..2].copy_from_slice(U16::new(says).as_bytes());
        }
        Ok(Some(block))
    }
}

/// The longest block whose descriptor every system reads: above it the descriptor has another form.
const VARIABLE_MAX: usize = 32_760;

/// A length of the label as one of memory.
fn length(length: u32) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Deblocker;
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn records_come_back(
            form in prop_oneof![Just(Form::Fixed), Just(Form::Variable), Just(Form::Undefined)],
            blocked: bool,
            records in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..50), 0..60),
        ) {
            let format = RecordFormat::new(form, blocked && form != Form::Undefined, 158, if form == Form::Fixed { 50 } else { 54 });
            let records: Vec<_> = records.into_iter().map(|mut record| {
                if form == Form::Fixed { record.resize(50, 0x40); }
                record
            }).collect();
            let mut blocker = Blocker::new(format).unwrap();
            let mut blocks = Vec::new();
            for record in &records {
                blocks.extend(blocker.record(record).unwrap());
            }
            blocks.extend(blocker.finish().unwrap());
            let (mut deblocker, mut back) = (Deblocker::new(format), Vec::new());
            for block in &blocks {
                prop_assert!(block.len() <= 158);
                deblocker.block(block, |record| back.push(record.to_vec())).unwrap();
            }
            deblocker.finish().unwrap();
            prop_assert_eq!(back, records);
        }
    }

    #[test]
    fn records_that_do_not_fit_are_refused() {
        let fixed = RecordFormat::new(Form::Fixed, true, 160, 80);
        let mut blocker = Blocker::new(fixed).unwrap();
        let error = blocker.record(&[0; 81]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a record of 81 bytes does not fit FB, block length 160, record length 80; choose another record format"
        );
        let spanned = RecordFormat {
            spanned: true,
            ..RecordFormat::new(Form::Variable, true, 160, 80)
        };
        assert!(Blocker::new(spanned).is_err());
    }
}
