//! Reading a TOML table field by field: every value has its place, and what nobody asked for is complained about.

use std::{collections::BTreeSet, ops::Range};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{
    parsed::Complaints,
    place::{Located, Place},
    text::{keys::Keys, source::Source},
};

/// One table of a TOML file while it is read.
pub(crate) struct Fields<'a, 'i> {
    source: &'a Source,
    table: &'a DeTable<'i>,
    /// Where the table itself stands, for what is missing in it.
    place: Place,
    /// Whether it stands below a line `[table]` or `[[table]]` of its own.
    has_header: bool,
    asked: BTreeSet<&'static str>,
}

/// Parses the text of a file, as far as it is TOML at all. The caller keeps the text because the table borrows from it.
pub(crate) fn text<'a>(source: &'a Source, complaints: &mut Complaints) -> Option<&'a str> {
    match std::str::from_utf8(&source.bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            let place = source.place_of_offset(error.valid_up_to(), 1);
            complaints.error(place, "this byte is not UTF-8 text; save the file as UTF-8");
            None
        }
    }
}

/// The top table of a TOML text; syntax errors become complaints and the rest is still read.
pub(crate) fn table<'i>(source: &Source, text: &'i str, complaints: &mut Complaints) -> Spanned<DeTable<'i>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let span = error.span().unwrap_or(0..1);
        complaints.error(
            place_of(source, &span),
            format!("not TOML: {}", one_line(error.message())),
        );
    }
    table
}

impl<'a, 'i> Fields<'a, 'i> {
    pub(crate) fn new(source: &'a Source, table: &'a DeTable<'i>, span: &Range<usize>) -> Self {
        Fields {
            source,
            table,
            place: place_of(source, span),
            has_header: !span.is_empty() && source.bytes.get(span.start) == Some(&b'['),
            asked: BTreeSet::new(),
        }
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// The value of a key, whatever its type.
    pub(crate) fn get(&mut self, key: &'static str) -> Option<(&'a DeValue<'i>, Place)> {
        self.asked.insert(key);
        let value = self.table.get(key)?;
        Some((value.get_ref(), place_of(self.source, &value.span())))
    }

    /// Whether the value of a key is a string, for keys that also take a table.
    pub(crate) fn is_string(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(|value| value.get_ref().is_str())
    }

    pub(crate) fn string(
        &mut self,
        key: &'static str,
        complaints: &mut Complaints,
    ) -> Option<Located<String>> {
        let (value, place) = self.get(key)?;
        match value.as_str() {
            Some(text) => Some(Located::new(text.to_owned(), place)),
            None => {
                complaints.error(
                    place,
                    format!("{key} must be a string in quotes, not {}", kind(value)),
                );
                None
            }
        }
    }

    /// A whole number that fits `T`; `what` says in words what would be right.
    pub(crate) fn number<T: TryFrom<u64>>(
        &mut self,
        key: &'static str,
        what: &str,
        complaints: &mut Complaints,
    ) -> Option<Located<T>> {
        let (value, place) = self.get(key)?;
        let number = value
            .as_integer()
            .and_then(|digits| u64::from_str_radix(digits.as_str(), digits.radix()).ok());
        match number.and_then(|number| T::try_from(number).ok()) {
            Some(number) => Some(Located::new(number, place)),
            None => {
                complaints.error(place, format!("{key} must be {what}"));
                None
            }
        }
    }

    /// A string that `parse` turns into something better.
    pub(crate) fn parsed<T, E: std::fmt::Display>(
        &mut self,
        key: &'static str,
        complaints: &mut Complaints,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<Located<T>> {
        let Located { value, place } = self.string(key, complaints)?;
        match parse(value.trim()) {
            Ok(value) => Some(Located::new(value, place)),
            Err(error) => {
                complaints.error(place, format!("{key}: {error}"));
                None
            }
        }
    }

    /// True or false.
    pub(crate) fn boolean(&mut self, key: &'static str, complaints: &mut Complaints) -> Option<bool> {
        let (value, place) = self.get(key)?;
        let boolean = value.as_bool();
        if boolean.is_none() {
            complaints.error(place, format!("{key} must be true or false, not {}", kind(value)));
        }
        boolean
    }

    /// A list of strings; what is no string is complained about and left out.
    pub(crate) fn strings(&mut self, key: &'static str, complaints: &mut Complaints) -> Vec<Located<String>> {
        let Some((value, place)) = self.get(key) else {
            return Vec::new();
        };
        let Some(array) = value.as_array() else {
            complaints.error(
                place,
                format!("{key} must be a list, [\"...\"], not {}", kind(value)),
            );
            return Vec::new();
        };
        let mut strings = Vec::with_capacity(array.len());
        for item in array.iter() {
            let place = place_of(self.source, &item.span());
            match item.get_ref().as_str() {
                Some(text) => strings.push(Located::new(text.to_owned(), place)),
                None => {
                    let text = format!("{key} holds {} where a string should be", kind(item.get_ref()));
                    complaints.error(place, text);
                }
            }
        }
        strings
    }

    /// The table of a key.
    pub(crate) fn table(&mut self, key: &'static str, complaints: &mut Complaints) -> Option<Fields<'a, 'i>> {
        let (value, place) = self.get(key)?;
        let span = self.table.get(key)?.span();
        match value.as_table() {
            Some(table) => Some(Fields::new(self.source, table, &span)),
            None => {
                complaints.error(place, format!("{key} must be a table, not {}", kind(value)));
                None
            }
        }
    }

    /// The tables of `[[key]]`, in the order of the file.
    pub(crate) fn tables(&mut self, key: &'static str, complaints: &mut Complaints) -> Vec<Fields<'a, 'i>> {
        let Some((value, place)) = self.get(key) else {
            return Vec::new();
        };
        let Some(array) = value.as_array() else {
            complaints.error(
                place,
                format!("{key} is written as [[{key}]], once for each entry"),
            );
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in array.iter() {
            match item.get_ref().as_table() {
                Some(table) => tables.push(Fields::new(self.source, table, &item.span())),
                None => complaints.error(
                    place_of(self.source, &item.span()),
                    format!(
                        "{key} holds {} where a table [[{key}]] should be",
                        kind(item.get_ref())
                    ),
                ),
            }
        }
        tables
    }

    /// Complains about the keys that nobody asked for.
    pub(crate) fn finish(self, complaints: &mut Complaints) {
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if !self.asked.contains(name) {
                let known: Vec<_> = self.asked.iter().copied().collect();
                let text = format!(
                    "{name:?} is not known here and is ignored; known are {}",
                    known.join(", ")
                );
                complaints.warning(place_of(self.source, &key.span()), text);
            }
        }
    }

    /// Where its values stand.
    pub(crate) fn keys(&self) -> Keys {
        let mut keys = Keys {
            header: self.has_header.then(|| self.place.clone()),
            ..Keys::default()
        };
        for (key, value) in self.table {
            let span = value.span();
            let text = self.source.bytes.get(span.clone()).unwrap_or_default();
            let one_line = !value.get_ref().is_table() && !text.contains(&b'\n') && !text.is_empty();
            if one_line {
                keys.values
                    .insert(key.get_ref().to_string(), place_of(self.source, &span));
            } else {
                keys.more = true;
            }
        }
        keys
    }
}

fn place_of(source: &Source, span: &Range<usize>) -> Place {
    let len = span.end.saturating_sub(span.start);
    let place = source.place_of_offset(span.start, len);
    // A value may go over several lines; a place does not.
    let start = span.start.min(source.bytes.len());
    let to_line_end = source.bytes[start..].iter().position(|byte| *byte == b'\n');
    let first_line = to_line_end.unwrap_or(source.bytes.len() - start);
    let len = u32::try_from(len.min(first_line)).unwrap_or(u32::MAX).max(1);
    Place { len, ..place }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn one_line(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join("; ")
}
