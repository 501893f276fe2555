//! The serial of a volume.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::ebcdic;

/// Length of a volume serial on the label, in bytes.
const LENGTH: usize = 6;

/// The longest name of an image without a label.
const NAME_LENGTH: usize = 32;

/// The serial of a volume: one to six characters, letters in upper case.
///
/// An image without a label has no serial and goes by the name of its file instead, which may be longer and is made
/// by [`Volser::of_image`] only. Such a name stands in catalogs and records, never on a label.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Volser([u8; NAME_LENGTH]);

/// Why a text cannot be a volume serial.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadVolser {
    /// Nothing, or more than a label has room for.
    #[error("'{0}' cannot be a volume serial: it must have one to six characters")]
    Length(String),
    /// A character that no volume serial has.
    #[error(
        "'{text}' cannot be a volume serial: '{character}' is not a letter, a digit or one of @ # $ - _ + &"
    )]
    Character {
        /// The text as it was given.
        text: String,
        /// The first character that does not fit.
        character: char,
    },
}

impl Volser {
    /// Takes a serial as people write it; small letters are folded to upper case, as CP folds them.
    ///
    /// # Errors
    /// The text is empty, longer than six characters, or has a character no serial has.
    pub fn new(text: &str) -> Result<Volser, BadVolser> {
        if text.is_empty() || text.chars().count() > LENGTH {
            return Err(BadVolser::Length(text.to_owned()));
        }
        let mut serial = [b' '; NAME_LENGTH];
        for (place, character) in serial.iter_mut().zip(text.chars()) {
            let folded = character.to_ascii_uppercase();
            *place = u8::try_from(folded)
                .ok()
                .filter(|&byte| is_serial_character(byte))
                .ok_or_else(|| BadVolser::Character {
                    text: text.to_owned(),
                    character,
                })?;
        }
        Ok(Volser(serial))
    }

    /// The name of an image without a label, from the name of its file: in upper case, with a hyphen for every
    /// character that no name has, and cut after 32 characters; none when nothing is left.
    pub fn of_image(stem: &str) -> Option<Volser> {
        let mut name = [b' '; NAME_LENGTH];
        for (place, character) in name.iter_mut().zip(stem.chars()) {
            let folded = u8::try_from(character.to_ascii_uppercase()).ok();
            *place = folded
                .filter(|&byte| is_serial_character(byte) || byte == b'.')
                .unwrap_or(b'-');
        }
        (!stem.is_empty()).then_some(Volser(name))
    }

    /// A name as records and command lines have it: a serial, or the longer name of an image without a label.
    ///
    /// # Errors
    /// The text is neither.
    pub fn named(text: &str) -> Result<Volser, BadVolser> {
        Volser::new(text).or_else(|error| {
            let name = Volser::of_image(text);
            name.filter(|name| name.as_str().eq_ignore_ascii_case(text))
                .ok_or(error)
        })
    }

    /// The serial without the blanks that fill it up on the label.
    pub fn as_str(&self) -> &str {
        let length = self
            .0
            .iter()
            .position(|&byte| byte == b' ')
            .unwrap_or(NAME_LENGTH);
        std::str::from_utf8(&self.0[..length]).expect("a serial is made of ASCII characters")
    }

    /// The serial in the six bytes of a label; none when they hold something else.
    pub fn from_ebcdic(bytes: &[u8; 6]) -> Option<Volser> {
        let text = ebcdic::from_ebcdic(bytes);
        let trimmed = text.trim_end_matches([' ', '\0']);
        // Small letters on a label are not a serial of ours: folding them here would name another volume.
        if trimmed.bytes().any(|byte| byte.is_ascii_lowercase()) {
            return None;
        }
        Volser::new(trimmed).ok()
    }

    /// The six bytes of a label, filled up with blanks. Of the longer name of an image without a label these are the
    /// first six characters.
    pub fn to_ebcdic(&self) -> [u8; 6] {
        let mut bytes = [0; LENGTH];
        for (to, &from) in bytes.iter_mut().zip(&self.0) {
            *to = ebcdic::from_ascii(from);
        }
        bytes
    }
}

fn is_serial_character(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"@#$-_+&".contains(&byte)
}

impl fmt::Display for Volser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Volser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Volser({})", self.as_str())
    }
}

impl FromStr for Volser {
    type Err = BadVolser;

    fn from_str(text: &str) -> Result<Volser, BadVolser> {
        Volser::new(text)
    }
}

impl Serialize for Volser {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Volser {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Volser, D::Error> {
        let text = String::deserialize(deserializer)?;
        Volser::named(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_of_real_labels() {
        for text in ["VM50U1", "M01RES", "A", "US@W01", "#1", "$X-_+&"] {
            let volser = Volser::new(text).unwrap();
            assert_eq!(volser.as_str(), text);
            assert_eq!(Volser::from_ebcdic(&volser.to_ebcdic()), Some(volser));
        }
        assert_eq!(Volser::new("vmres").unwrap().to_string(), "VMRES");
        assert_eq!(
            Volser::new("VMRES").unwrap().to_ebcdic(),
            [0xE5, 0xD4, 0xD9, 0xC5, 0xE2, 0x40]
        );
    }

    #[test]
    fn images_without_a_label_go_by_their_file() {
        let name = Volser::of_image("emx370-gcc202.3350").unwrap();
        assert_eq!(name.as_str(), "EMX370-GCC202.3350");
        assert_eq!(Volser::named("emx370-gcc202.3350"), Ok(name));
        assert_eq!(Volser::of_image("my disk (1)").unwrap().as_str(), "MY-DISK--1-");
        assert_eq!(
            Volser::of_image(&"x".repeat(40)).unwrap().as_str().len(),
            NAME_LENGTH
        );
        assert_eq!(Volser::of_image(""), None);
        assert!(Volser::named("MY DISK").is_err() && Volser::named(&"X".repeat(40)).is_err());
        assert_eq!(Volser::of_image("VM50U1"), Volser::new("VM50U1").ok());
    }

    #[test]
    fn what_is_no_serial() {
        assert_eq!(Volser::new(""), Err(BadVolser::Length(String::new())));
        assert_eq!(Volser::new("SEVENCH"), Err(BadVolser::Length("SEVENCH".into())));
        for text in ["A B", "ÄB", "A*", "\u{0}"] {
            assert!(
                matches!(Volser::new(text), Err(BadVolser::Character { .. })),
                "{text}"
            );
        }
        assert_eq!(Volser::from_ebcdic(&[0; 6]), None);
        assert_eq!(Volser::from_ebcdic(&[0x40; 6]), None);
        assert_eq!(Volser::from_ebcdic(&[0xC1, 0x40, 0xC1, 0x40, 0x40, 0x40]), None);
        assert_eq!(Volser::from_ebcdic(&[0x81, 0x40, 0x40, 0x40, 0x40, 0x40]), None);
    }
}
