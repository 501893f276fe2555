//! The data of a CMS file cut into records. Records run on over the ends of data blocks.

use super::fst::CmsFile;
use crate::recfm::{Form, RECORD_MAX};

/// Why the data cannot be cut into records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// A record of no bytes, or of more than can be put together.
    Length(u64),
}

/// Cuts the payloads of data blocks into records, until there are as many as the entry says.
pub(super) struct Cutter {
    form: Form,
    record_length: u32,
    /// Records still to come.
    left: u32,
    /// Bytes of the record that is not yet whole, its length field included.
    open: Vec<u8>,
    /// Bytes behind the last record.
    padding: u64,
}

impl Cutter {
    pub(super) fn new(file: &CmsFile) -> Cutter {
        let (form, record_length) = (file.form, file.record_length);
        Cutter {
            form,
            record_length,
            left: file.records,
            open: Vec::new(),
            padding: 0,
        }
    }

    pub(super) fn missing(&self) -> u32 {
        self.left
    }

    pub(super) fn padding(&self) -> u64 {
        self.padding
    }

    pub(super) fn feed(&mut self, payload: &[u8], deliver: &mut impl FnMut(&[u8])) -> Result<(), Cut> {
        let mut rest = payload;
        while self.left != 0 {
            let (field, length) = match self.form {
                Form::Variable => (2, self.open_length(rest)),
                Form::Fixed | Form::Undefined => (0, Some(u64::from(self.record_length))),
            };
            let Some(length) = length else {
                break; // Not even the length field is whole.
            };
            let whole = usize::try_from(length)
                .ok()
                .filter(|whole| (1..=RECORD_MAX).contains(whole));
            let whole = whole.ok_or(Cut::Length(length))? + field;
            let need = whole.saturating_sub(self.open.len());
            let Some((piece, behind)) = rest.split_at_checked(need) else {
                break;
            };
            if self.open.is_empty() {
                deliver(&piece[field..]);
            } else {
                self.open.extend_from_slice(piece);
                deliver(&self.open[field..]);
                self.open.clear();
            }
            self.left -= 1;
            rest = behind;
        }
        if self.left == 0 {
            self.padding += u64::try_from(rest.len()).unwrap_or(u64::MAX);
        } else {
            self.open.extend_from_slice(rest);
        }
        Ok(())
    }

    /// The length of the variable record whose bytes are in `open` and then in `rest`.
    fn open_length(&self, rest: &[u8]) -> Option<u64> {
        let mut bytes = self.open.iter().chain(rest);
        let (&high, &low) = (bytes.next()?, bytes.next()?);
        Some(u64::from(high) << 8 | u64::from(low))
    }
}
