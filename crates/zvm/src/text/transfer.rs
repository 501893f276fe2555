//! Files as they come off the system: a binary transfer keeps EBCDIC, and records without line ends.
//!
//! A file is taken for EBCDIC when nearly all its bytes are characters that EBCDIC text is made of and few are those of
//! ASCII. Records of varying length (RECFM V) are known by their prefixes: two bytes with the length, high byte first, or a
//! record descriptor word of four, which counts itself; all records are shorter than 256 bytes, as those of directories and
//! configurations are, and the last one ends where the file does. No text begins with such a prefix, because its first
//! byte is zero.

use dasd::ebcdic::from_ebcdic;

/// The record length of CMS files that say none.
const FIXED_RECORD: usize = 80;

/// New line, and line feed, in EBCDIC.
const NEW_LINE: u8 = 0x15;
const LINE_FEED: u8 = 0x25;

/// Next line, in ISO 8859-1.
const NEXT_LINE: u8 = 0x85;

/// Records that stand before one that was cut off, so that a file is known by them.
const WHOLE_RECORDS_MIN: usize = 2;

/// A file as it is kept.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Received {
    /// Lines of text with line ends, whatever the form that the bytes came in. Each byte of a line is one character of
    /// Latin-1, and each record is one line, so that lines and columns are those of the file on the system.
    pub(super) bytes: Vec<u8>,
    /// Whether the file ends within a record.
    pub(super) cut_off: bool,
}

impl Received {
    fn whole(bytes: Vec<u8>) -> Received {
        Received {
            bytes,
            cut_off: false,
        }
    }
}

pub(super) fn received(bytes: Vec<u8>) -> Received {
    if let Some(Records { records, cut_off }) = with_prefixes(&bytes) {
        let all: Vec<u8> = records.concat();
        let ebcdic = is_ebcdic(&all);
        return Received {
            bytes: lines(records, ebcdic),
            cut_off,
        };
    }
    if is_ebcdic(&bytes) {
        if let Some(records) = separated(&bytes) {
            return Received::whole(lines(records, true));
        }
        return Received {
            cut_off: bytes.len() > FIXED_RECORD && !bytes.len().is_multiple_of(FIXED_RECORD),
            bytes: lines(bytes.chunks(FIXED_RECORD).collect(), true),
        };
    }
    if is_fixed_with_line_feeds(&bytes) {
        return Received::whole(lines(bytes.chunks(FIXED_RECORD).collect(), false));
    }
    let fixed = bytes.len().is_multiple_of(FIXED_RECORD);
    if !bytes.contains(&b'\n') && bytes.contains(&NEXT_LINE) && !fixed {
        return Received::whole(lines(split(&bytes, NEXT_LINE), false));
    }
    Received::whole(bytes)
}

/// Fixed records of ASCII in which line feeds are bytes of DVHOPT trailers and nothing else.
fn is_fixed_with_line_feeds(bytes: &[u8]) -> bool {
    let has_none = |record: &[u8]| !record.contains(&b'\n');
    bytes.len() > FIXED_RECORD
        && bytes.len().is_multiple_of(FIXED_RECORD)
        && !has_none(bytes)
        && bytes
            .chunks(FIXED_RECORD)
            .all(|record| has_none(record) || record.trim_ascii_start().starts_with(b"*DVHOPT"))
}

/// Records of EBCDIC that line ends separate, if they do. A file of fixed records may have such a byte in a trailer of
/// DVHOPT; what lies between two of them is then longer than a record.
fn separated(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let end = [NEW_LINE, LINE_FEED]
        .into_iter()
        .find(|end| bytes.contains(end))?;
    let records = split(bytes, end);
    let all_fit = records.iter().all(|record| record.len() <= FIXED_RECORD);
    (all_fit || !bytes.len().is_multiple_of(FIXED_RECORD)).then_some(records)
}

/// The pieces between `end`s; nothing behind the last one is no piece.
fn split(bytes: &[u8], end: u8) -> Vec<&[u8]> {
    let bytes = bytes.strip_suffix(&[end]).unwrap_or(bytes);
    bytes.split(|byte| *byte == end).collect()
}

fn lines(records: Vec<&[u8]>, ebcdic: bool) -> Vec<u8> {
    let mut text = Vec::with_capacity(records.iter().map(|record| record.len() + 1).sum());
    for record in records {
        let begin = text.len();
        if ebcdic {
            let letters = from_ebcdic(record);
            text.extend(
                letters
                    .chars()
                    .map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')),
            );
        } else {
            text.extend_from_slice(record);
        }
        // A byte that ends no record must not look as if it did.
        for byte in &mut text[begin..] {
            if matches!(byte, b'\n' | b'\r') {
                *byte = 0x1a;
            }
        }
        text.push(b'\n');
    }
    text
}

/// Records of varying length.
struct Records<'a> {
    records: Vec<&'a [u8]>,
    /// Whether the last one is shorter than its prefix says.
    cut_off: bool,
}

/// The records behind record descriptor words, or else behind prefixes of two bytes; a reading in which the file is whole
/// is better than one in which it is not.
fn with_prefixes(bytes: &[u8]) -> Option<Records<'_>> {
    let readings = [records(bytes, 4, 4), records(bytes, 2, 0)];
    readings
        .into_iter()
        .flatten()
        .min_by_key(|reading| reading.cut_off)
}

/// The records behind prefixes of so many bytes, which count so many bytes of themselves.
fn records(bytes: &[u8], prefix: usize, counted: usize) -> Option<Records<'_>> {
    let mut rest = bytes;
    let (mut records, mut cut_off) = (Vec::new(), false);
    while !rest.is_empty() && !cut_off {
        let Some((words, after)) = rest.split_at_checked(prefix) else {
            cut_off = true;
            break;
        };
        let [0, length, zeros @ ..] = words else {
            return None;
        };
        if zeros.iter().any(|byte| *byte != 0) {
            return None;
        }
        let length = usize::from(*length).checked_sub(counted)?;
        cut_off = after.len() < length;
        let (record, after) = after.split_at(length.min(after.len()));
        records.push(record);
        rest = after;
    }
    let text = records.iter().map(|record| record.len()).sum::<usize>();
    let whole = records.len() > WHOLE_RECORDS_MIN || !cut_off;
    (text > 0 && whole).then_some(Records { records, cut_off })
}

/// Whether text of a directory or a configuration is in EBCDIC: nearly all letters, digits and blanks, which have no
/// byte in common with those of ASCII.
fn is_ebcdic(bytes: &[u8]) -> bool {
    let ebcdic = bytes.iter().filter(|byte| is_ebcdic_text(**byte)).count();
    let ascii = bytes
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric() || **byte == b' ')
        .count();
    bytes.len() >= 16 && ebcdic >= bytes.len() / 4 * 3 && ascii <= bytes.len() / 4
}

const fn is_ebcdic_text(byte: u8) -> bool {
    matches!(byte,
        0x40 | 0x4b..=0x50 | 0x5a..=0x61 | 0x6b..=0x6f | 0x7a..=0x7f
        | 0x81..=0x89 | 0x91..=0x99 | 0xa2..=0xa9
        | 0xc1..=0xc9 | 0xd1..=0xd9 | 0xe2..=0xe9 | 0xf0..=0xf9
        | NEW_LINE | LINE_FEED)
}

#[cfg(test)]
mod tests {
    use dasd::ebcdic::to_ebcdic;
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "* a directory\nUSER MAINT SECRET 128M 1000M BCEG\n MDISK 0191 3390 0001 0010 GSU001 MR\n\nUSER A NOLOG\n";

    fn form(records: &[Vec<u8>], prefix: impl Fn(usize) -> Vec<u8>) -> Vec<u8> {
        records
            .iter()
            .flat_map(|record| [prefix(record.len()), record.clone()].concat())
            .collect()
    }

    #[test]
    fn a_line_feed_in_a_trailer_ends_no_fixed_record() {
        let record = |text: &[u8]| [text, &vec![b' '; FIXED_RECORD - text.len()]].concat();
        let file = [record(b"*DVHOPT CRC\n\x07"), record(b"USER B NOLOG")].concat();
        let text = received(file).bytes;
        assert_eq!(text.len(), 2 * (FIXED_RECORD + 1));
        assert!(text.starts_with(b"*DVHOPT CRC\x1a\x07") && text[FIXED_RECORD + 1..].starts_with(b"USER B"));
        let lines = [vec![b'x'; FIXED_RECORD - 1], b"\n".to_vec()].concat().repeat(3);
        assert_eq!(received(lines.clone()).bytes, lines, "lines of 79 characters");
    }

    fn two(length: usize) -> Vec<u8> {
        vec![0, u8::try_from(length).unwrap()]
    }

    fn four(length: usize) -> Vec<u8> {
        vec![0, u8::try_from(length + 4).unwrap(), 0, 0]
    }

    /// A text in every form that it may come in, each with what is to be made of it.
    fn forms(text: &str) -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
        let ascii: Vec<Vec<u8>> = text.lines().map(|line| line.as_bytes().to_vec()).collect();
        let ebcdic: Vec<Vec<u8>> = text.lines().map(to_ebcdic).collect();
        let fixed: Vec<Vec<u8>> = text
            .lines()
            .map(|line| to_ebcdic(&format!("{line:80}")))
            .collect();
        let plain = text.as_bytes().to_vec();
        let padded: String = text.lines().map(|line| format!("{line:80}\n")).collect();
        vec![
            ("as it is", plain.clone(), plain.clone()),
            ("ASCII, V", form(&ascii, two), plain.clone()),
            (
                "ASCII, V with descriptor words",
                form(&ascii, four),
                plain.clone(),
            ),
            ("EBCDIC, V", form(&ebcdic, two), plain.clone()),
            (
                "EBCDIC, V with descriptor words",
                form(&ebcdic, four),
                plain.clone(),
            ),
            ("EBCDIC, F 80", fixed.concat(), padded.into_bytes()),
            (
                "EBCDIC, NL",
                [ebcdic.join(&NEW_LINE), vec![NEW_LINE]].concat(),
                plain.clone(),
            ),
            ("EBCDIC, LF", ebcdic.join(&LINE_FEED), plain.clone()),
            ("ISO 8859-1, NEL", ascii.join(&NEXT_LINE), plain),
        ]
    }

    #[test]
    fn each_form_becomes_the_same_lines() {
        for (name, bytes, wanted) in forms(TEXT) {
            assert_eq!(
                String::from_utf8_lossy(&received(bytes).bytes),
                String::from_utf8_lossy(&wanted),
                "{name}"
            );
        }
    }

    #[test]
    fn fixed_records_of_ascii_with_binary_trailers_are_left_alone() {
        let mut record = format!("{:78}", "*DVHOPT LNK0 LOG1 RCM1 SMS0 NPW1").into_bytes();
        record.extend([NEXT_LINE, NEW_LINE]);
        let file = record.repeat(3);
        assert_eq!(received(file.clone()), Received::whole(file));
    }

    /// Wherever a file of records is cut off, what is left of it is read as before, and it is said.
    #[test]
    fn a_file_that_was_cut_off_keeps_its_records() {
        for (name, bytes, wanted) in forms(TEXT) {
            let last = match name {
                "EBCDIC, F 80" => FIXED_RECORD,
                name if name.contains(", V") => "USER A NOLOG".len(),
                _ => continue,
            };
            for lost in 1..last {
                let found = received(bytes[..bytes.len() - lost].to_vec());
                let text = &wanted[..wanted.len() - 1 - lost];
                assert!(found.cut_off, "{name}, {lost} bytes lost");
                assert_eq!(
                    String::from_utf8_lossy(&found.bytes),
                    String::from_utf8_lossy(&[text, b"\n"].concat()),
                    "{name}, {lost} bytes lost"
                );
            }
        }
    }

    #[test]
    fn nothing_and_a_few_letters_are_what_they_are() {
        for bytes in [&b""[..], b"\0", b"USER A", b"\0\0\0\0", &[0x40; 10]] {
            assert_eq!(received(bytes.to_vec()), Received::whole(bytes.to_vec()));
        }
    }

    proptest! {
        /// Whatever the lines are, text of ASCII stays what it is.
        #[test]
        fn text_is_not_taken_for_anything_else(text in "([ -~]{0,90}\n){0,20}[ -~]{0,40}") {
            let bytes = text.into_bytes();
            prop_assert_eq!(received(bytes.clone()), Received::whole(bytes));
        }

        #[test]
        fn directories_come_back_from_every_form(
            lines in proptest::collection::vec("( MDISK 0[1-9]{3} 3390 [0-9]{4} [0-9]{4} [A-Z]{6} MR|USER [A-Z]{2,8} NOLOG|\\* [a-z ]{5,40}|)", 3..30)
                .prop_filter("a text", |lines| lines.concat().len() > 40),
        ) {
            let text = lines.join("\n") + "\n";
            for (name, bytes, wanted) in forms(&text) {
                // Such a file may be one of fixed records with odd bytes in it.
                if name == "ISO 8859-1, NEL" && bytes.len().is_multiple_of(FIXED_RECORD) {
                    continue;
                }
                // The last line end may be missing where lines are separated.
                let found = received(bytes);
                prop_assert!(!found.cut_off, "{}", name);
                prop_assert_eq!(
                    String::from_utf8_lossy(&found.bytes).trim_end_matches('\n').to_owned(),
                    String::from_utf8_lossy(&wanted).trim_end_matches('\n').to_owned(),
                    "{}", name
                );
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            received(bytes);
        }
    }
}
