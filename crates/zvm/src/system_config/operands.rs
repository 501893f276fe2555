//! The operands of one statement, taken one after the other.

use std::fmt::Display;

use dasd::Volser;

use crate::{
    parsed::Complaints,
    place::{Located, Place},
    text::{keyword::abbreviates, source::Source, word::Word},
};

pub(super) struct Operands<'a, 'c> {
    pub(super) source: &'a Source,
    pub(super) keyword: Word<'a>,
    pub(super) rest: &'c [Word<'a>],
    pub(super) complaints: &'c mut Complaints,
}

impl<'a> Operands<'a, '_> {
    pub(super) fn peek(&self) -> Option<Word<'a>> {
        self.rest.first().copied()
    }

    pub(super) fn next(&mut self) -> Option<Word<'a>> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// Takes the next word if it is this keyword or an abbreviation of it.
    pub(super) fn take(&mut self, diagram: &str) -> Option<Word<'a>> {
        let word = self.peek().filter(|word| abbreviates(word.bytes, diagram))?;
        self.next();
        Some(word)
    }

    /// Complains about a word, or about the keyword when there is no such word.
    pub(super) fn error(&mut self, at: Option<Word<'a>>, text: impl Into<String>) {
        let place = self.place(at);
        self.complaints.error(place, text);
    }

    pub(super) fn warning(&mut self, at: Option<Word<'a>>, text: impl Into<String>) {
        let place = self.place(at);
        self.complaints.warning(place, text);
    }

    fn place(&self, at: Option<Word<'a>>) -> Place {
        at.unwrap_or(self.keyword).place(self.source)
    }

    /// The next word, turned into something by `parse`; `what` says what is expected there.
    pub(super) fn parse<T, E: Display>(
        &mut self,
        what: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<Located<T>> {
        let Some(word) = self.next() else {
            self.error(None, format!("{what} is missing in this statement"));
            return None;
        };
        match parse(&word.upper()) {
            Ok(value) => Some(word.located(self.source, value)),
            Err(error) => {
                self.error(Some(word), format!("{what}: {error}"));
                None
            }
        }
    }

    pub(super) fn volume(&mut self) -> Option<Located<Volser>> {
        self.parse("the volume", Volser::new)
    }

    pub(super) fn number(&mut self, what: &str) -> Option<Located<u32>> {
        self.parse(what, |word| match word.parse::<u32>() {
            Ok(number) if word.bytes().all(|byte| byte.is_ascii_digit()) => Ok(number),
            _ => Err(format!("{word:?} is not a decimal number")),
        })
    }

    /// All that is left, each by `parse`.
    pub(super) fn all<T>(&mut self, mut one: impl FnMut(&mut Self) -> Option<Located<T>>) -> Vec<Located<T>> {
        let mut found = Vec::new();
        while self.peek().is_some() {
            found.extend(one(self));
        }
        if found.is_empty() {
            self.warning(None, "the statement lists nothing");
        }
        found
    }
}
