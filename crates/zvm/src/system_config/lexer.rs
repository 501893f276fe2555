//! The lexical rules of SYSTEM CONFIG: comments, continuation, qualifiers.
//!
//! A comment may stand wherever a blank may, also after a continuation comma, and may go over several lines. A
//! statement goes on when the last word before any comment ends with a comma; blank lines and comment lines in
//! between are skipped. Other commas are noise.

use crate::{
    parsed::Complaints,
    system_config::ConfigFault,
    text::{
        source::Source,
        word::{Word, is_blank, words},
    },
};

/// One statement as words, with its qualifier `NAME:` apart.
#[derive(Debug)]
pub(super) struct RawStatement<'a> {
    /// Without the colon.
    pub(super) qualifier: Option<Word<'a>>,
    /// At least one, unless there is a qualifier with nothing after it.
    pub(super) words: Vec<Word<'a>>,
}

/// Splits the source into statements. `starts_statement` tells whether a word can only be the keyword of a new
/// statement, so that a continuation comma that was left behind does not swallow what follows.
pub(super) fn statements<'a>(
    source: &'a Source,
    starts_statement: impl Fn(&[u8]) -> bool,
    complaints: &mut Complaints,
    faults: &mut Vec<ConfigFault>,
) -> Vec<RawStatement<'a>> {
    let mut statements = Vec::new();
    let mut open: Vec<Word<'a>> = Vec::new();
    let mut continued: Option<Word<'a>> = None;
    for line in code_lines(source, complaints) {
        if line.is_empty() {
            continue;
        }
        if let Some(comma) = continued.take() {
            let fresh = line[0].bytes.ends_with(b":") || starts_statement(line[0].bytes);
            if fresh && !line[0].bytes.ends_with(b",") {
                let text = format!(
                    "the statement goes on after this comma, but line {} starts a new one; remove the comma",
                    line[0].line
                );
                faults.push(ConfigFault::comma(comma.place(source), text));
                finish(&mut statements, &mut open);
            }
        }
        for word in line {
            continued = word.bytes.ends_with(b",").then_some(word);
            open.extend(split(word));
        }
        if continued.is_none() {
            finish(&mut statements, &mut open);
        }
    }
    if let Some(comma) = continued {
        let text = "the statement goes on after this comma, but the file ends";
        faults.push(ConfigFault::comma(comma.place(source), text.to_owned()));
        finish(&mut statements, &mut open);
    }
    statements
}

/// The words of each line outside comments; commas still stick to the words before them.
fn code_lines<'a>(source: &'a Source, complaints: &mut Complaints) -> Vec<Vec<Word<'a>>> {
    let mut lines = Vec::new();
    let mut comment: Option<(u32, usize)> = None;
    for line in source.lines() {
        let mut found: Vec<Word<'a>> = Vec::new();
        let mut at = 0;
        while at < line.bytes.len() {
            let rest = &line.bytes[at..];
            if comment.is_some() {
                let Some(end) = find(rest, b"*/") else { break };
                comment = None;
                at += end + 2;
            } else {
                let start = find(rest, b"/*");
                let code = &rest[..start.unwrap_or(rest.len())];
                found.extend(words(line.number, code).map(|word| Word {
                    column: word.column + at,
                    ..word
                }));
                at += code.len();
                if start.is_some() {
                    comment = Some((line.number, at));
                    at += 2;
                }
            }
        }
        join_commas(&mut found);
        lines.push(found);
    }
    if let Some((line, column)) = comment {
        complaints.error(
            source.place(line, column, 2),
            "this comment never ends; close it with */",
        );
    }
    lines
}

/// A comma that stands alone belongs to the word before it, so that only the last word need be looked at.
fn join_commas(words: &mut [Word<'_>]) {
    if let [.., last] = words
        && last.bytes.iter().all(|byte| *byte == b',')
    {
        last.bytes = b",";
    }
}

fn find(bytes: &[u8], wanted: &[u8; 2]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair == wanted)
}

/// Cuts a word at its commas; the parts that hold nothing are dropped.
fn split(word: Word<'_>) -> impl Iterator<Item = Word<'_>> {
    let start = word.bytes.as_ptr().addr();
    word.bytes
        .split(|byte| *byte == b',')
        .filter(|part| !part.is_empty())
        .map(move |part| Word {
            bytes: part,
            column: word.column + (part.as_ptr().addr() - start),
            ..word
        })
}

fn finish<'a>(statements: &mut Vec<RawStatement<'a>>, open: &mut Vec<Word<'a>>) {
    let mut words = std::mem::take(open);
    let Some(first) = words.first().copied() else {
        return;
    };
    let colon = first.bytes.iter().position(|byte| *byte == b':');
    let qualifier = colon.map(|at| Word {
        bytes: &first.bytes[..at],
        ..first
    });
    if let Some(at) = colon {
        let rest = &first.bytes[at + 1..];
        if rest.iter().all(|byte| is_blank(*byte)) {
            words.remove(0);
        } else {
            words[0] = Word {
                bytes: rest,
                column: first.column + at + 1,
                ..first
            };
        }
    }
    statements.push(RawStatement { qualifier, words });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lex(text: &str) -> (Vec<String>, Vec<String>) {
        let source = Source::new("c", text);
        let mut complaints = Complaints::default();
        let known = |word: &[u8]| word.eq_ignore_ascii_case(b"CP_OWNED");
        let mut faults = Vec::new();
        let shown = statements(&source, known, &mut complaints, &mut faults)
            .iter()
            .map(|raw| {
                let words = raw.words.iter().map(Word::text).collect::<Vec<_>>().join(" ");
                raw.qualifier
                    .map_or_else(|| words.clone(), |name| format!("[{}] {words}", name.text()))
            })
            .collect();
        for fault in faults {
            complaints.error(fault.place, fault.text);
        }
        let complaints = complaints.with(()).complaints;
        (
            shown,
            complaints
                .iter()
                .map(|complaint| complaint.place.to_string())
                .collect(),
        )
    }

    #[test]
    fn continuation_goes_on_past_comments_and_blank_lines() {
        let text = "Features ,   /* don't, ever */\n\n/* Set x, */\n  Disable ,  /* a */ /* b, */\n Set_Privclass\nNext\n";
        assert_eq!(
            lex(text),
            (
                vec!["Features Disable Set_Privclass".into(), "Next".into()],
                vec![]
            )
        );
    }

    #[test]
    fn commented_out_continuation_lines_are_no_continuation() {
        let text = "SSI CL PDR_VOLUME VMCOM1,\n  SLOT 1 A\n/* SLOT 2 @@M2,  */\n/* SLOT 3 @@M3   */\nCP_Owned Slot 10 X\n";
        let (statements, complaints) = lex(text);
        assert_eq!(
            statements,
            ["SSI CL PDR_VOLUME VMCOM1 SLOT 1 A", "CP_Owned Slot 10 X"]
        );
        assert!(complaints.is_empty());
    }

    #[test]
    fn a_comma_left_behind_is_told_and_swallows_nothing() {
        let (statements, complaints) =
            lex("SSI CL SLOT 1 A,\n/* SLOT 2 B */\nCP_Owned Slot 10 X\nA: CP_Owned,\n");
        assert_eq!(
            statements,
            ["SSI CL SLOT 1 A", "CP_Owned Slot 10 X", "[A] CP_Owned"]
        );
        assert_eq!(complaints, ["c:1:15", "c:4:4"]);
        let (statements, complaints) = lex("SSI CL SLOT 1 A ,\nB: CP_Owned Slot 10 X\n");
        assert_eq!((statements.len(), complaints.len()), (2, 1));
    }

    #[test]
    fn comments_over_lines_inside_lines_and_without_end() {
        let (statements, complaints) = lex("A /* x\n y */ B /* z */, \n C\n D /* never\n E\n");
        assert_eq!(statements, ["A", "B C", "D"]);
        assert_eq!(complaints, ["c:4:4"]);
    }

    #[test]
    fn qualifiers_stick_or_stand_apart() {
        let (statements, _) = lex("GRIDA: BEGIN\nGRIDA:END\nA,B , C\n:\n");
        assert_eq!(statements, ["[GRIDA] BEGIN", "[GRIDA] END", "A B C", "[] "]);
    }

    #[test]
    fn columns_are_those_of_the_line() {
        let source = Source::new("c", "/* x */ A,BC /* */ D");
        let mut complaints = Complaints::default();
        let raw = statements(&source, |_| false, &mut complaints, &mut Vec::new());
        let columns: Vec<_> = raw[0].words.iter().map(|word| word.column).collect();
        assert_eq!(columns, [8, 10, 19]);
    }
}
