//! Record formats: how records lie in the blocks of a dataset.

mod blocker;
mod deblock;
mod stream;

use std::fmt;

pub use blocker::{BadRecord, Blocker};
pub use deblock::{BadBlock, Deblocker, RECORD_MAX};
pub use stream::blocks_of;

/// The form of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// F: all of one length.
    Fixed,
    /// V: each with its length before it.
    Variable,
    /// U: a block is a record.
    Undefined,
}

impl Form {
    pub(crate) fn letter(self) -> &'static str {
        match self {
            Form::Fixed => "F",
            Form::Variable => "V",
            Form::Undefined => "U",
        }
    }
}

/// What the first byte of every record means to a printer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// Nothing: it is data.
    None,
    /// An ASA carriage control character.
    Asa,
    /// A machine carriage control code.
    Machine,
}

impl Control {
    pub(crate) fn letter(self) -> &'static str {
        match self {
            Control::None => " ",
            Control::Asa => "A",
            Control::Machine => "M",
        }
    }
}

/// RECFM, BLKSIZE and LRECL of a dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordFormat {
    /// F, V or U.
    pub form: Form,
    /// Several records share a block.
    pub blocked: bool,
    /// V: records may span blocks. F: standard, that is without short blocks before the last.
    pub spanned: bool,
    /// Carriage control.
    pub control: Control,
    /// BLKSIZE: the longest block.
    pub block_length: u32,
    /// LRECL. V: with the four bytes of the record descriptor. U: 0.
    pub record_length: u32,
}

impl RecordFormat {
    /// A format without carriage control.
    pub fn new(form: Form, blocked: bool, block_length: u32, record_length: u32) -> RecordFormat {
        RecordFormat {
            form,
            blocked,
            spanned: false,
            control: Control::None,
            block_length,
            record_length,
        }
    }

    /// The format that a RECFM such as `FB`, `VBS` or `FBA` names; none when it names none. The lengths are zero.
    pub fn from_recfm(recfm: &str) -> Option<RecordFormat> {
        let mut letters = recfm.chars().peekable();
        let form = match letters.next()? {
            'F' => Form::Fixed,
            'V' => Form::Variable,
            'U' => Form::Undefined,
            _ => return None,
        };
        let attributes = form != Form::Undefined;
        let blocked = attributes && letters.next_if_eq(&'B').is_some();
        let spanned = attributes && letters.next_if_eq(&'S').is_some();
        let control = match letters.next() {
            None => Control::None,
            Some('A') => Control::Asa,
            Some('M') => Control::Machine,
            Some(_) => return None,
        };
        letters.next().is_none().then_some(RecordFormat {
            spanned,
            control,
            ..RecordFormat::new(form, blocked, 0, 0)
        })
    }

    /// The letter of the block attribute in label 2.
    pub(crate) fn attribute(&self) -> &'static str {
        match (self.blocked, self.spanned) {
            (true, true) => "R",
            (true, false) => "B",
            (false, true) => "S",
            (false, false) => " ",
        }
    }

    /// The RECFM as JCL writes it: `FB`, `VBS`, `FBA`, `U`.
    pub fn recfm(&self) -> String {
        let blocked = if self.blocked { "B" } else { "" };
        let spanned = if self.spanned { "S" } else { "" };
        format!(
            "{}{blocked}{spanned}{}",
            self.form.letter(),
            self.control.letter().trim()
        )
    }
}

impl fmt::Display for RecordFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (block, record) = (self.block_length, self.record_length);
        write!(
            f,
            "{}, block length {block}, record length {record}",
            self.recfm()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recfm_comes_back() {
        for recfm in [
            "F", "FB", "FBA", "FBM", "FS", "FBS", "V", "VB", "VS", "VBS", "VBSA", "U", "UA",
        ] {
            let format = RecordFormat::from_recfm(recfm).map(|format| format.recfm());
            assert_eq!(format.as_deref(), Some(recfm));
        }
        for wrong in ["", "X", "FX", "UB", "FBAA", "BF", "fb"] {
            assert_eq!(RecordFormat::from_recfm(wrong), None, "{wrong}");
        }
    }
}
