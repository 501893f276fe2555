//! Fields of a label: 80 EBCDIC characters at fixed places.

use crate::ebcdic;

/// Bytes of every standard label.
pub const LABEL_LEN: usize = 80;

/// Why a label could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {label} label has {text:?} as its {field}, at column {column}")]
pub struct BadField {
    /// The label's name, such as `HDR1`.
    pub label: String,
    /// The field in the words of the manuals.
    pub field: &'static str,
    /// The first column of the field, counted from 1 as the manuals do.
    pub column: usize,
    /// What stands there.
    pub text: String,
}

/// The fields of a label that is being read. Columns count from 0.
pub(super) struct Fields<'a>(pub(super) &'a [u8; LABEL_LEN]);

impl Fields<'_> {
    pub(super) fn text(&self, column: usize, length: usize) -> String {
        ebcdic::field(self.raw(column, length))
    }

    /// A decimal number; blanks count as zero, as the systems that left the field out meant it.
    pub(super) fn number(&self, column: usize, length: usize, field: &'static str) -> Result<u64, BadField> {
        let text = ebcdic::from_ebcdic(self.raw(column, length));
        let digits = text.trim();
        if digits.is_empty() {
            return Ok(0);
        }
        if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(self.bad(column, length, field));
        }
        digits.parse().map_err(|_| self.bad(column, length, field))
    }

    /// As [`Fields::number`], for fields of at most nine digits.
    pub(super) fn small(&self, column: usize, length: usize, field: &'static str) -> Result<u32, BadField> {
        let number = self.number(column, length, field)?;
        u32::try_from(number).map_err(|_| self.bad(column, length, field))
    }

    pub(super) fn letter(&self, column: usize) -> char {
        ebcdic::from_ebcdic(self.raw(column, 1))
            .chars()
            .next()
            .unwrap_or(' ')
    }

    pub(super) fn bad(&self, column: usize, length: usize, field: &'static str) -> BadField {
        let text = ebcdic::from_ebcdic(self.raw(column, length));
        BadField {
            label: self.text(0, 4),
            field,
            column: column + 1,
            text,
        }
    }

    fn raw(&self, column: usize, length: usize) -> &[u8] {
        self.0.get(column..column + length).unwrap_or(&[])
    }
}

/// A label that is being written.
pub(super) struct Line([u8; LABEL_LEN]);

impl Line {
    pub(super) fn new(name: &str) -> Line {
        let mut line = Line([ebcdic::BLANK; LABEL_LEN]);
        line.text(0, 4, name);
        line
    }

    pub(super) fn text(&mut self, column: usize, length: usize, text: &str) {
        ebcdic::fill(&mut self.0[column..column + length], text);
    }

    /// A number in exactly `digits` digits, of which the high ones are cut: block counts do that by definition.
    pub(super) fn number(&mut self, column: usize, digits: usize, number: u64) {
        let text = format!("{number:0digits$}");
        let cut = text.len() - digits;
        self.text(column, digits, &text[cut..]);
    }

    pub(super) fn finish(self) -> [u8; LABEL_LEN] {
        self.0
    }
}

/// The four letters at the front of a block, if it can be a label at all.
pub(super) fn label_name(block: &[u8]) -> Option<String> {
    (block.len() == LABEL_LEN).then(|| ebcdic::from_ebcdic(&block[..4]))
}
