//! The words of source text, in the code of the system that wrote them.

use dasd::ebcdic::to_ebcdic;

use crate::seed::{Chance, Seed};

/// The character code of a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    /// CMS, VSE, CP.
    Ebcdic,
    /// Linux.
    Ascii,
}

/// How many different words there are. A program uses a few hundred of them; all programs together thousands.
const WORDS: usize = 4096;

/// Longest word; a word is copied in one piece of this size.
const WORD: usize = 8;

/// Instructions of assembler source, the frequent ones first.
const OPERATIONS: [&str; 32] = [
    "L", "ST", "LA", "MVC", "B", "BE", "BNE", "LR", "CLC", "DC", "DS", "BAS", "CLI", "USING", "LTR", "EQU",
    "STM", "LM", "BR", "AR", "SR", "TM", "BO", "BZ", "IC", "STC", "SLL", "N", "O", "XC", "AH", "ED",
];

/// Clauses of REXX, the frequent ones first.
const CLAUSES: [&str; 16] = [
    "SAY",
    "IF",
    "THEN",
    "ELSE",
    "DO",
    "END",
    "PARSE VAR",
    "CALL",
    "RETURN",
    "EXIT",
    "PUSH",
    "QUEUE",
    "SELECT",
    "WHEN",
    "SIGNAL ON",
    "ADDRESS COMMAND",
];

/// One word in the code of the disk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    bytes: [u8; WORD],
    len: usize,
}

/// A vocabulary in one character code.
#[derive(Debug)]
pub(crate) struct Words {
    words: Vec<Word>,
    operations: Vec<Vec<u8>>,
    clauses: Vec<Vec<u8>>,
    digits: [u8; 10],
    pub(super) blank: u8,
    pub(super) star: u8,
    pub(super) comma: u8,
    pub(super) equals: u8,
    /// Linux ends lines; CMS counts columns.
    pub(super) newline: Option<u8>,
}

impl Words {
    pub(crate) fn new(script: Script) -> Words {
        let code = |text: &str| match script {
            Script::Ebcdic => to_ebcdic(text),
            Script::Ascii => text.to_ascii_lowercase().into_bytes(),
        };
        let one = |text: &str| code(text).first().copied().unwrap_or_default();
        let mut chance = Seed(0).split("words").chance();
        let words = (0..WORDS).map(|_| Word::new(&code(&invent(&mut chance))));
        let mut digits = [0; 10];
        digits.copy_from_slice(&code("0123456789"));
        Words {
            words: words.collect(),
            operations: OPERATIONS.iter().map(|text| code(text)).collect(),
            clauses: CLAUSES.iter().map(|text| code(text)).collect(),
            digits,
            blank: one(" "),
            star: one("*"),
            comma: one(","),
            equals: one("="),
            newline: (script == Script::Ascii).then_some(b'\n'),
        }
    }

    /// A word by number.
    #[inline]
    pub(super) fn word(&self, number: u32) -> &[u8] {
        let number = usize::try_from(number).unwrap_or_default();
        let word = &self.words[number % WORDS];
        &word.bytes[..word.len]
    }

    /// Any word, the frequent ones more often.
    #[inline]
    pub(super) fn any(&self, chance: &mut Chance) -> &[u8] {
        self.word(chance.skewed(4096))
    }

    pub(super) fn operation(&self, chance: &mut Chance) -> &[u8] {
        let number = usize::try_from(chance.skewed(32)).unwrap_or_default();
        &self.operations[number % OPERATIONS.len()]
    }

    pub(super) fn clause(&self, chance: &mut Chance) -> &[u8] {
        let number = usize::try_from(chance.skewed(16)).unwrap_or_default();
        &self.clauses[number % CLAUSES.len()]
    }

    /// Writes a number with leading zeros over all of `into`.
    pub(super) fn number(&self, mut number: u64, into: &mut [u8]) {
        for digit in into.iter_mut().rev() {
            *digit = self.digits[usize::try_from(number % 10).unwrap_or_default()];
            number /= 10;
        }
    }
}

impl Word {
    fn new(code: &[u8]) -> Word {
        let mut bytes = [0; WORD];
        let len = code.len().min(WORD);
        bytes[..len].copy_from_slice(&code[..len]);
        Word { bytes, len }
    }
}

/// A word that can be pronounced, two to eight letters.
fn invent(chance: &mut Chance) -> String {
    let (consonants, vowels) = (b"BCDFGHJKLMNPRSTVWZ", b"AEIOU");
    let mut word = String::new();
    for _ in 0..chance.range(1, 4) {
        for letters in [consonants.as_slice(), vowels.as_slice()] {
            word.extend(chance.pick(letters).map(|letter| char::from(*letter)));
        }
        if chance.percent(30) {
            word.extend(chance.pick(consonants).map(|letter| char::from(*letter)));
        }
    }
    word.truncate(WORD);
    word
}
