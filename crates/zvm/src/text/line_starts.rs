//! Where the lines of a file begin, for parsers that count bytes and not lines.

use std::sync::OnceLock;

/// The offsets behind all line ends, in order; found when they are first asked for. A file of facts has as many places
/// as a catalog has copies: counting from the beginning for each would take the square of its length.
#[derive(Debug, Clone, Default)]
pub(super) struct LineStarts(OnceLock<Vec<usize>>);

impl LineStarts {
    /// How many line ends lie before the offset, and how far it is from the last of them, or from the beginning.
    pub(super) fn before(&self, bytes: &[u8], offset: usize) -> (usize, usize) {
        let starts = self.0.get_or_init(|| {
            let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
            ends.map(|(at, _)| at + 1).collect()
        });
        let line = starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|last| starts.get(last));
        (line, offset - start.copied().unwrap_or(0))
    }
}

/// They follow from the bytes of the file, which are compared anyway.
impl PartialEq for LineStarts {
    fn eq(&self, _: &LineStarts) -> bool {
        true
    }
}

impl Eq for LineStarts {}
