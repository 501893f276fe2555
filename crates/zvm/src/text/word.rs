//! Words: runs of bytes between blanks, each with its line and column.

use crate::{
    place::{Located, Place},
    text::source::{Source, display},
};

/// One word of a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) line: u32,
    /// From 0.
    pub(crate) column: usize,
}

impl Word<'_> {
    /// The word in upper case; odd bytes as Latin-1.
    pub(crate) fn upper(&self) -> String {
        display(&self.bytes.to_ascii_uppercase())
    }

    /// The word as written; odd bytes as Latin-1.
    pub(crate) fn text(&self) -> String {
        display(self.bytes)
    }

    /// Whether the word is this one, in any case.
    pub(crate) fn is(&self, text: &str) -> bool {
        self.bytes.eq_ignore_ascii_case(text.as_bytes())
    }

    pub(crate) fn place(&self, source: &Source) -> Place {
        source.place(self.line, self.column, self.bytes.len())
    }

    pub(crate) fn located<T>(&self, source: &Source, value: T) -> Located<T> {
        Located::new(value, self.place(source))
    }

    /// The word as a decimal number; signs, other characters and numbers past 32 bits are none.
    pub(crate) fn number(&self) -> Option<u32> {
        if self.bytes.is_empty() || !self.bytes.iter().all(u8::is_ascii_digit) {
            return None;
        }
        std::str::from_utf8(self.bytes).ok()?.parse().ok()
    }

    /// The word as a device number of 1 to 4 hexadecimal digits.
    pub(crate) fn device_number(&self) -> Option<u16> {
        let word: crate::names::Vdev = std::str::from_utf8(self.bytes).ok()?.parse().ok()?;
        Some(word.get())
    }
}

/// Blanks of all kinds that occur in transferred files, end-of-file marks of PC tools among them.
pub(crate) fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, 0 | 0x0b | 0x1a)
}

/// The words of a line.
pub(crate) fn words(line: u32, bytes: &[u8]) -> impl Iterator<Item = Word<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += bytes[at..].iter().position(|byte| !is_blank(*byte))?;
        let len = bytes[at..]
            .iter()
            .position(|byte| is_blank(*byte))
            .unwrap_or(bytes.len() - at);
        let word = Word {
            bytes: &bytes[at..at + len],
            line,
            column: at,
        };
        at += len;
        Some(word)
    })
}
