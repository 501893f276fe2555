//! What records hold beside plain text: binary bytes, as DirMaint's DVHOPT trailers have them, and sequence numbers.

use crate::{
    directory::{Oddity, OddityKind},
    text::source::Source,
};

/// Columns 73 to 80.
const SEQUENCE: std::ops::Range<usize> = 72..80;

/// At most one of each kind for a file, with its first record.
pub(super) fn of(source: &Source) -> Vec<Oddity> {
    let mut found: Vec<Oddity> = Vec::new();
    let mut count = |kind, line: u32, column: usize, len: usize| match found
        .iter_mut()
        .find(|oddity| oddity.kind == kind)
    {
        Some(oddity) => oddity.records = oddity.records.saturating_add(1),
        None => found.push(Oddity {
            kind,
            records: 1,
            place: source.place(line, column, len),
        }),
    };
    for line in source.lines() {
        let odd = |byte: &u8| !matches!(byte, b' '..=b'~' | b'\t');
        if let Some(at) = line.bytes.iter().position(odd) {
            let len = line.bytes[at..].iter().take_while(|byte| odd(byte)).count();
            count(OddityKind::Bytes, line.number, at, len);
        }
        if line
            .bytes
            .get(SEQUENCE)
            .is_some_and(|columns| columns.iter().all(u8::is_ascii_digit))
        {
            count(
                OddityKind::SequenceNumbers,
                line.number,
                SEQUENCE.start,
                SEQUENCE.len(),
            );
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_once_with_its_first_record() {
        let text = format!("USER A NOLOG\n{:<72}00010000\n{:<72}00020000\n", "*", " IPL CMS");
        let mut bytes = text.into_bytes();
        bytes.extend(b"*DVHOPT CRC\x9b\x07\n");
        let shown: Vec<String> = of(&Source::new("USER.DIRECT", bytes))
            .iter()
            .map(|oddity| format!("{:?} {} {}", oddity.kind, oddity.records, oddity.place))
            .collect();
        assert_eq!(
            shown,
            ["SequenceNumbers 2 USER.DIRECT:2:73", "Bytes 1 USER.DIRECT:4:12"]
        );
        assert!(of(&Source::new("USER.DIRECT", "USER A NOLOG\n IPL CMS\n")).is_empty());
    }
}
