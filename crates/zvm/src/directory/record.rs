//! Directory records: columns, comments, continuation.

use crate::{
    parsed::Complaints,
    place::Place,
    text::{
        keyword::abbreviates,
        source::Source,
        word::{Word, is_blank, words},
    },
};

/// Statement text stands in columns 1 to 71; 72 is left free and 73 to 80 are for sequence numbers.
const TEXT_COLUMNS: usize = 71;
/// Where sequence numbers start, counted from 0.
const SEQUENCE_COLUMN: usize = 72;

/// The statements that may go on after a comma.
const CONTINUED: [&str; 6] = ["Link", "Mdisk", "COMmand", "POSIXInfo", "IUCV", "LOADdev"];

/// One statement: its keyword and operands.
#[derive(Debug)]
pub(super) struct Record<'a> {
    /// At least the keyword.
    words: Vec<Word<'a>>,
}

impl<'a> Record<'a> {
    pub(super) fn keyword(&self) -> Word<'a> {
        self.words[0]
    }

    pub(super) fn operands(&self) -> &[Word<'a>] {
        &self.words[1..]
    }

    pub(super) fn is(&self, diagram: &str) -> bool {
        abbreviates(self.keyword().bytes, diagram)
    }

    /// From the keyword to the last word of its line.
    pub(super) fn place(&self, source: &Source) -> Place {
        let first = self.keyword();
        let last = self
            .words
            .iter()
            .rev()
            .find(|word| word.line == first.line)
            .unwrap_or(&self.words[0]);
        source.place(
            first.line,
            first.column,
            last.column + last.bytes.len() - first.column,
        )
    }
}

/// Calls `each` with every statement, in order. Comments (first non-blank is `*`) and blank records are left out.
pub(super) fn for_each<'a>(
    source: &'a Source,
    complaints: &mut Complaints,
    mut each: impl FnMut(&Record<'a>, &mut Complaints),
) {
    let mut record = Record {
        words: Vec::with_capacity(16),
    };
    let mut continued = false;
    for line in source.lines() {
        let text = &line.bytes[..line.bytes.len().min(TEXT_COLUMNS)];
        let first = text.iter().find(|byte| !is_blank(**byte));
        if first.is_none_or(|byte| *byte == b'*') {
            continue;
        }
        past_text(source, line.number, line.bytes, complaints);
        if !continued {
            record.words.clear();
        }
        record.words.extend(words(line.number, text));
        continued = takes_comma(source, &mut record, complaints);
        if !continued {
            each(&record, complaints);
        }
    }
    if continued {
        let place = record.place(source);
        complaints.error(place, "the statement ends with a comma, but the file ends");
        each(&record, complaints);
    }
}

/// Takes a trailing comma off a statement that may be continued.
fn takes_comma(source: &Source, record: &mut Record<'_>, complaints: &mut Complaints) -> bool {
    let Some(last) = record.words.last().copied() else {
        return false;
    };
    let Some(before) = last.bytes.strip_suffix(b",") else {
        return false;
    };
    if !CONTINUED.iter().any(|diagram| record.is(diagram)) {
        let text = format!(
            "{} cannot be continued; the comma is taken as text",
            record.keyword().upper()
        );
        complaints.warning(last.place(source), text);
        return false;
    }
    record.words.pop();
    if !before.is_empty() || record.words.is_empty() {
        record.words.push(Word {
            bytes: before,
            ..last
        });
    }
    true
}

/// Statement text must not run into column 72 or the sequence numbers: CP would not see it.
fn past_text(source: &Source, number: u32, line: &[u8], complaints: &mut Complaints) {
    let Some(tail) = line.get(TEXT_COLUMNS..) else {
        return;
    };
    let sequence = line.get(SEQUENCE_COLUMN..).unwrap_or_default();
    let plain = is_blank(tail[0..].first().copied().unwrap_or(b' '));
    let odd = sequence.len() > 8 && !sequence[8..].iter().all(|byte| is_blank(*byte));
    if !plain || odd {
        complaints.warning(
            source.place(number, TEXT_COLUMNS, tail.len()),
            "the text goes past column 71; CP does not read it there",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> (Vec<String>, usize) {
        let source = Source::new("USER.DIRECT", text);
        let mut complaints = Complaints::default();
        let mut shown = Vec::new();
        for_each(&source, &mut complaints, |record, _| {
            shown.push(record.words.iter().map(Word::text).collect::<Vec<_>>().join(" "));
        });
        (shown, complaints.with(()).complaints.len())
    }

    #[test]
    fn comments_blanks_and_sequence_numbers_are_no_text() {
        let text = format!("* comment\n  * another\n\n{:<72}00010000\n", " USER A NOLOG");
        assert_eq!(records(&text), (vec!["USER A NOLOG".into()], 0));
    }

    #[test]
    fn text_past_column_71_is_told() {
        let long = format!("{:<69}ABCDEF\n", "USER A");
        assert_eq!(records(&long), (vec!["USER A AB".into()], 1));
    }

    #[test]
    fn only_some_statements_go_on_after_a_comma() {
        assert_eq!(
            records("LINK A 191 ,\n* note\n 192 RR\nIPL CMS"),
            (vec!["LINK A 191 192 RR".into(), "IPL CMS".into()], 0)
        );
        assert_eq!(records("LINK A 191,\n"), (vec!["LINK A 191".into()], 1));
        assert_eq!(
            records("IPL CMS,\nCPU 0"),
            (vec!["IPL CMS,".into(), "CPU 0".into()], 1)
        );
        assert_eq!(records(",\n"), (vec![",".into()], 1));
    }
}
