//! The bytes of one file, cut into lines.
//!
//! Files that come off a CMS disk hold bytes that are no UTF-8 (a DVHOPT trailer ends with two binary characters), so
//! everything here works on bytes and shows odd ones as Latin-1.

use std::sync::Arc;

use super::{line_starts::LineStarts, transfer};
use crate::parsed::Complaints;
use crate::place::Place;

/// The record length of most CMS files, and the one assumed when a file has no line ends at all.
const FIXED_RECORD: usize = 80;

/// One file: its name as the user gave it, and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Used in every place and message.
    pub name: Arc<str>,
    /// The content; it stays as it is once a place in it was asked for.
    pub bytes: Vec<u8>,
    starts: LineStarts,
    cut_off: bool,
}

/// One line without its line end, and its number from 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) number: u32,
    pub(crate) bytes: &'a [u8],
}

impl Source {
    /// A file of this name and content.
    pub fn new(name: impl Into<Arc<str>>, bytes: impl Into<Vec<u8>>) -> Source {
        Source {
            name: name.into(),
            bytes: bytes.into(),
            starts: LineStarts::default(),
            cut_off: false,
        }
    }

    /// A file of the system, in whatever form it was transferred: text, or EBCDIC, or records without line ends. It is
    /// kept as text with line ends; each record is a line. That its last record was cut off is a complaint of the parser.
    pub fn received(name: impl Into<Arc<str>>, bytes: Vec<u8>) -> Source {
        let received = transfer::received(bytes);
        Source {
            cut_off: received.cut_off,
            ..Source::new(name, received.bytes)
        }
    }

    /// An error at the last line, if the file ended within a record when it was received.
    pub(crate) fn complain_when_cut_off(&self, complaints: &mut Complaints) {
        if !self.cut_off {
            return;
        }
        if let Some(last) = self.lines().last() {
            let place = self.place(last.number, 0, last.bytes.len());
            complaints.error(
                place,
                "the file ends within this record: it was cut off, and what stood here and behind it is missing; \
                 transfer it again",
            );
        }
    }

    /// The text of a line (from 1), odd bytes shown as Latin-1 and control characters as dots; None past the end.
    /// Each byte becomes one character, so columns stay true.
    pub fn line(&self, number: u32) -> Option<String> {
        let index = usize::try_from(number.checked_sub(1)?).ok()?;
        self.lines().nth(index).map(|line| display(line.bytes))
    }

    /// All lines, shown as [`Source::line`] shows them.
    pub fn texts(&self) -> Vec<String> {
        self.lines().map(|line| display(line.bytes)).collect()
    }

    /// The lines in order. A file without any line end whose length is a multiple of 80 is taken as fixed records.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let bytes = self.bytes.as_slice();
        let fixed =
            bytes.len() > FIXED_RECORD && bytes.len().is_multiple_of(FIXED_RECORD) && !bytes.contains(&b'\n');
        let mut rest = Some(bytes).filter(|bytes| !bytes.is_empty());
        let mut number = 0_u32;
        std::iter::from_fn(move || {
            let bytes = rest?;
            let cut = if fixed {
                Some(FIXED_RECORD)
            } else {
                bytes.iter().position(|byte| *byte == b'\n')
            };
            let (line, after) = match cut {
                Some(at) => (&bytes[..at], &bytes[at + usize::from(!fixed)..]),
                None => (bytes, &bytes[bytes.len()..]),
            };
            rest = Some(after).filter(|after| !after.is_empty());
            number = number.saturating_add(1);
            Some(Line {
                number,
                bytes: line.strip_suffix(b"\r").unwrap_or(line),
            })
        })
    }

    /// A place in this file; `column` counts from 0 here, as slices do.
    pub(crate) fn place(&self, line: u32, column: usize, len: usize) -> Place {
        let column = u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1);
        let len = u32::try_from(len).unwrap_or(u32::MAX).max(1);
        Place {
            file: Arc::clone(&self.name),
            line: line.max(1),
            column,
            len,
        }
    }

    /// The place of the byte with this offset, for parsers that count bytes and not lines.
    pub(crate) fn place_of_offset(&self, offset: usize, len: usize) -> Place {
        let (line, column) = self.starts.before(&self.bytes, offset.min(self.bytes.len()));
        self.place(
            u32::try_from(line).unwrap_or(u32::MAX).saturating_add(1),
            column,
            len,
        )
    }
}

/// Bytes as people may see them: Latin-1, control characters as dots.
pub(crate) fn display(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| char::from(*byte))
        .map(|c| if c.is_control() { '.' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<(u32, Vec<u8>)> {
        Source::new("f", bytes)
            .lines()
            .map(|line| (line.number, line.bytes.to_vec()))
            .collect()
    }

    #[test]
    fn lines_end_with_lf_or_crlf_or_not_at_all() {
        assert_eq!(
            lines(b"a\r\n\nb"),
            [(1, b"a".to_vec()), (2, vec![]), (3, b"b".to_vec())]
        );
        assert_eq!(lines(b"a\n"), [(1, b"a".to_vec())]);
        assert!(lines(b"").is_empty());
    }

    #[test]
    fn a_file_without_line_ends_is_fixed_80() {
        let mut bytes = vec![b' '; 160];
        bytes[80] = b'x';
        assert_eq!(lines(&bytes).len(), 2);
        assert_eq!(lines(&bytes)[1].1[0], b'x');
    }

    #[test]
    fn odd_bytes_are_shown_one_to_one() {
        let source = Source::new("f", b"CRC\xe9\x01\n".to_vec());
        assert_eq!(source.line(1).unwrap(), "CRC\u{e9}.");
        assert_eq!(source.line(2), None);
        assert_eq!(source.line(0), None);
    }

    #[test]
    fn an_offset_has_a_line_and_a_column() {
        let source = Source::new("f", b"ab\ncd".to_vec());
        assert_eq!(source.place_of_offset(4, 1).to_string(), "f:2:2");
        assert_eq!(source.place_of_offset(400, 1).to_string(), "f:2:3");
        assert_eq!(source.place_of_offset(0, 1).to_string(), "f:1:1");
        assert_eq!(
            source.place_of_offset(2, 1).to_string(),
            "f:1:3",
            "a line end belongs to its line"
        );
        assert_eq!(source.place_of_offset(3, 1).to_string(), "f:2:1");
    }
}
