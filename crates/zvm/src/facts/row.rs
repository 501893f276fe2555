//! One table of FACTS.toml while it is read: what must be there, and what may.

use std::{fmt::Display, str::FromStr};

use crate::{
    parsed::Complaints,
    place::{Located, Place},
    text::fields::Fields,
};

pub(super) struct Row<'r, 'a, 'i> {
    fields: Fields<'a, 'i>,
    complaints: &'r mut Complaints,
}

impl<'r, 'a, 'i> Row<'r, 'a, 'i> {
    pub(super) fn new(fields: Fields<'a, 'i>, complaints: &'r mut Complaints) -> Self {
        Row { fields, complaints }
    }

    pub(super) fn place(&self) -> Place {
        self.fields.place().clone()
    }

    /// What may be there.
    pub(super) fn may<T: FromStr<Err: Display>>(&mut self, key: &'static str) -> Option<T> {
        let value = self.fields.parsed(key, self.complaints, T::from_str);
        value.map(|value| value.value)
    }

    /// What must be there; without it the row is left out.
    pub(super) fn must<T: FromStr<Err: Display>>(&mut self, key: &'static str) -> Option<T> {
        if self.fields.get(key).is_none() {
            let text = format!("{key} is missing here; this fact is left out");
            self.complaints.error(self.place(), text);
            return None;
        }
        self.may(key)
    }

    pub(super) fn number(&mut self, key: &'static str) -> Option<u32> {
        let number = self.fields.number(key, "a whole number", self.complaints);
        number.map(|number: Located<u32>| number.value)
    }

    pub(super) fn yes(&mut self, key: &'static str) -> Option<bool> {
        self.fields.boolean(key, self.complaints)
    }

    pub(super) fn list<T: FromStr<Err: Display>>(&mut self, key: &'static str) -> Vec<T> {
        let words = self.fields.strings(key, self.complaints);
        let mut list = Vec::with_capacity(words.len());
        for word in words {
            match T::from_str(word.value.trim()) {
                Ok(value) => list.push(value),
                Err(error) => self.complaints.error(word.place, format!("{key}: {error}")),
            }
        }
        list
    }

    pub(super) fn finish(self) {
        self.fields.finish(self.complaints);
    }
}
